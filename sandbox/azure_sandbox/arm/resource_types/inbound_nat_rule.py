"""Inbound NAT rules: a port of a front end that leads to one network interface, or a range of them to a pool."""

from __future__ import annotations

from ..errors import Refusal
from ..rules import Put
from ..schema import Body, OneOf, Part, ReadOnly
from ..world import Resource, World
from . import names
from .base import ResourceType

_RANGE = ("frontendPortRangeStart", "frontendPortRangeEnd")


def _complete_rule(put: Put, world: World) -> None:
    """Refuse a rule without front end, protocol or ports, and one that leads to a pool and to an interface."""
    properties = put.properties
    needed = ["frontendIPConfiguration", "protocol", "backendPort"]
    needed += _RANGE if "backendAddressPool" in properties else ["frontendPort"]
    if missing := [name for name in needed if name not in properties]:
        raise _misfit(put, f"has no {', '.join(missing)}. Set it")
    if "backendAddressPool" in properties and put.old and world.referrers(put.old.id, names.NETWORK_INTERFACE):
        raise _misfit(put, "leads to a network interface, and can't lead to a pool too. Make another rule")


def _misfit(put: Put, what: str) -> Refusal:
    return Refusal("SandboxInboundNatRule", f"{put.id} {what}.")


def _back_references(rule: Resource, world: World) -> Body:
    for referrer in world.referrers(rule.id, names.NETWORK_INTERFACE):
        return {"backendIPConfiguration": {"id": referrer.element}}
    return {}


INBOUND_NAT_RULE = ResourceType(
    name=names.INBOUND_NAT_RULE,
    schema={
        "properties": {
            "frontendIPConfiguration": Part(),
            "backendAddressPool": Part(),
            "protocol": OneOf(("Tcp", "Udp", "All")),
            "frontendPort": int,
            "frontendPortRangeStart": int,
            "frontendPortRangeEnd": int,
            "backendPort": int,
            "idleTimeoutInMinutes": int,
            "enableFloatingIP": bool,
            "enableTcpReset": bool,
            "backendIPConfiguration": ReadOnly(),
        }
    },
    defaults={"properties": {"idleTimeoutInMinutes": 4, "enableFloatingIP": False, "enableTcpReset": False}},
    rules=(_complete_rule,),
    back_references=_back_references,
)
