"""The project that a sandbox runs: what is taken of the program's own, and what is not."""

import sys

import pytest
import yaml
from azure_sandbox.testing.command import environment
from azure_sandbox.testing.workspace import Workspace, merged, open_program, values_of
from nat_egress.state import Passphrase
from nat_egress.state.values import Secret
from nat_egress.testing import Failure

PROJECT = """
name: shop
description: A shop.
runtime: {name: python, options: {toolchain: pip, virtualenv: gone, typechecker: mypy}}
main: code
stackConfigDir: stacks
backend: {url: s3://prod}
packages: {own: ./own, other: "@some/package"}
config: {size: {type: integer, default: 3}}
"""


@pytest.fixture
def program(tmp_path):
    folder = tmp_path / "shop"
    (folder / "code").mkdir(parents=True)
    (folder / "stacks").mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT)
    (folder / "stacks" / "Pulumi.dev.yaml").write_text("config: {size: 4, shop:day: 2026-11-25, aws:region: x}\n")
    return open_program(folder)


def written(program, folder, values):
    Workspace(program, "dev", folder).write(values)
    return (yaml.safe_load((folder / name).read_text()) for name in ("Pulumi.yaml", "Pulumi.dev.yaml"))


def test_the_program_is_run_where_it_is_by_the_python_of_the_tests(program, tmp_path):
    project, stack = written(program, tmp_path / "out", {"shop:size": 5})
    assert project == {
        "name": "shop",
        "description": "A shop.",
        "runtime": {"name": "python", "options": {"typechecker": "mypy"}},
        "main": str(tmp_path / "shop" / "code"),
        "packages": {"own": str(tmp_path / "shop" / "own"), "other": "@some/package"},
        "config": {"size": {"type": "integer", "default": 3}},
    }
    assert stack == {"config": {"shop:size": 5}}


def test_settings_go_over_those_of_the_stack_file(program):
    values = values_of(program, "dev", {"size": 9, "aws:region": None, "new": {"a": [1]}})
    assert values["shop:size"] == 9
    assert values["shop:new"] == {"a": [1]}
    assert set(values) == {"shop:size", "shop:day", "shop:new"}
    assert merged(program, values, {"new": None}).keys() == {"shop:size", "shop:day"}


def test_a_day_stays_one_and_a_time_stays_text(program, tmp_path):
    _, stack = written(program, tmp_path, values_of(program, "dev", {"at": "20:00", "yes": "yes"}))
    assert f"{stack['config']['shop:day']}" == "2026-11-25"
    assert stack["config"]["shop:at"] == "20:00"
    assert stack["config"]["shop:yes"] == "yes"


def test_secrets_are_encrypted_wherever_they_stand(program, tmp_path):
    secret = {"shop:a": Secret("text"), "shop:b": {"deep": [Secret({"c": 1})]}}
    _, stack = written(program, tmp_path, secret)
    crypter = Passphrase("rehearsal").crypter_of_salt(stack["encryptionsalt"])
    assert crypter.decrypt(stack["config"]["shop:a"]["secure"]) == "text"
    assert crypter.decrypt(stack["config"]["shop:b"]["deep"][0]["secure"]) == '{"c": 1}'


def test_a_project_file_that_is_wrong_is_told_as_the_sandbox_tells_it(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("runtime: python\n")
    with pytest.raises(Failure, match="missing a 'name' attribute"):
        open_program(tmp_path)


def test_the_environment_of_a_command(tmp_path):
    given = {"HOME": "/home/me", "PATH": "/bin", "PYTEST_CURRENT_TEST": "x"}
    foreign = dict.fromkeys(["ARM_CLIENT_ID", "AWS_PROFILE", "AZURE_TENANT", "GOOGLE_X", "PULUMI_HOME"], "x")
    found = environment(given | foreign, tmp_path)
    assert found["HOME"] == "/home/me"
    assert found["AZURE_SANDBOX"] == str(tmp_path)
    assert found["PATH"].split(":")[0] == sys.executable.rpartition("/")[0]
    assert not {*foreign, "PYTEST_CURRENT_TEST"} & found.keys()
