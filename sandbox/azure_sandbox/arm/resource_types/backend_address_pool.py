"""Backend address pools: their members join from their own side, by network interface, or stand here by address."""

from __future__ import annotations

from ..errors import Refusal
from ..rules import Put
from ..schema import Body, OneOf, ReadOnly, Ref
from ..world import Resource, World
from . import names
from .balancer_parts import element, leads_to
from .base import ResourceType


def _by_address(put: Put, world: World) -> None:
    """Refuse addresses in no virtual network, and beside network interfaces."""
    addresses = put.properties["loadBalancerBackendAddresses"]
    for item in addresses:
        own = item.setdefault("properties", {})
        if "ipAddress" not in own or not ({"virtualNetwork", "subnet"} & {*own, *put.properties}):
            raise _misfit(put, f"has address {item['name']} without ipAddress or virtualNetwork. Set both")
    if addresses and put.old and world.referrers(put.old.id, names.NETWORK_INTERFACE):
        raise _misfit(put, "has network interfaces as members, and can't have addresses too. Make another pool")


def _misfit(put: Put, what: str) -> Refusal:
    return Refusal("SandboxBackendPool", f"{put.id} {what}.")


def _back_references(pool: Resource, world: World) -> Body:
    balancer = world.get(pool.id.parent) if pool.id.parent else None
    found = leads_to(balancer, "backendAddressPool", str(pool.id), world) if balancer else {}
    if outbound := found.get("outboundRules"):
        found["outboundRule"] = outbound[0]
    members = sorted(referrer.element for referrer in world.referrers(pool.id, names.NETWORK_INTERFACE))
    if members:
        found["backendIPConfigurations"] = [{"id": id_} for id_ in members]
    return found


BACKEND_POOL = ResourceType(
    name=names.BACKEND_POOL,
    schema={
        "properties": {
            "loadBalancerBackendAddresses": [
                element(
                    ipAddress=str,
                    virtualNetwork=Ref(names.VIRTUAL_NETWORK),
                    subnet=Ref(names.SUBNET),
                    adminState=OneOf(("None", "Up", "Down")),
                    networkInterfaceIPConfiguration=ReadOnly(),
                    inboundNatRulesPortMapping=ReadOnly(),
                )
            ],
            "virtualNetwork": Ref(names.VIRTUAL_NETWORK),
            "drainPeriodInSeconds": int,
            "syncMode": OneOf(("Automatic", "Manual")),
            "backendIPConfigurations": ReadOnly(),
            "inboundNatRules": ReadOnly(),
            "loadBalancingRules": ReadOnly(),
            "outboundRule": ReadOnly(),
            "outboundRules": ReadOnly(),
        }
    },
    defaults={"properties": {"loadBalancerBackendAddresses": []}},
    rules=(_by_address,),
    back_references=_back_references,
)
