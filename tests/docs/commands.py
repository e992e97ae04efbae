"""The commands in shell blocks, and what is wrong with those that are held against a real command line and not run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import typer
from azure_sandbox.commands import app as sandbox
from nat_egress.cli.app import app as nat_egress

from tests.docs.blocks import ROOT, Block

NOT_OURS = {
    "aws": "needs an account of AWS",
    "az": "needs a subscription of Azure",
    "curl": "fetches from the network",
    "export": "the shell's own",
    "jq": "reads what curl has fetched",
    "mkdir": "the shell's own",
    "pip": "needs an index of packages",
    "pulumi": "needs the Pulumi CLI and a backend, and mostly Azure; tests/program and tests/policies run our side",
}
"""Programs that are not this project's, and why their command lines can't be run here."""


def commands_of(block: Block) -> Iterator[list[str]]:
    """Yield the commands of a shell block as words, comments left out, `a && b` as two."""
    for line in re.sub(r"\\\n", " ", block.text).splitlines():
        words = shlex.split(line, comments=True)
        while words:
            end = words.index("&&") if "&&" in words else len(words)
            yield words[:end]
            words = words[end + 1 :]


def expanded(words: list[str]) -> list[list[str]]:
    """Return one command for each alternative of a synopsis such as `up|down --stack NAME`."""
    for place, word in enumerate(words):
        if re.fullmatch(r"\w+(\|\w+)+", word):
            return [[*words[:place], each, *words[place + 1 :]] for each in word.split("|")]
    return [words]


def make_problem(words: list[str]) -> str | None:
    """Say what is wrong with the targets and variables of a `make` command."""
    text = (ROOT / "Makefile").read_text()
    targets = {*re.findall(r"^([a-z]+):", text, re.MULTILINE), ".venv/.ready"}
    variables = set(re.findall(r"^(\w+) *\??=", text, re.MULTILINE))
    wrong = [
        word for word in words[1:] if (word.partition("=")[0] not in variables if "=" in word else word not in targets)
    ]
    return f"the Makefile has no {', '.join(wrong)}" if wrong else None


def nat_egress_problem(words: list[str]) -> str | None:
    """Say which verb or options of a `nat-egress` command there are not; it may be a part of one."""
    group: Any = typer.main.get_command(nat_egress)
    command = group.commands.get(words[1])
    if command is None:
        return f"nat-egress has no {words[1]}"
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    wrong = [word for word in words[2:] if word.startswith("-") and word.partition("=")[0] not in known]
    return f"nat-egress {words[1]} has no {', '.join(wrong)}" if wrong else None


def sandbox_problem(words: list[str]) -> str | None:
    """Say what the sandbox's command line does not understand."""
    group: Any = typer.main.get_command(sandbox)
    verb, *rest = words
    command = group.commands.get(verb)
    if command is None:
        return f"azure_sandbox has no {verb}"
    try:
        command.make_context(verb, rest)
    except Exception as error:  # noqa: BLE001 - whatever typer's own parser raises is the answer
        return str(error)
    return None
