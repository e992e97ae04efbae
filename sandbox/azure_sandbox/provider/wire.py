"""Property values between the wire's Struct and plain Python.

Decoded values are None, bool, int, float, str, lists and dicts with str keys, and `Unknown`; what is encoded may be
`Secret` too. Constants are those of pulumi/pulumi `sdk/go/common/resource/plugin/rpc.go`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from google.protobuf.struct_pb2 import NULL_VALUE, Struct
from google.protobuf.struct_pb2 import Value as WireValue

Value: TypeAlias = Any
"""A decoded value, as the module says."""

Properties: TypeAlias = dict[str, Value]

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker of the protocol
_UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SENTINELS: Final = frozenset(
    {
        _UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known before the update has run; the sentinel tells the type it will have."""

    sentinel: str


UNKNOWN: Final = Unknown(_UNKNOWN_STRING)
"""What azure-native answers for any value it cannot know yet, whatever its type."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value for the engine to keep secret."""

    value: Value


def contains_unknown(value: Value) -> bool:
    """Tell whether any part of `value` is unknown."""
    if isinstance(value, dict):
        return any(map(contains_unknown, value.values()))
    if isinstance(value, list):
        return any(map(contains_unknown, value))
    return isinstance(value, Unknown)


def decode(struct: Struct) -> Properties:
    """Return the properties of `struct`: without nulls, secrets laid open, whole numbers as int."""
    decoded = ((name, _decode(value)) for name, value in struct.fields.items())
    return {name: value for name, value in decoded if value is not None}


def _decode(value: WireValue) -> Value:
    kind = value.WhichOneof("kind")
    if kind is None or kind == "null_value":
        return None
    content = getattr(value, kind)
    if kind == "list_value":
        return [_decode(item) for item in content.values]
    if kind == "struct_value":
        secret = _SIGNATURE in content.fields and content.fields[_SIGNATURE].string_value == _SECRET
        return _decode(content.fields["value"]) if secret else decode(content)
    if kind == "number_value" and content.is_integer():
        return int(content)
    return Unknown(content) if content in _SENTINELS else content


def encode(properties: Mapping[str, Value]) -> Struct:
    """Return `properties` as the wire has them; None is left out.

    Raises:
        TypeError: a value has no form on the wire.

    """
    struct = Struct()
    _encode_fields(properties, struct)
    return struct


def _encode_fields(properties: Mapping[str, Value], struct: Struct) -> None:
    fields = struct.fields
    for name, value in properties.items():
        if value is not None:
            _encode(value, fields[name])


def _encode(value: Value, target: WireValue) -> None:
    if isinstance(value, str):
        target.string_value = value
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = value
    elif isinstance(value, Unknown):
        target.string_value = value.sentinel
    elif isinstance(value, Secret):
        fields = target.struct_value.fields
        fields[_SIGNATURE].string_value = _SECRET
        _encode(value.value, fields["value"])
    elif isinstance(value, Mapping):
        target.struct_value.SetInParent()
        _encode_fields(value, target.struct_value)
    elif isinstance(value, list):
        target.list_value.SetInParent()
        items = target.list_value.values
        for item in value:
            _encode(item, items.add())
    elif value is None:
        target.null_value = NULL_VALUE
    else:
        raise TypeError(f"{type(value).__name__} has no form on the wire")
