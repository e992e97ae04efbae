"""The project that a sandbox runs: the program where it is, and settings in a folder of the sandbox's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from nat_egress.state import Passphrase
from nat_egress.state.values import Secret, Value
from nat_egress.testing.failures import Failure, MissingAnswer
from nat_egress.testing.program import text_of

from ..engine import config, local_plugins, project
from ..errors import CommandError
from ..rehearsal import PASSPHRASE

_ELSEWHERE: Final = ("backend", "packages", "plugins", "stackConfigDir")
"""What of a project file is not taken as it is."""
_OWN_ENVIRONMENT: Final = ("toolchain", "virtualenv")
"""Options of the runtime that choose an environment: the program runs in that of the tests, as `record` has it."""


@dataclass(frozen=True)
class Workspace:
    """A program's project file in a folder, and the file of one stack beside it."""

    program: project.ProjectFile
    stack: str
    folder: Path

    def write(self, values: Mapping[str, Value]) -> None:
        """Write the project file, and the stack file with full keys and values."""
        self.folder.mkdir(parents=True, exist_ok=True)
        content = {key: value for key, value in self.program.content.items() if key not in _ELSEWHERE}
        packages = {
            **(self.program.content.get("packages") or {}),
            **{name: str(folder) for name, folder in local_plugins.folders(self.program).items()},
        }
        content |= {"packages": packages} if packages else {}
        options = {key: value for key, value in self.program.options.items() if key not in _OWN_ENVIRONMENT}
        main = os.path.normpath(self.program.root.absolute() / self.program.main)
        content |= {"main": main, "runtime": {"name": "python", "options": options}}
        _write(self.folder / project.FILE, content)
        _write(self.folder / f"Pulumi.{self.stack}.yaml", _stack_file(values))

    def policy_pack(self) -> Path | None:
        """Return the project's own policy pack, as the sandbox's command line takes it."""
        pack = self.program.root.absolute() / "policies"
        return pack if (pack / "PulumiPolicy.yaml").is_file() else None


def open_program(folder: Path) -> project.ProjectFile:
    """Return the project of a program's folder. Raises `Failure` where it is none."""
    if not (folder / project.FILE).is_file():
        raise Failure(f"{folder} is no Pulumi program: it has no {project.FILE}")
    try:
        return project.read(folder / project.FILE)
    except CommandError as error:
        raise Failure(str(error)) from None


def values_of(program: project.ProjectFile, stack: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values of a stack file with the given ones over them, under full keys; None takes one away.

    A stack without a file has those that are given. Raises `MissingAnswer` where one is encrypted: a test has no key.
    """
    values = merged(program, {}, given)
    if program.stack_file(stack).is_file() or not given:
        try:
            file = config.read(program, stack)
        except CommandError as error:
            raise Failure(str(error)) from None
        values = merged(program, file.values, given)
        encrypted = [key for key in config.secure_keys(file) if values.get(key) is file.values[key]]
        if encrypted:
            raise MissingAnswer(
                f"{file.path} has {', '.join(encrypted)} encrypted, and a test has no key to it. Give a value: "
                f'config={{"{encrypted[0]}": Secret("…")}}, with nat_egress.state.values.Secret.'
            )
    return values


def merged(program: project.ProjectFile, values: Mapping[str, Value], given: Mapping[str, Value]) -> dict[str, Value]:
    """Return values with the given ones over them; a key without a namespace is the project's own."""
    full = {key if ":" in key else f"{program.name}:{key}": value for key, value in given.items()}
    return {key: value for key, value in {**values, **full}.items() if value is not None}


def _stack_file(values: Mapping[str, Value]) -> dict[str, Any]:
    crypter = Passphrase(PASSPHRASE).crypter(None)
    written = {key: _written(value, crypter.encrypt) for key, value in values.items()}
    salt = {"encryptionsalt": crypter.provider["state"]["salt"]} if crypter.provider else {}
    return {"config": written, **salt}


def _written(value: Value, encrypt: Any) -> Any:  # noqa: ANN401 - YAML
    if isinstance(value, Secret):
        return {"secure": encrypt(text_of(value.value))}
    if isinstance(value, Mapping):
        return {key: _written(item, encrypt) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_written(item, encrypt) for item in value]
    return value


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True), encoding="utf-8")
