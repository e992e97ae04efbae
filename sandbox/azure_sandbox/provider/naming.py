"""Names for resources that the program gives none (azure-native `provider.go` getDefaultName)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from .diff import CREATE_BEFORE_DELETE
from .resources import ResourceType
from .wire import Properties

SUFFIX_DIGITS: Final = 8

Mode: TypeAlias = Literal["propose", "enforce", "disable"]


@dataclass(frozen=True)
class Autonaming:
    """What the engine says about names where `pulumi:autonaming` is configured."""

    mode: Mode
    proposed: str


def default_name(
    row: ResourceType, urn: str, olds: Properties, seed: bytes, autonaming: Autonaming | None
) -> Properties:
    """Return the inputs that name the resource; none where automatic names are switched off.

    The name of before stays. A generated one comes with the flag that lets a replacement stand beside the resource.
    """
    parameter = row.name_parameter
    if parameter in olds:
        flagged = olds.get(CREATE_BEFORE_DELETE) is True
        return {parameter: olds[parameter], **({CREATE_BEFORE_DELETE: True} if flagged else {})}
    if autonaming is not None:
        if autonaming.mode == "disable":
            return {}
        return {parameter: autonaming.proposed, CREATE_BEFORE_DELETE: True}
    name = urn.rpartition("::")[2]
    if row.is_child:
        return {parameter: name}
    return {parameter: name + _suffix(seed), CREATE_BEFORE_DELETE: True}


def _suffix(seed: bytes) -> str:
    """Eight hexadecimal digits, the same for the same seed."""
    return hashlib.sha256(seed).hexdigest()[:SUFFIX_DIGITS] if seed else secrets.token_hex(SUFFIX_DIGITS // 2)
