"""Resources as an analyzer is shown them: protobuf structs, into what rules read."""

from __future__ import annotations

from google.protobuf import struct_pb2

from .values import Value


def decode(value: struct_pb2.Struct) -> dict[str, Value]:
    """Return the properties in a struct, signed values as the protocol has them."""
    return {key: _decode(item) for key, item in value.fields.items()}


def _decode(value: struct_pb2.Value) -> Value:
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "struct_value":
            return decode(value.struct_value)
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case _:
            return None
