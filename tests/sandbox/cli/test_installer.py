"""`install-cli` leaves everything to the SDK's own installer, and says what that says."""

from __future__ import annotations

import subprocess
from importlib.metadata import version

import pytest
from azure_sandbox import installer
from azure_sandbox.errors import CommandError
from pulumi.automation import PulumiCommand


@pytest.fixture
def installs(monkeypatch):
    """Replace the SDK's installer, which reaches the Internet, by what a test wants of it."""

    def becomes(outcome):
        asked = []

        def install(**arguments):
            asked.append(arguments)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(PulumiCommand, "install", install)
        return asked

    return becomes


def test_the_cli_is_installed_where_it_is_looked_for_and_its_version_told(installs, tmp_path):
    class Installed:
        version = "3.272.0"

    asked = installs(Installed())
    assert installer.install(tmp_path / ".cli") == "3.272.0"
    assert asked == [{"root": str(tmp_path / ".cli")}]


def test_a_cli_that_is_there_is_taken_by_the_sdk_itself(tmp_path):
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho v{version('pulumi')}\n")
    program.chmod(0o755)
    assert installer.install(tmp_path) == version("pulumi")


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (
            subprocess.CalledProcessError(7, "install", output=b"no route to host"),
            "(status 7): no route to host",
        ),
        (OSError("disk full"), "can't be installed into"),
    ],
)
def test_a_failure_is_told_in_one_line(installs, tmp_path, failure, said):
    installs(failure)
    with pytest.raises(CommandError) as told:
        installer.install(tmp_path)
    assert said in str(told.value)
    assert "\n" not in str(told.value)
