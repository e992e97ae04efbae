"""Property values as rules read them: whatever stands there, reading it never fails.

An input that is absent, or null, is `MISSING`. One that is not known before the update, or that is of another type than
Azure takes, is `UNKNOWN`: what it will turn out to be is for the rule to reckon with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Final, TypeAlias

from ..state.values import UNKNOWN, Secret, Unknown

__all__ = [
    "MISSING",
    "UNKNOWN",
    "UNKNOWN_TEXTS",
    "Flag",
    "HiddenText",
    "Missing",
    "Text",
    "Unknown",
    "Value",
    "flag",
    "given",
    "items",
    "listed",
    "number",
    "peek",
    "same",
    "strings",
    "text",
    "texts",
    "understood",
    "unnested",
    "word",
]

Value: TypeAlias = Any
"""bool, int, float, str, a list or a dict of values, `Secret`, `UNKNOWN` or `MISSING`."""


class Missing(Enum):
    """The type of `MISSING`, an enum so that there is one of it and mypy can narrow by identity."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING
"""A value that is not given."""

Flag: TypeAlias = bool | Unknown | Missing
Text: TypeAlias = str | Unknown | Missing

UNKNOWN_TEXTS: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""What stands for an unknown value, by its type (pulumi/pulumi `sdk/go/common/resource/plugin/rpc.go`, 3.272)."""
REDACTED: Final = "[secret]"
"""What `pulumi policy analyze --file` puts in place of a secret that it can't open (its help, 3.260)."""

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""The key by which an object is something else than an object (`sdk/go/common/resource/sig/sig.go`, 3.272)."""
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a signature of the protocol, not a password
OUTPUT_VALUE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_OBJECTS: Final = frozenset(
    {
        "c44067f5952c0a294b673a41bacd8c17",  # asset
        "0def7320c3a5731c473e5ecbe6d01bc7",  # archive
        "5cf8f73096256a8f31e491e813e4eb8e",  # resource reference
    }
)


class HiddenText(str):
    """A text out of a secret: rules compare it as any other, and an f-string, as messages are, never shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[secret]"

    def __format__(self, _spec: str) -> str:
        return "[secret]"


def understood(value: Value, *, secret: bool = False) -> Value:
    """Return `value` with all that the protocol and states sign or encrypt as rules read it."""
    if isinstance(value, str):
        if value in UNKNOWN_TEXTS or value == REDACTED:
            return UNKNOWN
        return HiddenText(value) if secret else value
    if isinstance(value, Secret):
        return understood(value.value, secret=True)
    if isinstance(value, Mapping):
        return _understood_object(value, secret=secret)
    if isinstance(value, Sequence):
        return [understood(item, secret=secret) for item in value]
    return value


def _understood_object(value: Mapping[str, Value], *, secret: bool) -> Value:
    signature = value.get(SIGNATURE)
    if signature is None or (isinstance(signature, str) and signature in _OBJECTS):
        return {key: understood(item, secret=secret) for key, item in value.items()}
    if signature in (SECRET, OUTPUT_VALUE) and "value" in value:
        return understood(value["value"], secret=secret or signature == SECRET or value.get("secret") is True)
    return UNKNOWN


def peek(node: Value, *path: str) -> Value:
    """Return what stands at `path` under `node`."""
    for key in path:
        if node is MISSING or node is None:
            return MISSING
        if not isinstance(node, dict):
            return UNKNOWN
        node = node.get(key)
    return MISSING if node is None else node


def unnested(node: Value) -> Value:
    """Return a part of a resource with what Azure nests under `properties` beside its name, as azure-native has it."""
    inner = peek(node, "properties")
    if inner is MISSING or node is UNKNOWN:
        return node
    return {**node, **inner} if isinstance(inner, dict) else UNKNOWN


def items(node: Value, *path: str) -> list[Value]:
    """Return the items of the list at `path`, with `UNKNOWN` for what is none, and beside an object in its place."""
    value = peek(node, *path)
    if value is MISSING:
        return []
    if isinstance(value, dict):
        return [value, UNKNOWN]
    if isinstance(value, list):
        return [item for item in value if item is not None]
    return [UNKNOWN]


def flag(node: Value, *path: str) -> Flag:
    """Return the switch at `path`; the words true and false are taken for it."""
    value = peek(node, *path)
    if value is MISSING or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), UNKNOWN)
    return UNKNOWN


def text(node: Value, *path: str) -> Text:
    """Return the text at `path`; an empty one is `MISSING`."""
    value = peek(node, *path)
    if isinstance(value, str):
        return value or MISSING
    return MISSING if value is MISSING else UNKNOWN


def number(node: Value, *path: str) -> int | Unknown | Missing:
    """Return the whole number at `path`; one that is written as text is taken for it."""
    value = peek(node, *path)
    if isinstance(value, str) and value.isdecimal() and value.isascii():
        return int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1:
        return int(value)
    return MISSING if value is MISSING else UNKNOWN


def texts(node: Value, *path: str) -> list[str | Unknown]:
    """Return the texts in the list at `path`, with `UNKNOWN` for what is none; a text alone is a list of one."""
    value = peek(node, *path)
    if isinstance(value, str):
        return [value] if value else []
    found = (text({"": item}, "") for item in items(node, *path))
    return [one for one in found if one is not MISSING]


def given(node: Value, *path: str) -> bool | Unknown:
    """Tell whether anything stands at `path`: an empty list or object, or an empty text, is nothing."""
    value = peek(node, *path)
    return UNKNOWN if value is UNKNOWN else bool(value is not MISSING and value not in ("", [], {}))


def same(value: Value, word: str) -> bool:
    """Tell whether `value` is `word`, without case, as Azure compares."""
    return isinstance(value, str) and value.lower() == word.lower()


def word(value: Value, otherwise: str) -> str:
    """Return `value`, or `otherwise` where it is no text."""
    return value if isinstance(value, str) and value else otherwise


def listed(words: Iterable[str]) -> str:
    """Write words one after the other, each once, as they may stand in a message."""
    return ", ".join(dict.fromkeys(f"{one}" for one in words))


def strings(node: Value) -> Iterator[str]:
    """Yield every text in `node`, at whatever depth."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for item in node:
            yield from strings(item)
