"""A program as a folder has it: `Pulumi.yaml`, a stack file, and the code, run as Pulumi runs it."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from .failures import Failure, MissingAnswer, hidden

__tracebackhide__ = hidden

_LOADER: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENVIRONMENT: Final = ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS", "PULUMI_PROJECT", "PULUMI_STACK")
_TEXT_OF_OUTPUT: Final = "PULUMI_ERROR_OUTPUT_STRING"
"""With it, Pulumi's SDK refuses to make text of an output, which would only say that this is not supported."""


@dataclass(frozen=True)
class Program:
    """A program of a folder, with the configuration of one stack."""

    project: str
    main: Path
    """What is run: a folder with a `__main__.py`, or a file."""
    config: dict[str, str]
    """Full keys and text, structured values as JSON."""

    def __call__(self) -> None:
        """Run it, as `__main__`; what it hands to `pulumi.run` is run later, still in `place`."""
        runpy.run_path(str(self.main), run_name="__main__")

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Make the folder of its code the working directory, and have what it imports of itself be its own."""
        # Pulumi's working directory is that of the code (pulumi/pulumi `sdk/go/common/workspace/project.go`).
        folder = self.main if self.main.is_dir() else self.main.parent
        with contextlib.chdir(folder), _own_modules(folder), _not_frozen():
            yield


def read(folder: Path, stack: str | None, given: Mapping[str, object]) -> Program:
    """Read the program in `folder`.

    `given` is configuration over that of the stack file; a key without a namespace is the project's. Raises `Failure`
    where there is no such program or stack, `MissingAnswer` where a value is encrypted.
    """
    folder = folder.resolve()
    project = _document(folder / "Pulumi.yaml", f"{folder} is no Pulumi program: it has no Pulumi.yaml")
    name = str(project.get("name", folder.name))
    config = _defaults(project.get("config"))
    if stack is not None:
        config |= _stack_file(folder / _stack_folder(project), stack, given)
    written = {_full(name, key): value for key, value in {**config, **given}.items()}
    secret = sorted(key for key, value in written.items() if isinstance(value, dict) and set(value) == {"secure"})
    if secret:
        raise MissingAnswer(
            f"The stack file of {stack} has {', '.join(secret)} encrypted, and a test has no key to it. Give a value: "
            f'record(…, config={{"{secret[0]}": "…"}}).'
        )
    main = (folder / str(project.get("main", "."))).resolve()
    _refuse_no_python(folder, project.get("runtime"), main)
    return Program(name, main, {key: text_of(value) for key, value in written.items()})


def _refuse_no_python(folder: Path, runtime: object, main: Path) -> None:
    """Python would run another `__main__.py` that it finds where the program has none."""
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name not in (None, "python"):
        raise Failure(f"{folder} is a program in {name}. Programs in Python are recorded.")
    file = main if main.suffix == ".py" or main.is_file() else main / "__main__.py"
    if not file.is_file():
        raise Failure(f"{folder} has no program: there is no {file}. Its Pulumi.yaml says where it is: main.")


def text_of(value: object) -> str:
    """Return a configuration value as Pulumi hands it to a program: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _full(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


full_key = _full


def _stack_folder(project: Mapping[str, Any]) -> str:
    older = project.get("config")
    return str(project.get("stackConfigDir") or (older if isinstance(older, str) else ""))


def _defaults(declared: object) -> dict[str, object]:
    """Return the values that a project declares for all its stacks."""
    found: dict[str, object] = {}
    for key, value in (declared if isinstance(declared, dict) else {}).items():
        if not isinstance(value, dict):
            found[key] = value
        elif "value" in value or "default" in value:
            found[key] = value.get("value", value.get("default"))
    return found


def _stack_file(folder: Path, stack: str, given: Mapping[str, object]) -> dict[str, object]:
    names = sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in folder.glob("Pulumi.*.yaml"))
    there = f"There are {', '.join(names)}." if names else "There is none."
    found = _document(folder / f"Pulumi.{stack}.yaml", f"{folder} has no stack file Pulumi.{stack}.yaml. {there}")
    if found.get("environment") and not given:
        raise MissingAnswer(
            f"The stack file of {stack} takes values from an ESC environment, which a test does not open. Give those "
            "that the program reads: record(…, config={…})."
        )
    return dict(found.get("config") or {})


def _document(path: Path, otherwise: str) -> dict[str, Any]:
    if not path.is_file():
        raise Failure(otherwise)
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe one, in C where there is one
    except yaml.YAMLError as error:
        raise Failure(f"{path} is no YAML: {error}") from None
    return found if isinstance(found, dict) else {}


@contextlib.contextmanager
def environment(project: str, stack: str, config: Mapping[str, str], secret_keys: list[str]) -> Iterator[None]:
    """Set what Pulumi sets in the environment of a program, and nothing else of Pulumi's, for as long as this lasts.

    After it, the environment is as it was, whatever the program has done to it.
    """
    kept = dict(os.environ)
    for key in kept:
        if key.startswith("PULUMI_CONFIG") or key in _ENVIRONMENT:
            del os.environ[key]
    new = (json.dumps(dict(config)), json.dumps(secret_keys), project, stack)
    os.environ.update(zip(_ENVIRONMENT, new, strict=True))
    os.environ.setdefault(_TEXT_OF_OUTPUT, "true")
    try:
        yield
    finally:
        for key in os.environ.keys() - kept.keys():
            del os.environ[key]
        os.environ.update(kept)


@contextlib.contextmanager
def _not_frozen() -> Iterator[None]:
    """Have `gc.freeze` do nothing: a program may do it that has its process for itself, and here the tests go on."""
    freeze = gc.freeze
    gc.freeze = lambda: None
    try:
        yield
    finally:
        gc.freeze = freeze


@contextlib.contextmanager
def _own_modules(folder: Path) -> Iterator[None]:
    """Have a program import the modules that lie beside it, and leave none of them behind.

    What they declare when they are imported is declared in each run, and two programs may have a module of one name.
    Those that the test has imported itself stay as they are: their classes are those that the test knows.
    """
    replaced = {top for top in _loaded(folder) if _takes_precedence(top, folder) and not _lies_in(top, folder)}
    elsewhere = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in replaced}
    before = set(sys.modules)
    path = list(sys.path)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = path
        new = {top for top in _loaded(folder) if _lies_in(top, folder)}
        for name in [name for name in sys.modules if name.partition(".")[0] in new and name not in before]:
            del sys.modules[name]
        sys.modules.update(elsewhere)


def _loaded(folder: Path) -> set[str]:
    """Return the modules that are loaded and called as something in a folder is."""
    there = {entry.name.removesuffix(".py") for entry in folder.iterdir()}
    return (there & sys.modules.keys()) - sys.stdlib_module_names - {"__main__"}


def _takes_precedence(name: str, folder: Path) -> bool:
    return (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()


def _lies_in(name: str, folder: Path) -> bool:
    module = sys.modules[name]
    places = [*getattr(module, "__path__", ())] or [getattr(module, "__file__", None) or ""]
    return any(Path(place).resolve().parent == folder for place in places)
