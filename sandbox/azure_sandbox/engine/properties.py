"""Property values on the wire: protobuf structs with signatures for what JSON has no word for.

The signatures are those of pulumi/pulumi `sdk/go/common/resource/sig/sig.go`; what is kept or dropped follows
`pkg/resource/plugin/rpc.go`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from google.protobuf import struct_pb2
from nat_egress.state.values import UNKNOWN, Properties, Secret, Value

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a signature of the protocol, not a password
OUTPUT_VALUE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE_REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"

_UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWNS: Final = frozenset(
    {
        _UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_UNSUPPORTED: Final = {
    "c44067f5952c0a294b673a41bacd8c17": "an asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
    "2bd51b53b5aa4dbd9e1ec5d94eadb9ac": "a byte string",
}
_EXACT_INTEGERS: Final = 2**53


class UnsupportedValueError(ValueError):
    """A property holds a kind of value that the embedded engine cannot carry."""


@dataclass(frozen=True)
class Accepts:
    """What the receiver of properties understands; the rest is replaced by the nearest plain value, or left out."""

    unknowns: bool = True
    secrets: bool = True
    resources: bool = True


EVERYTHING: Final = Accepts()


def decode(struct: struct_pb2.Struct, dependencies: dict[str, set[str]] | None = None) -> Properties:
    """Return the properties in `struct`.

    With `dependencies`, the URNs that output values name are added to it, by property. Raises UnsupportedValueError for
    assets and archives.
    """
    properties: Properties = {}
    for key, value in struct.fields.items():
        found: set[str] = set()
        try:
            properties[key] = _decode(value, found)
        except UnsupportedValueError as error:
            raise UnsupportedValueError(f"property {key!r} is {error}") from None
        if dependencies is not None and found:
            dependencies.setdefault(key, set()).update(found)
    return properties


def encode(properties: Properties, accepts: Accepts = EVERYTHING) -> struct_pb2.Struct:
    """Return `properties` as a struct for a receiver that understands `accepts`."""
    struct = struct_pb2.Struct()
    _encode_fields(struct, properties, accepts)
    return struct


def references(value: Value) -> Iterator[dict[str, Value]]:
    """Yield every resource reference within `value`."""
    if isinstance(value, Secret):
        yield from references(value.value)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        if value.get(SIGNATURE_KEY) == RESOURCE_REFERENCE:
            yield value
        else:
            for item in value.values():
                yield from references(item)


def _decode(value: struct_pb2.Value, found: set[str]) -> Value:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWNS else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() and abs(number) < _EXACT_INTEGERS else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode(item, found) for item in value.list_value.values]
    if kind == "struct_value":
        return _decode_object({key: _decode(item, found) for key, item in value.struct_value.fields.items()}, found)
    return None


def _decode_object(fields: dict[str, Value], found: set[str]) -> Value:
    signature = fields.get(SIGNATURE_KEY)
    if signature is None or signature == RESOURCE_REFERENCE:
        return fields
    if signature == SECRET:
        return Secret(fields.get("value"))
    if signature == OUTPUT_VALUE:
        found.update(fields.get("dependencies", ()))
        element = fields.get("value", UNKNOWN)
        return Secret(element) if fields.get("secret") else element
    raise UnsupportedValueError(_UNSUPPORTED.get(str(signature), f"of the unknown kind {signature!r}"))


def _encode_fields(struct: struct_pb2.Struct, properties: Properties, accepts: Accepts) -> None:
    for key, value in properties.items():
        if value is UNKNOWN and not accepts.unknowns:
            continue
        _encode(struct.fields[key], value, accepts)


def _encode(target: struct_pb2.Value, value: Value, accepts: Accepts) -> None:
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif value is UNKNOWN:
        target.string_value = _UNKNOWN_STRING
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = value
    else:
        _encode_compound(target, value, accepts)


def _encode_compound(target: struct_pb2.Value, value: Value, accepts: Accepts) -> None:
    if isinstance(value, Secret):
        if not accepts.secrets:
            _encode(target, value.value, accepts)
            return
        fields = target.struct_value.fields
        fields[SIGNATURE_KEY].string_value = SECRET
        _encode(fields["value"], value.value, accepts)
    elif isinstance(value, list):
        target.list_value.SetInParent()
        for item in value:
            if item is not UNKNOWN or accepts.unknowns:
                _encode(target.list_value.values.add(), item, accepts)
    elif value.get(SIGNATURE_KEY) == RESOURCE_REFERENCE and not accepts.resources:
        _encode(target, value["id"] if value.get("id") is not None else value["urn"], accepts)
    else:
        target.struct_value.SetInParent()
        _encode_fields(target.struct_value, value, accepts)
