"""Property values on the wire: protobuf structs into plain values, with `Secret` and `UNKNOWN`, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import struct_pb2

from ..graph.of_analyzer import decode
from ..graph.values import OUTPUT_VALUE, SECRET, SIGNATURE, UNKNOWN_TEXTS
from ..state.values import UNKNOWN, Secret, Value

_UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for an unknown value (pulumi/pulumi `sdk/go/common/resource/plugin/rpc.go`, 3.272)."""


def values_of(struct: struct_pb2.Struct) -> dict[str, Value]:
    """Return the properties in a struct."""
    return {key: opened(item) for key, item in decode(struct).items()}


def opened(value: Value) -> Value:
    """Return a decoded value with what the protocol signs as what it means; assets and references stay as they are."""
    if isinstance(value, str):
        return UNKNOWN if value in UNKNOWN_TEXTS else value
    if isinstance(value, list):
        return [opened(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    signature = value.get(SIGNATURE)
    if signature == SECRET:
        return Secret(opened(value.get("value")))
    if signature == OUTPUT_VALUE:
        inner = opened(value["value"]) if "value" in value else UNKNOWN
        return Secret(inner) if value.get("secret") is True else inner
    return {key: opened(item) for key, item in value.items()}


def struct_of(values: Mapping[str, Value]) -> struct_pb2.Struct:
    """Return a struct with these properties."""
    struct = struct_pb2.Struct()
    struct.update({key: _signed(item) for key, item in values.items()})
    return struct


def _signed(value: Value) -> Any:  # noqa: ANN401 - any JSON value
    if value is UNKNOWN:
        return _UNKNOWN_TEXT
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET, "value": _signed(value.value)}
    if isinstance(value, Mapping):
        return {key: _signed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_signed(item) for item in value]
    return value
