"""A stack's configuration: its file, the project's schema, and the texts that the program is given.

Rules as in `pkg/workspace/config.go` and `sdk/go/common/resource/config` of pulumi/pulumi 3.259.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nat_egress.state import numbers

from ..errors import CommandError, Exit
from . import yaml_file
from .project import ProjectFile
from .request import ConfigValue

KEY_PARTS: Final = 2
ESCAPED: Final[dict[str, str | int | None]] = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
"""Go's encoding/json writes these three escaped, and the text reaches providers as it is."""


@dataclass(frozen=True)
class StackFile:
    """What Pulumi.<stack>.yaml says, its secrets still encrypted."""

    path: Path
    values: Mapping[str, Any]
    """Fully qualified key to the value in the file."""
    encryption_salt: str = ""
    secrets_provider: str = ""


def read(project: ProjectFile, stack: str) -> StackFile:
    """Return the stack's file; CommandError where there is none, or it can't be understood."""
    path = project.stack_file(stack)
    if not path.is_file():
        known = ", ".join(project.stacks()) or "none"
        raise CommandError(
            f"no stack file for '{stack}': {path} does not exist. Stacks with a file: {known}", Exit.STACK_NOT_FOUND
        )
    content = yaml_file.read(path)
    content = {} if content is None else content
    if not isinstance(content, dict):
        raise _wrong(path, "must be a mapping of keys to values")
    if content.get("environment"):
        raise _wrong(path, "environment: ESC environments need Pulumi Cloud, which the sandbox does without")
    raw = content.get("config") or {}
    if not isinstance(raw, dict):
        raise _wrong(path, "config: must be a mapping of keys to values")
    return StackFile(
        path,
        {_qualified(str(key), project.name, path): value for key, value in raw.items()},
        str(content.get("encryptionsalt") or ""),
        str(content.get("secretsprovider") or ""),
    )


def resolve(project: ProjectFile, stack: str, file: StackFile, decrypt: Callable[[str], str]) -> dict[str, ConfigValue]:
    """Return every value that the program is given, sorted by key: the stack's, then the project's defaults."""
    values = {key: _value(raw, decrypt) for key, raw in file.values.items()}
    missing: list[str] = []
    for name, schema in sorted(project.config.items()):
        key = _qualified(name, project.name, project.path)
        given = _default(schema, name, project)
        if key not in values and given is not None:
            values[key] = _value(given, decrypt)
        elif key not in values and key.startswith(f"{project.name}:"):
            missing.append(name)
    if missing:
        raise _missing(stack, missing, file.path)
    for name, schema in sorted(project.config.items()):
        key = _qualified(name, project.name, project.path)
        if isinstance(schema, dict) and key in values:
            _check(schema, values[key], f"{file.path}: {key}", structured=_is_structured(file.values.get(key)))
    return dict(sorted(values.items()))


def secure_keys(file: StackFile) -> list[str]:
    """Return the keys whose values hold something encrypted."""
    return sorted(key for key, raw in file.values.items() if _holds_secure(raw))


def plain(raw: object, decrypt: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    """Return a value of the file as JSON has it, secrets decrypted."""
    if isinstance(raw, dict):
        if set(raw) == {"secure"} and isinstance(raw["secure"], str):
            return decrypt(raw["secure"])
        return {_key_text(key): plain(item, decrypt) for key, item in raw.items()}
    if isinstance(raw, list):
        return [plain(item, decrypt) for item in raw]
    if isinstance(raw, dt.datetime | dt.date):
        return _moment(raw)
    return numbers.normalise(raw) if isinstance(raw, float) and math.isfinite(raw) else raw


def rewrapped(raw: object, decrypt: Callable[[str], str], encrypt: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    """Return a value of the file as JSON has it, its secrets encrypted for another stack."""
    if isinstance(raw, dict) and set(raw) == {"secure"}:
        return {"secure": encrypt(plain(raw, decrypt))}
    if isinstance(raw, dict):
        return {_key_text(key): rewrapped(item, decrypt, encrypt) for key, item in raw.items()}
    if isinstance(raw, list):
        return [rewrapped(item, decrypt, encrypt) for item in raw]
    return plain(raw, decrypt)


def salt_of(path: Path) -> str:
    """Return the `encryptionsalt` of a stack file; empty where there is none."""
    content = yaml_file.read(path) if path.is_file() else None
    return str(content.get("encryptionsalt") or "") if isinstance(content, dict) else ""


def _value(raw: object, decrypt: Callable[[str], str]) -> ConfigValue:
    secret = _holds_secure(raw)
    value = plain(raw, decrypt)
    if isinstance(value, dict | list):
        text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        return ConfigValue(text.translate(str.maketrans(ESCAPED)), secret)
    return ConfigValue(_scalar(value), secret)


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return numbers.text(value) if isinstance(value, int | float) else str(value)


def _moment(value: dt.date) -> str:
    # The CLI hands a date on as Go prints a time.Time.
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - given its zone below
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    name = "UTC" if moment.utcoffset() == dt.timedelta(0) else moment.strftime("%z")
    return f"{moment:%Y-%m-%d %H:%M:%S} {moment:%z} {name}"


def _key_text(key: object) -> str:
    return _scalar(key) if not isinstance(key, str) else key


def _holds_secure(raw: object) -> bool:
    if isinstance(raw, dict):
        return set(raw) == {"secure"} or any(map(_holds_secure, raw.values()))
    return isinstance(raw, list) and any(map(_holds_secure, raw))


def _is_structured(raw: object) -> bool:
    return isinstance(raw, dict | list) and not (isinstance(raw, dict) and set(raw) == {"secure"})


def _qualified(key: str, project: str, path: Path) -> str:
    parts = key.split(":")
    if len(parts) == 1:
        return f"{project}:{key}"
    if len(parts) == KEY_PARTS + 1 and parts[1] == "config":
        return f"{parts[0]}:{parts[2]}"
    if len(parts) == KEY_PARTS and all(parts):
        return key
    raise _wrong(path, f"config: {key!r} is not a configuration key (of the form <namespace>:<name>)")


def _default(schema: object, name: str, project: ProjectFile) -> object:
    if not isinstance(schema, dict):
        return schema
    if "default" in schema and "value" in schema:
        raise _wrong(project.path, f"config.{name}: has both 'default' and 'value'; keep one of them")
    if ":" in name and not name.startswith(f"{project.name}:") and "default" in schema:
        raise _wrong(project.path, f"config.{name}: a key of another namespace takes 'value', not 'default'")
    given: object = schema.get("value", schema.get("default"))
    return given


def _missing(stack: str, names: list[str], path: Path) -> CommandError:
    quoted = [f"'{name}'" for name in names]
    listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    values = "value" if len(quoted) == 1 else "values"
    return _wrong(path, f"Stack '{stack}' is missing configuration {values} {listed}: add them below `config:`")


def _check(schema: dict[str, Any], value: ConfigValue, place: str, *, structured: bool) -> None:
    kind = schema.get("type")
    if kind is None:
        return
    if schema.get("secret") and not value.secret:
        raise CommandError(f"{place}: must be encrypted, as the project says that it is secret", Exit.CONFIGURATION)
    content: object = value.text
    if structured or kind in {"array", "object"}:
        try:
            content = json.loads(value.text)
        except ValueError:
            content = value.text
    if not _matches(kind, schema.get("items"), content):
        raise CommandError(f"{place}: must be of type '{_type_name(schema)}'", Exit.CONFIGURATION)


def _matches(kind: object, items: object, content: object) -> bool:
    if kind == "integer":
        return _is_integer(content)
    if kind == "boolean":
        return isinstance(content, bool) or content in {"true", "false"}
    if kind == "array":
        item = items if isinstance(items, dict) else {}
        return isinstance(content, list) and all(
            _matches(item.get("type"), item.get("items"), each) for each in content
        )
    return isinstance(content, dict if kind == "object" else str)


def _is_integer(content: object) -> bool:
    if isinstance(content, str):
        try:
            int(content)
        except ValueError:
            return False
        return True
    return isinstance(content, int | float) and not isinstance(content, bool) and float(content).is_integer()


def _type_name(schema: Mapping[str, Any]) -> str:
    items = schema.get("items")
    return f"array<{_type_name(items)}>" if isinstance(items, dict) else str(schema.get("type"))


def _wrong(path: Path, what: str) -> CommandError:
    return CommandError(f"{path}: {what}", Exit.CONFIGURATION)
