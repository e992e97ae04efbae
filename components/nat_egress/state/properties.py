"""Property values as a checkpoint holds them.

Signatures are those of `sdk/go/common/resource/sig.go` and `pkg/resource/stack/deployment.go` in pulumi/pulumi 3.259.
Assets, archives and resource references stay the signed objects that they are in the file.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from . import numbers
from .errors import StateError
from .values import UNKNOWN, Properties, Secret, Value

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker, not a password
FLOAT: Final = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c"
KEPT: Final = frozenset(
    {
        "c44067f5952c0a294b673a41bacd8c17",  # asset
        "0def7320c3a5731c473e5ecbe6d01bc7",  # archive
        "5cf8f73096256a8f31e491e813e4eb8e",  # resource reference
    }
)
UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Json: TypeAlias = Any
"""What `json.loads` returns."""

EncryptSecret = Callable[[Secret, str], dict[str, str]]
"""From a secret and its plaintext (JSON) to the fields that stand beside its signature."""


def encode(value: Value, encrypt: EncryptSecret) -> Json:
    """Return `value` as JSON, each secret as what `encrypt` makes of it."""
    if isinstance(value, str | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {key: encode(value[key], encrypt) for key in sorted(value)}
    if isinstance(value, Secret):
        plaintext = json.dumps(encode(value.value, _inside_a_secret), separators=(",", ":"), ensure_ascii=False)
        return {SIGNATURE: SECRET, **encrypt(value, plaintext)}
    if isinstance(value, list | tuple):
        return [encode(item, encrypt) for item in value]
    return UNKNOWN_TEXT if value is UNKNOWN else _encode_number(value)


def decode(value: Json, decrypt: Callable[[str], str]) -> Value:
    """Return the value that the JSON `value` stands for."""
    if isinstance(value, dict):
        signature = value.get(SIGNATURE)
        if signature is None:
            return {key: decode(item, decrypt) for key, item in value.items()}
        return _decode_signed(value, signature, decrypt)
    if isinstance(value, list):
        return [decode(item, decrypt) for item in value]
    return UNKNOWN if value == UNKNOWN_TEXT else value


def decode_all(properties: Mapping[str, Json], decrypt: Callable[[str], str]) -> Properties:
    """Return the properties that a checkpoint's object stands for."""
    return {key: decode(item, decrypt) for key, item in properties.items()}


def _inside_a_secret(_secret: Secret, plaintext: str) -> dict[str, str]:
    # The whole is encrypted once: a secret inside a secret is only marked (SerializePropertyValue).
    return {"ciphertext": plaintext}


def _encode_number(value: float) -> Json:
    if math.isfinite(value):
        return numbers.normalise(value)
    return {SIGNATURE: FLOAT, "value": struct.pack(">d", value).hex()}


def _decode_signed(value: dict[str, Any], signature: str, decrypt: Callable[[str], str]) -> Value:
    if signature == SECRET:
        return _decode_secret(value, decrypt)
    if signature == FLOAT:
        try:
            return struct.unpack(">d", bytes.fromhex(value["value"]))[0]
        except (KeyError, TypeError, ValueError, struct.error):
            raise StateError(f"malformed float value {value.get('value')!r}") from None
    if signature in KEPT:
        return value
    raise StateError(f"unrecognized signature {signature!r} in property map")


def _decode_secret(value: dict[str, Any], decrypt: Callable[[str], str]) -> Secret:
    ciphertext, plaintext = value.get("ciphertext"), value.get("plaintext")
    if isinstance(ciphertext, str) and plaintext is None:
        plaintext = decrypt(ciphertext)
    elif not isinstance(plaintext, str) or ciphertext is not None:
        raise StateError("malformed secret value: exactly one of `ciphertext` or `plaintext` must be supplied")
    try:
        inner = json.loads(plaintext)
    except ValueError:
        raise StateError("malformed secret value: what it decrypts to is not JSON") from None
    return Secret(decode(inner, lambda text: text))
