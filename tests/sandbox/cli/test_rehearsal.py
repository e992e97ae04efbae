"""What a rehearsal's folder holds before an engine starts."""

import json
import sys
from importlib.resources import files

import pytest
from azure_sandbox.errors import CommandError
from azure_sandbox.rehearsal import STAND_INS, Rehearsal


@pytest.mark.parametrize("stand_in", STAND_INS, ids=lambda each: each.package)
def test_the_plugin_has_the_version_that_the_sdk_asks_for(stand_in):
    sdk = files(f"pulumi_{stand_in.package.replace('-', '_')}") / "pulumi-plugin.json"
    asked = json.loads(sdk.read_text())
    assert (stand_in.package, stand_in.version) == (asked["name"], asked["version"])


def test_every_plugin_starts_the_interpreter_that_runs_here(tmp_path):
    rehearsal = Rehearsal(tmp_path / "a folder")
    rehearsal.prepare()
    scripts = {plugin.name: (tmp_path / plugin.command[0]).read_text() for plugin in rehearsal.plugins()}
    assert scripts == {
        "azure-native": f'#!/bin/sh\nexec {sys.executable} -m azure_sandbox.provider "$@"\n',
        "random": f'#!/bin/sh\nexec {sys.executable} -m azure_sandbox.random_provider "$@"\n',
    }


def test_what_is_there_already_is_left_as_it_is_and_what_is_old_is_renewed(tmp_path):
    rehearsal = Rehearsal(tmp_path)
    rehearsal.prepare()
    [first, second] = [tmp_path / plugin.command[0] for plugin in rehearsal.plugins()]
    second.write_text("of another virtual environment")
    before = first.stat().st_ino
    rehearsal.prepare()
    assert first.stat().st_ino == before
    assert sys.executable in second.read_text()
    assert [path.name for path in second.parent.iterdir()] == [second.name]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(CommandError, match=f"{tmp_path}: the sandbox can't be made there"):
        Rehearsal(tmp_path).prepare()


def test_only_the_provider_that_every_program_here_needs_starts_at_once(tmp_path):
    assert [plugin.name for plugin in Rehearsal(tmp_path).plugins() if plugin.early] == ["azure-native"]
