"""What load balancers make of the machines behind them, read for the verdict of `ways_out`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .resource_types.balancer_parts import all_rules, referred
from .resource_types.interface_balancing import joined
from .schema import Body
from .ways_out import LoadBalancer
from .world import Resource, World


def out_through(configuration: Body, world: World) -> list[LoadBalancer]:
    """Return the load balancers that an IP configuration is behind, with the addresses by which each lets it out.

    Only the primary configuration of an interface goes out this way (learn.microsoft.com/azure/load-balancer/
    outbound-rules, 2024-04-11), and a pool by address lets nobody out (virtual-network/ip-services/
    default-outbound-access, 2023): its machines are as if there were none.
    """
    behind: dict[str, tuple[Resource, set[str]]] = {}
    for part, balancer in joined(configuration, world):
        behind.setdefault(balancer.id.key, (balancer, set()))[1].add(part.id.key)
    return [
        LoadBalancer(str(balancer.id), tuple(_letting_out(balancer, parts, world)))
        for balancer, parts in behind.values()
    ]


def into(configurations: Iterable[Body], world: World) -> list[str]:
    """Return the public addresses of the front ends whose rules lead to an interface."""
    found: list[str] = []
    for configuration in configurations:
        for part, balancer in joined(configuration, world):
            for rule in all_rules(balancer, world):
                leads = part.id.key in (rule["id"].lower(), *referred(rule, "backendAddressPool"))
                if leads and "/outboundRules/" not in rule["id"]:
                    found += _addresses(balancer, rule, world)
    return list(dict.fromkeys(found))


def _letting_out(balancer: Resource, pools: set[str], world: World) -> list[str]:
    """Return the IPv4 addresses from which a load balancer lets the members of some of its pools out."""
    found: list[str] = []
    own = balancer.properties
    by_default = [one for one in own["loadBalancingRules"] if not one["properties"]["disableOutboundSnat"]]
    for rule in (*own["outboundRules"], *by_default):
        if pools & set(referred(rule, "backendAddressPool")):
            found += [text for text in _addresses(balancer, rule, world) if ":" not in text]
    return list(dict.fromkeys(found))


def _addresses(balancer: Resource, rule: Body, world: World) -> Iterator[str]:
    """Yield the public addresses and prefixes of the front ends of a rule."""
    ends = referred(rule, "frontendIPConfiguration")
    for item in balancer.properties["frontendIPConfigurations"]:
        properties = item["properties"]
        if item["id"].lower() in ends:
            if address := world.follow(properties.get("publicIPAddress")):
                yield address.properties["ipAddress"]
            if prefix := world.follow(properties.get("publicIPPrefix")):
                yield prefix.properties["ipPrefix"]
