"""What both engines say of the same program, held against each other: how they end, the outputs and the summary."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH"),
]

ENGINES = ("embedded", "official")
PROGRAM = """\
import pulumi

for name, value in {values}.items():
    pulumi.export(name, value)
pulumi.export("key", pulumi.Output.secret({key!r}))
"""
FIRST = {
    "gone": {"a": [1, {"b": "x"}]},
    "stays": "as it is",
    "none": None,
    "empty": [],
    "text": "one\ntwo\nthree",
    "json": '{"size": 1, "name": "x"}',
    "list": [1, 2, {"a": "x"}, True],
    "object": {"same": 1, "changed": "x", "deep": {"gone": 1.5}},
    "kind": "text",
}
SECOND = {
    "new": [{"n": None}],
    "stays": "as it is",
    "none": "something",
    "empty": [],
    "text": "one\n2\nthree",
    "json": '{"size": 2, "name": "x"}',
    "list": [1, 3, {"a": "y", "b": 123456789012}],
    "object": {"same": 1, "changed": "y", "deep": {}},
    "kind": ["list"],
}
EVENTS = ("preludeEvent", "resourcePreEvent", "resOutputsEvent", "summaryEvent", "cancelEvent")


def program(values, key="old"):
    return PROGRAM.format(values=values, key=key)


@pytest.fixture
def on_both(root):
    """Write a program, run a command of it on each engine, and return status, standard output and error of each."""

    def run(text, verb, *arguments):
        (root / "program" / "__main__.py").write_text(text)
        ran = []
        for engine in ENGINES:
            place = ("--cwd", str(root), "--sandbox", str(root / engine))
            command = [sys.executable, "-m", "azure_sandbox", verb, *place, "--stack", "dev", "--engine", engine]
            environment = {**os.environ, "NO_COLOR": "1"}
            done = subprocess.run(
                [*command, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False
            )
            ran.append((done.returncode, done.stdout, done.stderr))
        return ran

    return run


def block(said, head):
    """Return the lines below a headline, up to the next one, without empty lines: the CLI has some within outputs."""
    inside = re.split(r"^(?=\S)", said.partition(f"\n{head}:\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return [line for line in inside.splitlines() if line]


def test_outputs_and_the_summary_are_the_same_line_by_line(on_both):
    commands = [
        (program(FIRST), "up", "--skip-preview"),
        (program(SECOND, "new"), "preview", "--show-secrets"),
        (program(SECOND, "new"), "up", "--skip-preview"),
        (program(SECOND, "new"), "destroy", "--skip-preview"),
    ]
    for command in commands:
        ours, theirs = on_both(*command)
        assert ours[0] == theirs[0] == 0, command
        for head in ("Outputs", "Resources"):
            assert block(ours[1], head) == block(theirs[1], head) != [], (command, head)
    assert "are still maintained." in ours[1]
    assert "are still maintained." in theirs[1]


@pytest.mark.parametrize(
    "end", ["raise ValueError('late')", "import sys; sys.exit(3)", "pulumi.Config().require('no')"]
)
def test_a_program_that_fails(on_both, end):
    text = f"{program(FIRST)}{end}\n"
    for command in ((text, "preview"), (text, "up", "--skip-preview")):
        ours, theirs = on_both(*command)
        assert ours[0] == theirs[0] == 1
        for head in ("Outputs", "Resources"):
            assert block(ours[1], head) == block(theirs[1], head) != []
    assert "pulumi:pulumi:Stack shop-dev **creating failed" in ours[1]
    assert "pulumi:pulumi:Stack shop-dev **creating failed" in theirs[1]


def keys(document, path=""):
    """Return the paths of all keys in a JSON document."""
    items = document.items() if isinstance(document, dict) else ()
    return {f"{path}/{key}" for key, _ in items}.union(*(keys(value, f"{path}/{key}") for key, value in items))


@pytest.mark.parametrize(("end", "status"), [("", 0), ("raise ValueError('late')", 1)])
def test_the_events_have_what_the_cli_s_have(on_both, end, status):
    told = []
    for code, out, _ in on_both(f"{program(FIRST)}{end}\n", "up", "--skip-preview", "--json"):
        assert code == status
        assert re.fullmatch(r"(\{.*\}\n)+", out)
        events = [json.loads(line) for line in out.splitlines()]
        told.append({kind: next(event[kind] for event in events if kind in event) for kind in EVENTS})
        assert list(events[-1])[-1] == "cancelEvent"
    ours, theirs = told
    assert keys(theirs) <= keys(ours)
    assert ours["summaryEvent"] | {"durationSeconds": 0} == theirs["summaryEvent"] | {"durationSeconds": 0}
