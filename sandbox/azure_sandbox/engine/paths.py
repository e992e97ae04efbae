"""Property paths: how options such as ignoreChanges name a place inside a resource's properties.

The grammar and the rules are those of pulumi/pulumi `sdk/go/common/resource/properties_path.go`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from nat_egress.state.values import Secret, Value

Path: TypeAlias = tuple[str | int, ...]

_ELEMENT: Final = re.compile(
    r"""\[ " (?P<quoted> (?: \\" | [^"] )* ) " \] | \[ (?P<index> -?\d+ | \* ) \] | \.? (?P<name> [^.\[]+ )""",
    re.VERBOSE,
)
_PLAIN_NAME: Final = re.compile(r"\w+", re.ASCII)
_WILDCARD: Final = "*"


def parse_path(text: str) -> Path:
    """Return the path that `text` names: `a.b[0]["c d"]`, with `*` for any; ValueError where it names none."""
    if not text or text.startswith("."):
        raise ValueError(f"{text!r} is no property path: it must begin with a property's name")
    elements: list[str | int] = []
    position = 0
    while position < len(text):
        match = _ELEMENT.match(text, position) or _ELEMENT.match(text, position + (text[position] == "."))
        if match is None:
            raise ValueError(f"{text!r} is no property path: nothing can be made of {text[position:]!r}")
        if match["quoted"] is not None:
            elements.append(match["quoted"].replace('\\"', '"'))
        elif match["index"] is not None:
            elements.append(_WILDCARD if match["index"] == _WILDCARD else int(match["index"]))
        else:
            elements.append(match["name"])
        position = match.end()
    return tuple(elements)


def format_path(path: Sequence[str | int]) -> str:
    """Return `path` in the form in which diffs name it."""
    text = ""
    for element in path:
        if isinstance(element, int):
            text += f"[{element}]"
        elif not _PLAIN_NAME.fullmatch(element):
            escaped = element.replace('"', '\\"')
            text += f'["{escaped}"]'
        else:
            text += f".{element}" if text else element
    return text


def contains(path: Path, other: Path) -> bool:
    """Tell whether `path` is `other` or a place around it."""
    return len(path) <= len(other) and all(
        mine in (_WILDCARD, theirs) for mine, theirs in zip(path, other, strict=False)
    )


def reset(path: Path, old: Value, new: Value) -> tuple[Value, bool]:
    """Return `new` with the place at `path` as it is in `old`, and whether that could be done.

    Nothing is created on the way to the place, and lists keep their lengths. `new` itself is not changed.
    """
    return _reset(path, old, new, secret=False)


def _reset(path: Path, old: Value, new: Value, *, secret: bool) -> tuple[Value, bool]:
    if isinstance(new, Secret):
        value, done = _reset(path, old, new.value, secret=False)
        return Secret(value), done
    if isinstance(old, Secret):
        return _reset(path, old.value, new, secret=True)
    head, rest = path[0], path[1:]
    if head == _WILDCARD:
        return _reset_all(rest, old, new, secret=secret)
    if isinstance(head, int):
        return _reset_index(head, rest, old, new, secret=secret)
    return _reset_key(head, rest, old, new, secret=secret)


def _keep(value: Value, *, secret: bool) -> Value:
    return Secret(value) if secret else value


def _reset_key(key: str, rest: Path, old: Value, new: Value, *, secret: bool) -> tuple[Value, bool]:
    in_old = isinstance(old, dict) and key in old
    if not isinstance(new, dict):
        return new, not in_old if not rest else not isinstance(old, dict)
    if not rest:
        if in_old:
            return {**new, key: _keep(old[key], secret=secret)}, True
        return {name: value for name, value in new.items() if name != key}, True
    if not isinstance(old, dict):
        return new, False
    if key not in new:
        return new, not in_old
    value, done = _reset(rest, old.get(key), new[key], secret=secret)
    return {**new, key: value}, done


def _reset_index(index: int, rest: Path, old: Value, new: Value, *, secret: bool) -> tuple[Value, bool]:
    if not isinstance(old, list) or not isinstance(new, list):
        return new, not isinstance(old, list) and not isinstance(new, list) and index >= 0
    if index < 0:
        return new, False
    if index >= len(old) or index >= len(new):
        return new, not rest and index >= len(old) and index >= len(new)
    if rest:
        value, done = _reset(rest, old[index], new[index], secret=secret)
    else:
        value, done = _keep(old[index], secret=secret), True
    return [*new[:index], value, *new[index + 1 :]], done


def _reset_all(rest: Path, old: Value, new: Value, *, secret: bool) -> tuple[Value, bool]:
    keys: Sequence[str | int]
    if isinstance(new, dict) and isinstance(old, dict):
        if not rest:
            return {key: _keep(value, secret=secret) for key, value in old.items()}, True
        keys, complete = list(old), all(key in new for key in old)
    elif isinstance(new, list) and isinstance(old, list):
        keys, complete = range(min(len(old), len(new))), len(old) == len(new)
    else:
        return new, not rest and isinstance(new, dict | list)
    if isinstance(new, dict) and not complete:
        return new, False
    for key in keys:
        new, done = _reset((key, *rest), old, new, secret=secret)
        complete = complete and done
    return new, complete
