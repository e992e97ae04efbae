"""Plugins that a project keeps in folders: where Pulumi.yaml says that they are, and how they are started.

Mirrors pulumi/pulumi `sdk/go/common/resource/plugin/host.go` (collectPluginsFromPackages) and
`sdk/python/cmd/pulumi-language-python/main.go` (RunPlugin).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ..errors import CommandError, Exit
from . import yaml_file
from .project import ProjectFile
from .request import Plugin

FILE: Final = "PulumiPlugin.yaml"
_GUARDED: Final = Path(__file__).with_name("guarded.py")
_LOCAL: Final = ("./", "..", "/")
"""How a source in `packages` begins that is a path; all others are names or addresses of what is to be downloaded."""


def folders(file: ProjectFile) -> dict[str, Path]:
    """Return the folders of the plugins that `plugins.providers` and `packages` of a project name, by package."""
    found: dict[str, Path] = {}
    for name, source in (*_providers(file), *_packages(file)):
        found.setdefault(name, Path(os.path.normpath(file.root / source)))
    return found


def plugin(name: str, folder: Path) -> Plugin:
    """Return how the plugin in `folder` is started; CommandError where it is not one that the sandbox can start."""
    path = folder / FILE
    if not path.is_file():
        raise _wrong(folder, f"package {name}: there is no {FILE} in that folder")
    if not (folder / "__main__.py").is_file():
        raise _wrong(folder, f"package {name}: the embedded engine starts only plugins that have a __main__.py")
    content = yaml_file.read(path)
    runtime = content.get("runtime") if isinstance(content, dict) else None
    kind, options = (runtime.get("name"), runtime.get("options")) if isinstance(runtime, dict) else (runtime, None)
    if kind != "python":
        raise _wrong(path, f"runtime: {kind!r} is not supported by the embedded engine, only 'python' is")
    options = options if isinstance(options, dict) else {}
    python = folder / str(options.get("virtualenv") or "venv") / "bin" / "python"
    if not python.is_file():
        raise _wrong(
            path,
            f"the virtual environment of package {name} is missing: there is no {python}. `pulumi install` makes it, "
            f"and so does: python3 -m venv {python.parent.parent} && {python} -m pip install {folder}",
        )
    return Plugin(name, "", (str(python), "-u", str(_GUARDED), str(folder)))


def _providers(file: ProjectFile) -> Iterator[tuple[str, str]]:
    plugins = file.content.get("plugins") or {}
    for entry in (plugins.get("providers") or []) if isinstance(plugins, dict) else []:
        match entry:
            case {"name": str(name), "path": str(path)}:
                yield name, path
            case _:
                raise _wrong(file.path, f"plugins.providers: {entry!r} must have a name and a path")


def _packages(file: ProjectFile) -> Iterator[tuple[str, str]]:
    packages: Any = file.content.get("packages") or {}
    if not isinstance(packages, dict):
        raise _wrong(file.path, "packages must be a mapping of names to sources")
    for name, value in packages.items():
        source = value.get("source") if isinstance(value, dict) else value
        if isinstance(source, str) and source.startswith(_LOCAL):
            yield str(name), source


def _wrong(path: Path, what: str) -> CommandError:
    return CommandError(f"{path}: {what}", Exit.CONFIGURATION)
