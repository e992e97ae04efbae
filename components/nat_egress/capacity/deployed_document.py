"""What is deployed, and whether it is enough, as plain values for JSON. docs/capacity.md says what each key means."""

from __future__ import annotations

from collections.abc import Iterable

from .. import limits
from .deployed import Attached, Gateway
from .document import Document, document_of
from .verdict import Verdict

VERSION = 1


def deployed_document(stack: str, found: Iterable[tuple[Gateway, Verdict | None]]) -> Document:
    """Return the gateways of a stack as mappings, lists, numbers, texts and None."""
    gateways = [{**_gateway(gateway), "capacity": _verdict(gateway, verdict)} for gateway, verdict in found]
    return {"version": VERSION, "stack": stack, "gateways": gateways}


def _gateway(gateway: Gateway) -> Document:
    return {
        "name": gateway.name,
        "logical_name": gateway.logical_name,
        "id": gateway.id,
        "urn": gateway.urn,
        "sku": gateway.sku,
        "zone": gateway.zone,
        "idle_timeout_minutes": gateway.idle_timeout_minutes,
        "attached": [_attached(one) for one in gateway.attached],
        "addresses": gateway.addresses,
        "addresses_complete": not gateway.unknown,
        "snat_ports": limits.snat_ports(gateway.addresses),
        "subnets": list(gateway.subnets),
        "subnets_listed": list(gateway.listed_subnets),
        "machines": gateway.machines,
    }


def _attached(one: Attached) -> Document:
    return {
        "kind": one.kind,
        "id": one.id,
        "length": one.length,
        "addresses": one.addresses,
        "told_by": one.told_by,
    }


def _verdict(gateway: Gateway, verdict: Verdict | None) -> Document | None:
    if verdict is None:
        return None
    return {
        "profile_from": verdict.profile_from,
        "enough": verdict.enough,
        "addresses_needed": verdict.needed,
        "addresses_missing": max(0, verdict.needed - gateway.addresses),
        "size": document_of(verdict.answer) if verdict.answer else None,
    }
