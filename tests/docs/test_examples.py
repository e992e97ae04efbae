"""Every fenced block of README.md and docs/ is run, or checked by what reads such a thing, or says why it can't be.

How a block is written so that it is checked stands in docs/design.md, under "Examples".
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import yaml
from nat_egress.capacity import parse_profile
from nat_egress.cli.app import main
from nat_egress.exposure import configuration
from nat_egress.testing import record

from settings import load
from tests.docs.blocks import PAGES, ROOT, Block, all_blocks, blocks_in
from tests.docs.commands import NOT_OURS, commands_of, expanded, make_problem, nat_egress_problem, sandbox_problem

ELSEWHERE = {
    ("README.md", "    ❌ nat-egress@"): "tests/program/test_policies.py",
    ("docs/capacity.md", "2 addresses needed on one gateway."): "tests/components/cli/test_size.py",
    ("docs/languages.md", "name: egress"): "tests/program/test_languages.py",
    ("docs/policies.md", "[mandatory]  lb-no-public-inbound"): "tests/docs/test_messages.py",
    ("docs/publishing.md", "shop/prod: 2 ranges"): "tests/components/publishing/test_docs.py",
    ("docs/testing.md", "PublicIPPrefix partners is not as expected:"): "tests/components/testing/test_docs.py",
    ("docs/testing.md", "shop/prod is not private:"): "tests/docs/test_messages.py",
    ("docs/testing.md", "up of shop/prod did something else:"): "tests/sandbox/testing/test_page.py",
}
"""Blocks, by their pages and how they begin, and the tests that run them with what they need."""
DRAWINGS = {
    ("README.md", "Pulumi.yaml  __main__.py"): "a list of folders",
    ("docs/design.md", "stack file →"): "a drawing",
    ("docs/sandbox.md", "__main__.py ──"): "a drawing",
}
"""Blocks in which nothing could run."""
NAMED = {**ELSEWHERE, **DRAWINGS}
PAGES_OF_FILES = {
    "docs/drawing.md": "tests/components/testing/test_drawing.py",
    "docs/testing.md": "tests/components/testing/test_docs.py",
}
"""Pages whose files are put together and tested elsewhere; those of all other pages are here."""
GATEWAY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/n"
EXISTING = {"getSubnet": {"natGateway": {"id": GATEWAY}}}
"""What programs of the documentation find in Azure."""

BLOCKS = all_blocks()


def names_of(block):
    """Return the entries of NAMED that a block is meant by."""
    return [(page, start) for page, start in NAMED if page == block.page and block.text.startswith(start)]


@pytest.mark.parametrize("block", [one for one in BLOCKS if not one.file and not names_of(one)], ids=str)
def test_example(block, request):
    check(block, request)


def check(block, request):
    """Run a block by itself."""
    if block.text.startswith("$ "):
        console(block, request)
        return
    what = block.language or "no language"
    assert block.language in CHECKS, f"{block}: nothing knows how to check a block of {what}"
    CHECKS[block.language](block, request)


def python(block, request):
    """Record it as a program, which may register nothing."""
    request.getfixturevalue("monkeypatch").chdir(ROOT)
    code = compile(block.text, str(block), "exec")
    record(
        lambda: exec(code, {"__name__": "__main__"}),  # noqa: S102
        invokes=EXISTING,
        may_register_nothing=True,
        may_give_unasked=True,
    )


def yaml_(block, request):
    """Read it as what its keys say that it is."""
    found = yaml.safe_load(block.text)
    if "destinations" in found:
        assert parse_profile(block.text).destinations
    else:
        assert set(found) == {"config"}, f"{block}: neither a stack file nor a traffic profile"
        config = {key: one if isinstance(one, str) else json.dumps(one) for key, one in found["config"].items()}
        load("private-egress", config)


def json_(block, request):
    """Read it as what its keys say that it is."""
    found = json.loads(block.text)
    if "schemaVersion" in found:
        schema = json.loads((ROOT / "docs" / "examples" / "egress-manifest.schema.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(found)
    else:
        configuration.parse(block.text, datetime.now(UTC).date())


def shell(block, request):
    """Run what is nat-egress's, and hold all else that is this project's against its real command line."""
    for words in commands_of(block):
        program = Path(words[0]).name
        if program == "nat-egress":
            status = ran(words[1:], request)[0]
            assert status in (0, 1), f"{block}: {shlex.join(words)}"
        elif program == "make":
            assert make_problem(words) is None, f"{block}: {make_problem(words)}"
        elif program == "python" and words[1:3] == ["-m", "azure_sandbox"]:
            problems = [sandbox_problem(each) for each in expanded(words[3:])]
            assert problems == [None] * len(problems), f"{block}: {problems}"
        elif program == "pytest":
            known = vars(request.config.option)
            options = [word.partition("=")[0] for word in words if word.startswith("--")]
            assert all(one.strip("-").replace("-", "_") in known for one in options), f"{block}: {options}"
        else:
            assert program in NOT_OURS, f"{block}: nothing knows how to check {program}"


def console(block, request):
    """Run the command after each `$`, and compare what it prints."""
    for part in block.text.removeprefix("$ ").split("\n$ "):
        command, _, shown = part.partition("\n")
        (words,) = commands_of(Block(block.page, block.line, "sh", command))
        assert words[0] == "nat-egress", f"{block}: only commands of nat-egress are run here"
        assert ran(words[1:], request)[1] == shown


CHECKS = {"python": python, "yaml": yaml_, "json": json_, "sh": shell}


def ran(arguments, request):
    """Run a command of nat-egress where it finds what it names; return its status and what it prints."""
    request.getfixturevalue("place")
    if any(each.startswith("azblob://") for each in arguments):
        request.getfixturevalue("container")
    capsys = request.getfixturevalue("capsys")
    capsys.readouterr()
    status = main(arguments)
    out, err = capsys.readouterr()
    assert status in (0, 1), f"{shlex.join(arguments)}: {err}"
    return status, out


def work_together(files, folder):
    """Put the files of a page where they say that they are, and run the tests among them."""
    assert any(Path(one.file).name.startswith("test_") for one in files), f"{files[-1].page}: no file of it is a test"
    for one in files:
        path = folder / one.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.body)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_files_of_a_page_work_together(tmp_path):
    program = [one for one in BLOCKS if one.page == "docs/testing.md" and (one.file or "").startswith("infra/")]
    assert len(program) == 3
    for page in PAGES:
        files = [one for one in BLOCKS if one.page == page and one.file]
        if files and page not in PAGES_OF_FILES:
            work_together([*program, *files], tmp_path / Path(page).stem)


@pytest.mark.parametrize(("answer", "said"), [("1", None), ("2", "assert 1 == 2")])
def test_files_that_do_not_work_together_fail(tmp_path, answer, said):
    page = "```python\n# app/one.py\nONE = 1\n```\n"
    page += "```python\n# test_one.py\nfrom app.one import ONE\n\n\ndef test():\n    assert ONE == ANSWER\n```\n"
    files = list(blocks_in("docs/new.md", page.replace("ANSWER", answer)))
    if said is None:
        work_together(files, tmp_path)
    else:
        with pytest.raises(AssertionError, match=re.escape(said)):
            work_together(files, tmp_path)
    with pytest.raises(AssertionError, match="no file of it is a test"):
        work_together(files[:1], tmp_path)


def inline(page):
    """Return the commands of make and nat-egress in the running text and the tables of a page."""
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(), flags=re.DOTALL)
    return [shlex.split(one) for one in re.findall(r"`((?:make|nat-egress) [a-z.][^`]*)`", text.replace("\n", " "))]


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_the_text_exist(page):
    problems = {"make": make_problem, "nat-egress": nat_egress_problem}
    assert [found for words in inline(page) if (found := problems[words[0]](words))] == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("make previews", "the Makefile has no previews"),
        ("nat-egress judge", "nat-egress has no judge"),
        ("nat-egress audit --formt=json", "nat-egress audit has no --formt=json"),
    ],
)
def test_commands_in_the_text_that_do_not_exist_are_noticed(command, said):
    words = command.split()
    assert {"make": make_problem, "nat-egress": nat_egress_problem}[words[0]](words) == said


def test_what_is_said_to_be_elsewhere_is_there():
    present = Counter(name for one in BLOCKS for name in names_of(one))
    assert {name: present[name] for name in NAMED if present[name] != 1} == {}
    for (page, _), file in ELSEWHERE.items():
        assert Path(page).name in (ROOT / file).read_text()
    for page, file in PAGES_OF_FILES.items():
        assert Path(page).name in (ROOT / file).read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```\nanything\n```\n", "nothing knows how to check a block of no language"),
        ("```hcl\nresource {}\n```\n", "nothing knows how to check a block of hcl"),
        ("```python\nint('one')\n```\n", "'one'"),
        ("```python\nfrom nat_egress import NatEgres\n```\n", "NatEgres"),
        ("```yaml\nconfig:\n  private-egress:egres: {}\n```\n", "egres"),
        ("```yaml\nname: shop\n```\n", "neither a stack file nor a traffic profile"),
        ('```json\n{"nat-has-ip": "sometimes"}\n```\n', "sometimes"),
        ('```json\n{"schemaVersion": 2}\n```\n', "2"),
        ("```sh\nmake previews\n```\n", "the Makefile has no previews"),
        ("```sh\nmake up STACKS=prod\n```\n", "the Makefile has no STACKS=prod"),
        ("```sh\nnat-egress audit prod --formt json\n```\n", "--formt"),
        ("```sh\nnat-egress audit --state nowhere.json\n```\n", "nowhere.json"),
        ("```sh\npython -m azure_sandbox preview|put --stack x\n```\n", "azure_sandbox has no put"),
        ("```sh\npython -m azure_sandbox preview --stac x\n```\n", "--stac"),
        ("```sh\npytest --pulumi-programs infra\n```\n", "--pulumi-programs"),
        ("```sh\ncd x && terraform plan\n```\n", "nothing knows how to check cd"),
        ("```\n$ nat-egress audit --state docs/examples/shop.state.json\nAll is well.\n```\n", "All is well"),
    ],
)
def test_a_block_that_is_wrong_fails(text, said, request):
    (block,) = blocks_in("docs/new.md", text)
    with pytest.raises(BaseException, match=re.escape(said)):
        check(block, request)


def test_all_pages_are_read_and_fences_are_found():
    assert {"README.md", "docs/testing.md", "docs/publishing.md"} <= set(PAGES)
    found = list(blocks_in("x", "a\n   ```yaml\n   a:\n     b\n   ```\n````text\n```\n````\n~~~\nc\n~~~\n"))
    assert [(one.line, one.language, one.text) for one in found] == [
        (2, "yaml", "a:\n  b\n"),
        (6, "text", "```\n"),
        (9, "", "c\n"),
    ]
    with pytest.raises(ValueError, match="x:1: the block does not end"):
        list(blocks_in("x", "```sh\nmake up\n"))
    fences = sum(line.lstrip().startswith("```") for page in PAGES for line in (ROOT / page).read_text().splitlines())
    assert fences == 2 * len(BLOCKS)
