from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from azure_sandbox import session
from azure_sandbox.commands import app
from azure_sandbox.engine import config, project
from azure_sandbox.engines import Wanted, choose
from azure_sandbox.errors import CommandError, Exit
from azure_sandbox.official import OfficialCli
from nat_egress.state import Passphrase

HAVE_CLI = shutil.which("pulumi") is not None
needs_cli = [pytest.mark.cli, pytest.mark.skipif(not HAVE_CLI, reason="pulumi CLI not on PATH")]


PROGRAM = """\
import pulumi

pulumi.ComponentResource("shop:index:Shelf", "shelf")
pulumi.export("made", pulumi.Config().get("label"))
pulumi.export("key", pulumi.Output.secret({"a": [1, 2.5, None]}))
"""


def tree(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".sandbox" not in path.parts}


def written(root):
    current = session.start(root, "dev", None)
    session.write_project(current)
    folder = root / ".sandbox/project"
    return json.loads((folder / "Pulumi.yaml").read_text()), json.loads((folder / "Pulumi.dev.yaml").read_text())


def test_the_cli_is_given_the_real_program_and_copies_of_the_rest(root):
    (root / "Pulumi.yaml").write_text((root / "Pulumi.yaml").read_text() + "backend: {url: 's3://real'}\n")
    before = tree(root)
    made, stack = written(root)
    assert made["main"] == str(root / "program")
    assert made["runtime"]["options"]["virtualenv"] == sys.prefix
    assert made.keys() == {"name", "runtime", "main", "config"}
    assert stack == {"config": {"azure-native:location": "westeurope", "shop:label": "hello"}}
    assert tree(root) == before


def test_the_copy_means_the_same_as_the_file(root):
    (root / "stacks/Pulumi.dev.yaml").write_text(
        "config: {a: yes, b: '1e3', c: 1e3, d: 010, e: {f: [null, 1.0, 2020-01-02]}}\n"
    )
    real = project.read(root / "Pulumi.yaml")
    wanted = config.resolve(real, "dev", config.read(real, "dev"), str)
    written(root)
    (root / ".sandbox/project/program").mkdir()
    copy = project.read(root / ".sandbox/project/Pulumi.yaml")
    assert config.resolve(copy, "dev", config.read(copy, "dev"), str) == wanted


def test_the_users_secrets_are_encrypted_anew_for_the_sandbox(root, monkeypatch):
    crypter = Passphrase("the user's").crypter(None)
    sealed = crypter.encrypt("s3cret")
    salt = crypter.provider["state"]["salt"]
    (root / "stacks/Pulumi.dev.yaml").write_text(
        f"encryptionsalt: {salt}\nconfig: {{a: {{secure: '{sealed}'}}, b: {{c: [{{secure: '{sealed}'}}]}}}}\n"
    )
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "the user's")
    _, stack = written(root)
    assert "s3cret" not in json.dumps(stack)
    assert stack["encryptionsalt"] != salt
    own = session.start(root, "dev", None).rehearsal.passphrase().crypter_of_salt(stack["encryptionsalt"])
    assert own.decrypt(stack["config"]["shop:a"]["secure"]) == "s3cret"
    assert own.decrypt(stack["config"]["shop:b"]["c"][0]["secure"]) == "s3cret"


def test_the_salt_of_the_rehearsal_stays(root):
    folder = root / ".sandbox/project"
    folder.mkdir(parents=True)
    (folder / "Pulumi.dev.yaml").write_text('{"encryptionsalt": "v1:kept"}')
    assert written(root)[1]["encryptionsalt"] == "v1:kept"


def test_its_flags_and_its_exit_status_are_passed_on(root, run, tmp_path, monkeypatch):
    tool = tmp_path / "bin" / "pulumi"
    tool.parent.mkdir()
    tool.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        "version) echo v3.259.0 ;;\n"
        '*) printf \'%s\\n\' "$*" "$PULUMI_BACKEND_URL $PWD"'
        f' >> {tmp_path}/calls; [ "$1" = stack ] || exit 7 ;;\n'
        "esac\n"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    status, _, _ = run("up", "--yes", "--skip-preview", "--expect-no-changes", "--parallel", "4", "--stack", "dev")
    place = f"file://{root}/.sandbox/backend {root}/.sandbox/project"
    assert status == Exit.NO_CHANGES
    assert (tmp_path / "calls").read_text().splitlines() == [
        "stack init --non-interactive --stack dev",
        place,
        "up --yes --skip-preview --expect-no-changes --parallel=4 --stack dev",
        place,
    ]


class TestWithTheOfficialCli:
    pytestmark = needs_cli

    def test_a_rehearsal_with_the_cli_and_its_state_read_here(self, root, run):
        before = tree(root)
        assert run("up", "--yes", "--stack", "dev", "--engine", "official")[0] == 0
        assert run("output", "made", "--stack", "dev")[:2] == (0, "hello\n")
        assert run("up", "--yes", "--stack", "dev", "--engine", "official", "--expect-no-changes")[0] == 0
        assert tree(root) == before

    @pytest.mark.parametrize("verb", ["preview", "up", "refresh", "destroy"])
    def test_the_cli_has_each_option_that_is_passed_on(self, verb):
        help_ = subprocess.run(["pulumi", verb, "--help"], capture_output=True, text=True, check=True).stdout
        theirs = set(re.findall(r"(?<![\w-])--[a-z-]+", help_))
        options = {name for option in typer.main.get_command(app).commands[verb].params for name in option.opts}
        ours = {name for name in options if name.startswith("--")} - {"--engine", "--sandbox", "--backend"}
        assert {"--stack", "--parallel"} <= ours
        assert ours - theirs == set()

    def test_the_cli_and_we_read_the_same_configuration(self, root, capfd):
        (root / "stacks/Pulumi.dev.yaml").write_text(
            "config: {a: yes, b: '1e3', c: 1e3, d: 010, e: {f: [null, 1.0, '<']}}\n"
        )
        current = session.start(root, "dev", None)
        cli = OfficialCli(choose(Wanted.OFFICIAL, root, os.environ).command, current)
        cli.prepare(create=True)
        capfd.readouterr()
        assert cli.run("preview", "--json", "--non-interactive") == 0
        document = json.loads(capfd.readouterr().out)
        assert document["config"] == {key: value.text for key, value in current.values().items()}

    @pytest.mark.parametrize(("first", "second"), [("embedded", "official"), ("official", "embedded")])
    def test_a_stack_moves_from_one_engine_to_the_other(self, root, run, first, second):
        (root / "program/__main__.py").write_text(PROGRAM)
        assert run("up", "--yes", "--skip-preview", "--stack", "dev", "--engine", first)[0] == 0
        made = run("output", "--json", "--show-secrets", "--stack", "dev")[1]
        again = ("--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev", "--engine", second)
        status, _, err = run("up", *again)
        assert (status, err) == (0, "")
        assert json.loads(made) == {"key": {"a": [1, 2.5, None]}, "made": "hello"}
        assert run("output", "--json", "--show-secrets", "--stack", "dev")[1] == made


def test_what_runs_no_program_needs_none_of_its_settings(root):
    file = root / "Pulumi.yaml"
    file.write_text(file.read_text() + "  needed: { type: string }\n")
    cli = OfficialCli(Path("pulumi"), session.start(root, "dev", None))
    cli.prepare(create=False)
    with pytest.raises(CommandError, match="missing configuration value 'needed'"):
        cli.prepare(create=True)
