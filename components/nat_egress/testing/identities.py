"""What Azure gives to a resource's managed identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..graph.values import Value, peek
from ..state.values import UNKNOWN

TENANT: Final = "00000000-0000-0000-0000-000000000001"


def identity_of(name: str, inputs: Mapping[str, Value], *, known: bool) -> dict[str, Value]:
    """Return the identity as Azure gives it back, of whatever kind the resource called `name` is; none if it has none.

    The identities that are assigned to it are a list in a program, and a dict in what it is answered.
    """
    identity = peek(inputs, "identity")
    if not isinstance(identity, Mapping):
        return {}
    answer = {**identity}
    if assigned := identity.get("userAssignedIdentities"):
        answer["userAssignedIdentities"] = {f"{one}": {} for one in assigned} if known else UNKNOWN
    if "SystemAssigned" in str(identity.get("type")):
        principal = {"principalId": f"principal-of-{name}", "tenantId": TENANT}
        answer |= principal if known else dict.fromkeys(principal, UNKNOWN)
    return {"identity": answer}
