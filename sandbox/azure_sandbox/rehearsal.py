"""The folder of a rehearsal: the cloud, the states, the plugins and the environment of all that is started.

Nothing outside of this folder is written: a rehearsal leaves the project, its stack files included, as it found them.
"""

from __future__ import annotations

import os
import shlex
import sys
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from nat_egress.state import FileBackend, Passphrase
from nat_egress.state.workspace import FILE_SCHEME

from .engine.request import Plugin
from .errors import CommandError
from .provider.settings import CLOUD

PASSPHRASE: Final = "rehearsal"  # noqa: S105 - it guards nothing: the cloud it belongs to is a file beside it
FOREIGN: Final = ("ARM_", "AWS_", "AZURE_", "GOOGLE_", "PULUMI_")
"""Prefixes of the variables that could lead to a real cloud or backend, and that nothing here inherits."""


@dataclass(frozen=True)
class StandInPlugin:
    """A provider of the sandbox's own, in place of the one that Pulumi would download."""

    package: str
    module: str
    """The Python module that serves it."""
    early: bool
    """As in `Plugin`."""

    @property
    def version(self) -> str:
        """The version that the program's SDK asks for."""
        return version(f"pulumi-{self.package}")

    @property
    def script(self) -> str:
        """The program that an engine starts."""
        return f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m {self.module} "$@"\n'


STAND_INS: Final = (
    StandInPlugin("azure-native", "azure_sandbox.provider", early=True),
    StandInPlugin("random", "azure_sandbox.random_provider", early=False),
)


@dataclass(frozen=True)
class Rehearsal:
    """A sandbox's folder and the places in it."""

    folder: Path
    """Absolute."""

    @property
    def home(self) -> Path:
        """PULUMI_HOME of everything that is started."""
        return self.folder / "home"

    @property
    def project(self) -> Path:
        """The project that the official CLI is given instead of the real one."""
        return self.folder / "project"

    @property
    def log(self) -> Path:
        """Where the traceback of an unexpected error goes."""
        return self.folder / "error.log"

    @property
    def cloud(self) -> Path:
        """The file that holds the sandbox's Azure."""
        return self.folder / CLOUD

    @property
    def _backend_folder(self) -> Path:
        return self.folder / "backend"

    def backend(self) -> FileBackend:
        """Return the backend that keeps the states of the rehearsals."""
        return FileBackend(
            self._backend_folder,
            lambda reference: f"python -m azure_sandbox cancel --stack {reference.stack}",
        )

    def keeps(self, url: str) -> bool:
        """Tell whether a URL is that of this backend."""
        return url.startswith(FILE_SCHEME) and Path(url.removeprefix(FILE_SCHEME)).resolve() == (
            self._backend_folder.resolve()
        )

    def identity(self) -> str:
        """Return what tells this sandbox from any other, made when it is first asked for."""
        file = self.folder / "identity"
        fresh = file.with_name(f"{file.name}.{os.getpid()}.tmp")
        try:
            if not file.exists():
                self.folder.mkdir(parents=True, exist_ok=True)
                fresh.write_text(str(uuid.uuid4()), encoding="ascii")
                # Of two that make it at once one wins, and both go on with that one.
                with suppress(FileExistsError):
                    os.link(fresh, file)
                fresh.unlink()
            return file.read_text(encoding="ascii")
        except OSError as error:
            raise CommandError(f"{file}: can't be made or read: {error.strerror}") from None

    def passphrase(self) -> Passphrase:
        """Return the passphrase of the states of the rehearsals."""
        return Passphrase(PASSPHRASE)

    def plugins(self) -> tuple[Plugin, ...]:
        """Return the stand-in providers."""
        return tuple(
            Plugin(each.package, each.version, (str(self._program(each)),), early=each.early) for each in STAND_INS
        )

    def prepare(self) -> None:
        """Make the folder, and the plugins where both engines find them."""
        try:
            self._backend_folder.mkdir(parents=True, exist_ok=True)
            for each in STAND_INS:
                _put(self._program(each), each.script)
        except OSError as error:
            raise CommandError(f"{self.folder}: the sandbox can't be made there: {error.strerror}") from None

    def _program(self, each: StandInPlugin) -> Path:
        plugin = f"resource-{each.package}-v{each.version}"
        return self.home / "plugins" / plugin / f"pulumi-resource-{each.package}"

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of what is started: no way to a real cloud, and this folder everywhere."""
        kept = {name: value for name, value in inherited.items() if not name.startswith(FOREIGN)}
        return {
            **kept,
            "AZURE_SANDBOX": str(self.folder),
            "PULUMI_HOME": str(self.home),
            "PULUMI_BACKEND_URL": self.backend().url,
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        }


def _put(program: Path, script: str) -> None:
    """Write a program; one that is running, or is being written by another process too, is never half there."""
    if program.exists() and program.read_text() == script:
        return
    program.parent.mkdir(parents=True, exist_ok=True)
    fresh = program.with_name(f"{program.name}.{os.getpid()}.tmp")
    fresh.write_text(script)
    fresh.chmod(0o755)
    fresh.replace(program)
