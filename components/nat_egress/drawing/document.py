"""What is drawn of a network, as plain values for JSON. docs/drawing.md says what each key means.

drawing.schema.json describes the document; `VERSION` changes when a key changes its meaning.
"""

from __future__ import annotations

from typing import Any, Final

from ..ways_out import WayOut
from .model import Drawing, Group, Hop, In, Leg, Net, Out, Subnet

VERSION: Final = 1

Document = dict[str, Any]


def document_of(drawing: Drawing) -> Document:
    """Return a drawing as mappings, lists, texts, booleans and None."""
    return {
        "version": VERSION,
        "stack": drawing.stack,
        "preview": drawing.preview,
        "networks": [_net(one) for one in drawing.nets],
        "hops": [_hop(one) for one in drawing.hops],
    }


def _net(one: Net) -> Document:
    return {
        "key": one.key,
        "name": one.name,
        "ranges": list(one.ranges),
        "in_stack": one.in_stack,
        "groups": [_group(group) for group in one.groups],
        "subnets": [_subnet(subnet) for subnet in one.subnets],
    }


def _subnet(one: Subnet) -> Document:
    return {
        "key": one.key,
        "name": one.name,
        "ranges": list(one.ranges),
        "private": one.private,
        "role": one.role,
        "delegations": list(one.delegations),
        "in_stack": one.in_stack,
        "out": _out(one.out),
        "groups": [_group(group) for group in one.groups],
    }


def _group(one: Group) -> Document:
    return {
        "key": one.key,
        "name": one.name,
        "kind": one.kind,
        "members": [
            {"name": member.name, "urn": member.urn, "private_addresses": list(member.private_addresses)}
            for member in one.members
        ],
        "certain": one.certain,
        "out": _out(one.out),
        "ins": [_in(into) for into in one.ins],
    }


def _out(out: Out | None) -> Document | None:
    if out is None:
        return None
    parts = [{"destination": part.destination, **_leg(part.leg)} for part in out.parts]
    return {**_leg(out.leg), "parts": parts}


def _leg(leg: Leg) -> Document:
    none = leg.way is WayOut.NONE
    return {
        "way": leg.way.value if leg.way else None,
        "hop": None if none else leg.hop,
        "path": list(leg.path),
        "addresses": list(leg.addresses),
    }


def _in(into: In) -> Document:
    return {"hop": into.hop, "path": list(into.path), "certain": into.certain}


def _hop(one: Hop) -> Document:
    return {
        "key": one.key,
        "kind": one.kind.value,
        "name": one.name,
        "addresses": list(one.addresses),
        "in_stack": one.in_stack,
        "sku": one.sku,
        "zones": list(one.zones),
        "stands_for": one.stands_for or None,
    }
