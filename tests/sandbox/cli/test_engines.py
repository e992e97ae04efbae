from __future__ import annotations

import pytest
from azure_sandbox import engines
from azure_sandbox.engines import Wanted
from azure_sandbox.errors import CommandError


@pytest.fixture
def cli(tmp_path):
    """Makes a `pulumi` that only tells its version."""

    def make(said, folder="bin"):
        program = tmp_path / folder / "pulumi"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\necho '{said}'\n")
        program.chmod(0o755)
        return program

    return make


def choose(tmp_path, wanted=Wanted.AUTO, path="bin"):
    return engines.choose(wanted, tmp_path, {"PATH": str(tmp_path / path)})


def test_the_official_cli_is_taken_where_there_is_one(tmp_path, cli):
    program = cli("v3.259.0")
    choice = choose(tmp_path)
    assert (choice.command, str(choice)) == (program, f"Engine: official CLI ({program}): version 3.259.0, it is there")


def test_the_one_that_install_cli_has_made_is_found_too(tmp_path, cli):
    assert choose(tmp_path, path="empty").command is None
    program = cli("v3.259.0", ".cli/bin")
    assert choose(tmp_path, path="empty").command == program


def test_the_embedded_engine_is_never_asked_about_a_cli(tmp_path, cli):
    cli("v3.259.0")
    assert str(choose(tmp_path, Wanted.EMBEDDED)) == "Engine: embedded: asked for with --engine embedded"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("v3.181.0", "is 3.181.0, and the Python SDK needs 3.182.0 or a later 3.x"),
        ("v4.0.0", "is 4.0.0"),
        ("v2.25.2", "is 2.25.2"),
        ("something else", "does not tell its version (something else)"),
        ("", "does not tell its version (no output)"),
    ],
)
def test_a_cli_that_the_sdk_does_not_support_is_passed_over_and_told(tmp_path, cli, said, why):
    cli(said)
    choice = choose(tmp_path)
    assert choice.command is None
    assert why in str(choice)
    with pytest.raises(CommandError) as refused:
        choose(tmp_path, Wanted.OFFICIAL)
    assert why in str(refused.value)


def test_no_cli(tmp_path):
    assert "no `pulumi` on PATH" in str(choose(tmp_path))
    with pytest.raises(CommandError, match=r"--engine official: no `pulumi` on PATH.*install-cli"):
        choose(tmp_path, Wanted.OFFICIAL)


@pytest.mark.parametrize(
    ("text", "version"),
    [("v3.259.0", (3, 259, 0)), ("3.260.1-alpha.1+abc", (3, 260, 1)), ("3", None), ("", None)],
)
def test_versions(text, version):
    assert engines.parse_version(text) == version
