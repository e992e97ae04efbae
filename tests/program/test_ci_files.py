"""The CI files of docs/ as they are: what they run exists, leaves the reports that they show, and needs no secret."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer
import yaml
from azure_sandbox.commands import app as sandbox
from nat_egress.cli.app import app as nat_egress

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
GITHUB = EXAMPLES / "private-egress.github.yml"
AZURE = EXAMPLES / "private-egress.azure-pipelines.yml"
PAGE = ROOT / "docs" / "policies-in-ci.md"
STACKS = sorted(file.name.split(".")[1] for file in (ROOT / "stacks").glob("Pulumi.*.yaml"))
SHELL = {"mkdir", "sed", "echo"}
OTHERS = {"pulumi stack export --stack prod --file state.json"}
"""Commands that are not the project's, as the page has them."""


def read(file):
    # YAML 1.1 takes the key "on" for true.
    return yaml.safe_load(file.read_text().replace("\non:", '\n"on":'))


def job(file):
    return read(file)["jobs"]["preview"] if file == GITHUB else read(file)["jobs"][0]


def scripts(file):
    """Each script with its environment, written for the stack `sandbox` and what CI puts in."""
    for step in job(file)["steps"]:
        script = step.get("run") or step.get("script")
        if script:
            yield script, step.get("env", {})


def commands():
    found = [
        (file.name, line) for file in (GITHUB, AZURE) for script, _ in scripts(file) for line in script.splitlines()
    ]
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    found += [(PAGE.name, line) for block in blocks for line in block.splitlines()]
    return [pytest.param(filled_in(line, "."), id=f"{name}: {line[:40]}") for name, line in found]


def filled_in(text, workspace):
    """Fill in what CI does; what is left over is something that this test does not know."""
    text = re.sub(r"\$\{\{ *github\.workspace *\}\}|\$\(Build\.SourcesDirectory\)", str(workspace), text)
    text = re.sub(r"\$\{\{ *matrix\.stack *\}\}|\$\(stack\)", "sandbox", text)
    assert "${{" not in text
    assert "$(" not in text
    return text


def targets():
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)) | {".venv/.ready"}


def variables():
    return set(re.findall(r"^(\w+) *\?=", (ROOT / "Makefile").read_text(), re.MULTILINE))


def exists(line):
    words = shlex.split(line)
    match words:
        case ["make", target, *settings]:
            return target in targets() and {setting.partition("=")[0] for setting in settings} <= variables()
        case [".venv/bin/python", "-m", "azure_sandbox", verb, *rest]:
            return has_options(sandbox, verb, rest)
        case [".venv/bin/nat-egress", verb, *rest]:
            return has_options(nat_egress, verb, rest)
        case _:
            return words[0] in SHELL or line in OTHERS


def has_options(application, verb, words):
    command = typer.main.get_command(application).commands.get(verb)
    known = {name for parameter in command.params for name in parameter.opts} if command else set()
    return command is not None and all(word in known for word in words if word.startswith("-"))


@pytest.mark.parametrize("line", commands())
def test_every_command_exists(line):
    assert exists(line)


@pytest.mark.parametrize(
    "line",
    [
        "make previews",
        "make preview STACKS=prod",
        ".venv/bin/nat-egress judge prod",
        ".venv/bin/nat-egress audit --file state.json",
        ".venv/bin/python -m azure_sandbox preview --pack policies",
        "terraform plan",
    ],
)
def test_a_command_that_does_not_exist_is_noticed(line):
    assert not exists(line)


@pytest.mark.parametrize("file", [GITHUB, AZURE], ids=lambda file: file.name)
def test_every_stack_is_previewed(file):
    matrix = job(file)["strategy"]["matrix"]
    assert sorted(matrix["stack"] if file == GITHUB else (each["stack"] for each in matrix.values())) == STACKS


@pytest.mark.parametrize("file", [GITHUB, AZURE], ids=lambda file: file.name)
def test_the_scripts_leave_the_reports_that_are_shown(file, tmp_path):
    for entry in ROOT.iterdir():
        if entry.name not in {".sandbox", "reports"}:
            (tmp_path / entry.name).symlink_to(entry)
    summary = tmp_path / "summary.md"
    reports = {}
    for script, variables in scripts(file):
        given = {name: filled_in(value, tmp_path) for name, value in variables.items()}
        reports |= given
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", filled_in(script, tmp_path)],
            cwd=tmp_path,
            env={**os.environ, **given, "GITHUB_STEP_SUMMARY": str(summary)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / reports.pop("NAT_EGRESS_REPORT_PROGRAM")).is_file()
    assert len(reports) == 3
    assert all(Path(report).is_file() for report in reports.values())
    assert json.loads(Path(reports["NAT_EGRESS_REPORT_SARIF"]).read_text())["version"] == "2.1.0"
    shown = summary if file == GITHUB else tmp_path / "reports" / "exposure.md"
    assert shown.read_text().startswith("    ")
    named = {str(Path(report).relative_to(tmp_path)) for report in reports.values()}
    assert set(re.findall(r"reports/exposure\.(?!md)\w+", file.read_text())) == named


def test_github_needs_no_secret_and_gives_forks_none():
    text, workflow = GITHUB.read_text(), read(GITHUB)
    assert "secrets" not in re.sub("#.*", "", text)
    assert set(workflow["on"]) == {"pull_request", "push"}
    assert workflow["permissions"] == {}
    inside = re.sub("'.*?'", "", " ".join(re.findall(r"\$\{\{(.*?)\}\}", text)))
    assert {name.partition(".")[0] for name in re.findall(r"(?<!\.)\b[a-z][\w.]*", inside)} == {
        "github",
        "matrix",
        "cancelled",
    }
    writes = {scope for scope, access in job(GITHUB)["permissions"].items() if access != "read"}
    assert writes == {"security-events"}
    for step in job(GITHUB)["steps"]:
        if "codeql" in step.get("uses", ""):
            assert "!github.event.pull_request.head.repo.fork" in step["if"]
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_actions_are_pinned_to_commits_whose_version_is_said():
    used = [line.strip() for line in GITHUB.read_text().splitlines() if "uses:" in line]
    assert len(used) == 4
    assert [line for line in used if not re.fullmatch(r"(- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


def test_azure_pipelines_needs_no_secret():
    pipeline = read(AZURE)
    assert pipeline["pr"] == ["*"]
    assert set(pipeline) == {"trigger", "pr", "pool", "jobs"}
    names = set(re.findall(r"\$\(([\w.]+)\)", AZURE.read_text()))
    assert {name for name in names if not name.startswith(("Build.", "System."))} == {"stack"}
    assert "System.AccessToken" not in names
    tasks = [step["task"] for step in job(AZURE)["steps"] if "task" in step]
    assert tasks == ["UsePythonVersion@0", "PublishTestResults@2"]
    assert next(step for step in job(AZURE)["steps"] if "checkout" in step)["persistCredentials"] is False
