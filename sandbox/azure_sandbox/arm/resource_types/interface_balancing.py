"""Network interfaces behind load balancers: what they may join."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Refusal
from ..ids import ResourceId
from ..rules import Put
from ..schema import Body
from ..world import Resource, World
from . import names
from .balancer_parts import is_internal

_POOLS, _RULES = "loadBalancerBackendAddressPools", "loadBalancerInboundNatRules"


def joined(configuration: Body, world: World) -> Iterator[tuple[Resource, Resource]]:
    """Yield the pools and inbound NAT rules that an IP configuration names, each with its load balancer."""
    for name in (_POOLS, _RULES):
        for reference in configuration["properties"].get(name, ()):
            part = world.follow(reference)
            balancer = world.get(part.id.parent) if part and part.id.parent else None
            if part and balancer:
                yield part, balancer


def addresses_of_balanced_sku(put: Put, world: World) -> None:
    """Refuse a Basic public address of an interface behind a Standard load balancer."""
    for item in put.properties["ipConfigurations"]:
        address = world.follow(item["properties"].get("publicIPAddress"))
        for balancer in _balancers(put, world):
            if address and address.body["sku"]["name"] != balancer.body["sku"]["name"]:
                raise Refusal(
                    "DifferentSkuLoadBalancersAndPublicIPAddressNotAllowed",
                    "Different basic sku and standard sku load balancer or public Ip resources are not allowed: "
                    f"{balancer.id} and {address.id}.",
                )


def one_balancer_of_a_type(put: Put, world: World) -> None:
    """Refuse two public, or two internal, load balancers."""
    for internal in (False, True):
        alike = [one for one in _balancers(put, world) if is_internal(one) is internal]
        if len(alike) > 1:
            raise Refusal(
                "NetworkInterfaceUsesMultipleLoadBalancersOfSameType",
                f"Network interface {put.id} references more than one load balancer of the same type (internal or "
                f"public): {', '.join(str(one.id) for one in alike)}.",
            )


def same_network_as_balancer(put: Put, world: World) -> None:
    """Refuse a load balancer whose members, or whose private front ends, are in another virtual network."""
    own = _network(world.follow(put.properties["ipConfigurations"][0]["properties"]["subnet"]))
    for balancer in _balancers(put, world):
        for user, network in _networks_of(balancer, put, world):
            if own and network and network.key != own.key:
                raise Refusal(
                    "SandboxLoadBalancerNetwork",
                    f"Network interface {put.id} uses load balancer {balancer.id} but does not use the same virtual "
                    f"network ({network}) as {user}. A load balancer serves one virtual network.",
                )


def pools_by_interface(put: Put, world: World) -> None:
    """Refuse a pool whose members are addresses."""
    for part, _ in _joined(put, world):
        if part.properties.get("loadBalancerBackendAddresses"):
            raise Refusal(
                "SandboxBackendPool",
                f"{put.id} refers to {part.id}, whose members are addresses. A pool is of addresses or of network "
                "interfaces: use another.",
            )


def inbound_rules_free(put: Put, world: World) -> None:
    """Refuse an inbound NAT rule that leads elsewhere: to another configuration, or to a pool."""
    seen: set[str] = set()
    for part, _ in _joined(put, world):
        if part.type != names.INBOUND_NAT_RULE:
            continue
        others = [one for one in world.referrers(part.id, names.NETWORK_INTERFACE) if one.id.lower() != put.id.key]
        where = others[0].element if others else part.properties.get("backendAddressPool", {}).get("id")
        if part.id.key in seen or where:
            raise Refusal(
                "SandboxInboundNatRule",
                f"{put.id} refers to {part.id}, which leads to {where or 'another of its configurations'}. Make a rule "
                "for each.",
            )
        seen.add(part.id.key)


def _joined(put: Put, world: World) -> Iterator[tuple[Resource, Resource]]:
    for item in put.properties["ipConfigurations"]:
        yield from joined(item, world)


def _balancers(put: Put, world: World) -> list[Resource]:
    return list({balancer.id.key: balancer for _, balancer in _joined(put, world)}.values())


def _networks_of(balancer: Resource, put: Put, world: World) -> Iterator[tuple[str, ResourceId | None]]:
    """Yield what else a load balancer has in a virtual network, and in which."""
    for item in balancer.properties["frontendIPConfigurations"]:
        yield item["id"], _network(world.follow(item["properties"].get("subnet")))
    for child in world.children(balancer.id):
        for referrer in world.referrers(child.id, names.NETWORK_INTERFACE):
            other = world.follow({"id": referrer.id})
            if other and other.id.key != put.id.key:
                yield (
                    referrer.element,
                    _network(world.follow(other.properties["ipConfigurations"][0]["properties"]["subnet"])),
                )


def _network(subnet: Resource | None) -> ResourceId | None:
    return subnet.id.parent if subnet else None
