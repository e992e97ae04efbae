"""What one command works on: the project, the stack, its configuration and the rehearsal's folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nat_egress.state import Passphrase, SecretsError, StackReference, StackStore, StateError
from nat_egress.state.model import Snapshot
from nat_egress.state.workspace import passphrase

from . import outside
from .engine import config, local_plugins, project
from .engine.project import ProjectFile
from .engine.request import ConfigValue, Plugin
from .errors import CommandError, Exit
from .rehearsal import STAND_INS, Rehearsal

FOLDER = ".sandbox"
DEFAULT_PACK = "policies"
_OWN = frozenset(each.package for each in STAND_INS)
"""Packages that the sandbox serves by itself, whatever a project says."""


@dataclass(frozen=True)
class Session:
    """One stack of one project in one sandbox."""

    project: project.ProjectFile
    store: StackStore
    rehearsal: Rehearsal
    environment: Mapping[str, str]
    """The user's own."""

    @property
    def stack(self) -> str:
        """The stack's name."""
        return self.store.reference.stack

    @property
    def outside(self) -> outside.OutsideStore | None:
        """Where the stack is kept, if that is outside the sandbox."""
        return self.store if isinstance(self.store, outside.OutsideStore) else None

    def load(self) -> Snapshot | None:
        """Return the stack's snapshot for an operation on it, verified; None where there is no such stack.

        Raises:
            CommandError: the stack is kept outside, and is not the sandbox's.

        """
        return self.outside.load_own() if self.outside else self.store.load()

    def stack_file(self) -> config.StackFile:
        """Return the stack's configuration file."""
        return config.read(self.project, self.stack)

    def values(self, *, checked: bool = True) -> dict[str, ConfigValue]:
        """Return the values that the program is given; unchecked, for where none runs, they are the file's own."""
        file = self.stack_file()
        values = config.resolve(self.schema(checked=checked), self.stack, file, self.decrypter(file))
        if self.outside:
            outside.check_settings(values)
        return values

    def schema(self, *, checked: bool) -> ProjectFile:
        """Return the project as the values of a stack are held against it: unchecked, it asks for none."""
        return self.project if checked else replace(self.project, config={})

    def decrypter(self, file: config.StackFile) -> Callable[[str], str]:
        """Return what decrypts the values of the user's own stack file."""
        crypter = Passphrase(passphrase(self.environment)).crypter_of_salt(file.encryption_salt)

        def decrypt(ciphertext: str) -> str:
            keys = ", ".join(config.secure_keys(file))
            if file.secrets_provider not in {"", "passphrase"} or not file.encryption_salt:
                raise CommandError(
                    f"{file.path}: the secure values ({keys}) belong to the secrets provider "
                    f"{file.secrets_provider or 'of Pulumi Cloud'!r}, which the sandbox does not ask; "
                    "give the stack that you rehearse values of its own",
                    Exit.CONFIGURATION,
                )
            try:
                return crypter.decrypt(ciphertext)
            except SecretsError as error:
                raise CommandError(f"{file.path}: {keys}: {error}", Exit.CONFIGURATION) from None

        return decrypt

    def local_plugins(self) -> tuple[Plugin, ...]:
        """Return how the plugins are started that the project keeps in folders; never in place of the sandbox's own."""
        found = local_plugins.folders(self.project)
        return tuple(local_plugins.plugin(name, folder) for name, folder in found.items() if name not in _OWN)

    def policy_packs(self, given: list[Path]) -> tuple[Path, ...]:
        """Return the policy packs to run: those given, or the project's own where it has one."""
        own = self.project.root / DEFAULT_PACK
        packs = given or ([own] if (own / "PulumiPolicy.yaml").is_file() else [])
        for pack in packs:
            _check_pack(pack)
        return tuple(pack.absolute() for pack in packs)


def start(cwd: Path, stack: str, sandbox: Path | None, backend: str | None = None) -> Session:
    """Return the session of a command line; CommandError where the project can't be understood.

    `backend` is the URL of the backend that keeps the stack, in place of the sandbox's own.
    """
    if not cwd.is_dir():
        raise CommandError(f"--cwd {cwd}: no such folder", Exit.CONFIGURATION)
    file = project.read(project.find(cwd))
    rehearsal = Rehearsal(Path(os.path.normpath((sandbox or file.root / FOLDER).absolute())))
    try:
        reference = StackReference(file.name, stack)
    except StateError as error:
        raise CommandError(str(error), Exit.CONFIGURATION) from None
    store = (
        outside.store(backend, reference, rehearsal, os.environ)
        if backend
        else StackStore(rehearsal.backend(), reference, rehearsal.passphrase())
    )
    return Session(file, store, rehearsal, os.environ)


def write_project(session: Session, *, checked: bool = True) -> None:
    """Write the project that the official CLI runs: the real program, and copies of what the CLI would write into.

    The copies are JSON, which is YAML: no text in it can be taken for a number.
    """
    real, folder = session.project, session.rehearsal.project
    content = {
        key: value
        for key, value in real.content.items()
        if key not in {"backend", "packages", "plugins", "stackConfigDir"}
    }
    resolved = project.resolve(real)
    options = dict(real.options)
    if "virtualenv" in options:
        options["virtualenv"] = str(resolved.python.parent.parent)
    content |= _packages(session)
    content |= {"main": str(resolved.program), "runtime": {"name": "python", "options": options}}
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / project.FILE, content)
    copy = folder / f"Pulumi.{session.stack}.yaml"
    _write(copy, _stack_copy(session, copy, checked=checked))


def _packages(session: Session) -> dict[str, Any]:
    """Return `packages` of the project, those in folders where they are found from the copy too."""
    found = local_plugins.folders(session.project)
    given = {**(session.project.content.get("packages") or {}), **{name: str(found[name]) for name in found}}
    packages = {name: source for name, source in given.items() if name not in _OWN}
    return {"packages": packages} if packages else {}


def _stack_copy(session: Session, copy: Path, *, checked: bool) -> dict[str, Any]:
    file = session.stack_file()
    decrypt = session.decrypter(file)
    config.resolve(session.schema(checked=checked), session.stack, file, decrypt)
    parsed = session.store.checkpoint()
    provider = parsed.deployment.get("secrets_providers") if parsed else None
    salt = config.salt_of(copy)
    if provider is None and salt:
        provider = {"type": "passphrase", "state": {"salt": salt}}
    crypter = session.store.passphrase.crypter(provider)
    values = {key: config.rewrapped(raw, decrypt, crypter.encrypt) for key, raw in file.values.items()}
    provider = crypter.provider
    return {"config": values} | ({"encryptionsalt": provider["state"]["salt"]} if provider else {})


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def _check_pack(pack: Path) -> None:
    if not (pack / "PulumiPolicy.yaml").is_file():
        raise CommandError(f"--policy-pack {pack}: there is no PulumiPolicy.yaml in that folder", Exit.CONFIGURATION)
    content = project.read_pack(pack / "PulumiPolicy.yaml")
    folder = content.get("virtualenv")
    if folder:
        project.interpreter_in(pack / folder, f"{pack / 'PulumiPolicy.yaml'}: runtime.options.virtualenv")
