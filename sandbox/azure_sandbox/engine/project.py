"""Pulumi.yaml: what the project is called, where its program is and which Python runs it."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from nat_egress.state.backend import LONGEST_NAME, NAME

from ..errors import CommandError, Exit
from . import yaml_file
from .request import Project

FILE: Final = "Pulumi.yaml"
_STACK_FILE: Final = re.compile(r"Pulumi\.(?P<stack>.+)\.yaml")


@dataclass(frozen=True)
class ProjectFile:
    """What Pulumi.yaml says. Keys that mean nothing here are passed over, as the CLI does."""

    path: Path
    name: str
    main: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    """`runtime.options`."""
    stack_config_dir: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    """The schema of the configuration, unchecked."""
    content: dict[str, Any] = field(default_factory=dict)
    """The whole file."""

    @property
    def root(self) -> Path:
        """The folder that holds Pulumi.yaml."""
        return self.path.parent

    @property
    def stack_folder(self) -> Path:
        """The folder that holds the stack files."""
        return self.root / self.stack_config_dir

    @property
    def always_refreshes(self) -> bool:
        """Whether every preview, update and destroy begins with a refresh (`options.refresh`)."""
        options = self.content.get("options")
        return isinstance(options, dict) and options.get("refresh") == "always"

    def stack_file(self, stack: str) -> Path:
        """Return the configuration file of a stack, which may not exist."""
        return self.stack_folder / f"Pulumi.{stack}.yaml"

    def stacks(self) -> list[str]:
        """Return the stacks that have a configuration file, sorted."""
        matches = (_STACK_FILE.fullmatch(path.name) for path in self.stack_folder.glob("Pulumi.*.yaml"))
        return sorted(match["stack"] for match in matches if match)


def find(folder: Path) -> Path:
    """Return the closest Pulumi.yaml in `folder` or above it."""
    start = folder.absolute()
    for candidate in (start, *start.parents):
        if (candidate / FILE).is_file():
            return candidate / FILE
    raise CommandError(f"no {FILE} project file found (searching upwards from {start})", Exit.CONFIGURATION)


def read(path: Path) -> ProjectFile:
    """Return what the Pulumi.yaml at `path` says; CommandError names the key that is wrong."""
    content = _mapping(yaml_file.read(path), path, "the file")
    name = content.get("name")
    if name is None:
        raise _wrong(path, "project is missing a 'name' attribute")
    if not isinstance(name, str) or not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        rule = f"at most {LONGEST_NAME} letters, digits, hyphens, underscores and periods"
        raise _wrong(path, f"name: {name!r} is not a project name ({rule})")
    return ProjectFile(
        path,
        name,
        main=_text(content, "main", path),
        options=_runtime_options(content, path),
        stack_config_dir=_text(content, "stackConfigDir", path),
        config=_mapping(content.get("config") or {}, path, "config"),
        content=content,
    )


def read_pack(path: Path) -> dict[str, Any]:
    """Return the runtime options of the policy pack whose PulumiPolicy.yaml is at `path`."""
    return _runtime_options(_mapping(yaml_file.read(path), path, "the file"), path)


def resolve(file: ProjectFile) -> Project:
    """Return where the program and its interpreter are; CommandError where one of them is missing."""
    program = Path(os.path.normpath(file.root / file.main))
    if not (program / "__main__.py").is_file():
        raise _wrong(file.path, f"main: there is no program at {program / '__main__.py'}")
    return Project(file.name, file.root, program, _interpreter(file))


def _interpreter(file: ProjectFile) -> Path:
    toolchain = file.options.get("toolchain", "pip")
    folder = file.options.get("virtualenv") or (".venv" if toolchain == "uv" else None)
    if folder is None and toolchain == "pip":
        return Path(sys.executable)
    if folder is None:
        raise _wrong(
            file.path, f"runtime.options: with toolchain {toolchain!r} the embedded engine needs `virtualenv` to be set"
        )
    if not isinstance(folder, str):
        raise _wrong(file.path, f"runtime.options.virtualenv: must be text, is {folder!r}")
    return interpreter_in(file.root / folder, f"{file.path}: runtime.options.virtualenv")


def interpreter_in(folder: Path, setting: str) -> Path:
    """Return the interpreter of the virtual environment that `setting` names."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.is_file():
        raise CommandError(
            f"{setting}: there is no virtual environment at {folder}. Make one and install what is needed into it, "
            f"for example with: python3 -m venv {folder} && {python} -m pip install -r requirements.txt",
            Exit.CONFIGURATION,
        )
    return python


def _runtime_options(content: dict[str, Any], path: Path) -> dict[str, Any]:
    runtime = content.get("runtime")
    if runtime == "python":
        return {}
    if isinstance(runtime, dict) and runtime.get("name") == "python":
        return _mapping(runtime.get("options") or {}, path, "runtime.options")
    given = runtime.get("name") if isinstance(runtime, dict) else runtime
    raise _wrong(path, f"runtime: {given!r} is not supported by the sandbox, only 'python' is")


def _mapping(value: object, path: Path, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, f"{place} must be a mapping of keys to values")
    return {str(key): item for key, item in value.items()}


def _text(content: dict[str, Any], key: str, path: Path) -> str:
    value = content.get(key) or ""
    if not isinstance(value, str):
        raise _wrong(path, f"{key}: must be text, is {value!r}")
    return value


def _wrong(path: Path, what: str) -> CommandError:
    return CommandError(f"{path}: {what}", Exit.CONFIGURATION)
