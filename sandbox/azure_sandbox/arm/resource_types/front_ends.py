"""Front ends of a load balancer: the addresses at which it listens, and from which it lets its pools out."""

from __future__ import annotations

from typing import Final

from ..errors import Refusal
from ..rules import Put
from ..schema import Body
from ..world import Resource, World
from .private_addresses import element_id
from .public_ips import STANDARD_V2, address_in_use, held_by_other, prefix_free, used_whole

FRONT_ENDS: Final = "frontendIPConfigurations"

_PLACES = ("subnet", "publicIPAddress", "publicIPPrefix")
_CHILDREN = ("probes", "loadBalancingRules", "outboundRules")


def misfit(put: Put, what: str) -> Refusal:
    """Return the refusal of a front end that is not as it must be."""
    return Refusal("SandboxLoadBalancerFrontEnd", f"{put.id} {what}.")


def front_ends(put: Put, world: World) -> None:
    """Refuse front ends in no place or in several, and a mixture of public and private ones."""
    for item in put.properties[FRONT_ENDS]:
        properties = item.setdefault("properties", {})
        properties.setdefault("privateIPAllocationMethod", "Dynamic")
        given = [name for name in _PLACES if name in properties]
        if len(given) != 1:
            raise misfit(
                put,
                f"has front end {item['name']} with {' and '.join(given) or 'none'} of {', '.join(_PLACES)}. Set "
                "exactly one",
            )
        properties.setdefault("privateIPAddressVersion", "IPv4")
    private = [item["name"] for item in put.properties[FRONT_ENDS] if "subnet" in item["properties"]]
    if private and len(private) < len(put.properties[FRONT_ENDS]):
        raise misfit(
            put, f"has private front ends ({', '.join(private)}) and public ones. Make a load balancer for each kind"
        )
    networks = {
        str(subnet.id.parent).lower()
        for item in put.properties[FRONT_ENDS]
        if (subnet := world.follow(item["properties"].get("subnet")))
    }
    if len(networks) > 1:
        raise misfit(put, f"has front ends in {', '.join(sorted(networks))}. Put them into one virtual network")


def parts_need_a_front_end(put: Put, _world: World) -> None:
    """Refuse rules and probes of a load balancer that has no front end."""
    if not put.properties[FRONT_ENDS] and any(put.properties[name] for name in _CHILDREN):
        raise Refusal(
            "LoadBalancerWithoutFrontendIPCantHaveChildResources",
            f"{put.id} has no frontend IP configuration, and can't have child resources.",
        )


def public_front_ends(put: Put, world: World) -> None:
    """Refuse a public address or prefix of another SKU, or in use elsewhere."""
    seen: set[str] = set()
    for item in put.properties[FRONT_ENDS]:
        held = world.follow(item["properties"].get("publicIPAddress") or item["properties"].get("publicIPPrefix"))
        if held is None:
            continue
        if held.id.key in seen:
            raise misfit(put, f"refers to {held.id} twice. Use it for one front end only")
        seen.add(held.id.key)
        _fits_sku(put, held)
        _is_free(put, item, held, world)


def _fits_sku(put: Put, held: Resource) -> None:
    sku = held.body["sku"]["name"]
    if sku == STANDARD_V2:
        raise Refusal(
            "SandboxPublicIPOnlyOnNatGateway",
            f"{put.id} refers to {held.id}, which has SKU StandardV2. Those serve StandardV2 NAT gateways only.",
        )
    if sku != put.body["sku"]["name"]:
        raise Refusal(
            "PublicIPAndLBSkuDoNotMatch",
            f"{put.body['sku']['name']} sku load balancer {put.id} cannot reference {sku} sku publicIP {held.id}.",
        )


def _is_free(put: Put, item: Body, held: Resource, world: World) -> None:
    element = element_id(put, item)
    if "publicIPPrefix" in item["properties"]:
        prefix_free(held, element, world)
        return
    holder = held_by_other(held, element, world)
    # An address may move between the front ends of one load balancer in one PUT.
    if holder and holder.id.lower() != put.id.key:
        raise address_in_use(held, element, holder)
    used_whole(held, world, element)
