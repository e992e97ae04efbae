"""Random load balancers, and network interfaces behind them: pools, rules of every kind, several front ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.agreement.in_azure import child, resource


@dataclass
class Balancer:
    """A load balancer with what an interface can join."""

    name: str
    internal: bool
    resources: list[dict[str, Any]] = field(default_factory=list)
    pools: list[str] = field(default_factory=list)
    """Ids."""
    nat_rules: list[str] = field(default_factory=list)
    """Ids of inbound NAT rules that lead to one interface each, and that none has yet."""


def balancer(random: Random, name: str, *, inside: str = "") -> Balancer:
    """Return a load balancer with rules; `inside` is the id of the subnet of an internal one."""
    found = Balancer(name, internal=bool(inside))
    ends = [_front_end(random, found, f"fe{number}", inside) for number in range(random.choice([1, 1, 2, 3]))]
    pools = [f"p{number}" for number in range(random.choice([1, 1, 2]))]
    outbound = [] if inside else _outbound_rules(random, found, ends, pools)
    taken = [one for rule in outbound for one in rule["frontendIPConfigurations"]]
    rules = [_rule(random, found, number, ends, pools) for number in range(random.choice([0, 1, 1, 2]))]
    for rule in rules:
        if rule["frontendIPConfiguration"] in taken:
            rule["disableOutboundSnat"] = True
    props = {
        "sku": {"name": "Standard"},
        "frontendIPConfigurations": ends,
        "backendAddressPools": [{"name": pool} for pool in pools],
        "loadBalancingRules": rules,
        "outboundRules": outbound,
        "inboundNatRules": [_nat_rule(random, found, ends)] if random.random() < 0.3 else [],
    }
    if random.random() < 0.5:
        # What is left out is kept, and may be a resource of its own.
        props = {key: value for key, value in props.items() if value}
    found.resources.append(resource("LoadBalancer", name, **props))
    found.pools = [f"${{{name}.id}}/backendAddressPools/{pool}" for pool in pools]
    if "inboundNatRules" in props:
        found.nat_rules = [f"${{{name}.id}}/inboundNatRules/{one['name']}" for one in props["inboundNatRules"]]
    elif random.random() < 0.5:
        _separate(random, found, ends, pools)
    return found


def behind(random: Random, balancers: Sequence[Balancer]) -> Callable[[Random], dict[str, Any]]:
    """Return what joins IP configurations of one interface: to one public load balancer, and one internal, at most."""
    chosen = [
        random.choice(alike)
        for internal in (False, True)
        if (alike := [one for one in balancers if one.internal is internal]) and random.random() < 0.7
    ]

    def join(random: Random) -> dict[str, Any]:
        found: dict[str, Any] = {}
        pools = [pool for one in chosen for pool in one.pools if random.random() < 0.7]
        if pools:
            found["loadBalancerBackendAddressPools"] = [{"id": pool} for pool in pools]
        rules = [one.nat_rules.pop() for one in chosen if one.nat_rules and random.random() < 0.5]
        if rules:
            found["loadBalancerInboundNatRules"] = [{"id": rule} for rule in rules]
        return found

    return join


def _front_end(random: Random, found: Balancer, name: str, inside: str) -> dict[str, Any]:
    if inside:
        return {"name": name, "subnet": {"id": inside}}
    kind, sku = random.choice(["address", "address", "address", "prefix", "IPv6"]), {"name": "Standard"}
    own = f"{found.name}-{name}"
    if kind == "prefix":
        found.resources.append(resource("PublicIPPrefix", own, sku=sku, prefixLength=31))
        return {"name": name, "publicIPPrefix": {"id": f"${{{own}.id}}"}}
    version = {"publicIPAddressVersion": "IPv6"} if kind == "IPv6" else {}
    found.resources.append(resource("PublicIPAddress", own, sku=sku, publicIPAllocationMethod="Static", **version))
    return {"name": name, "publicIPAddress": {"id": f"${{{own}.id}}"}}


def _to(found: Balancer, collection: str, name: str) -> dict[str, str]:
    return {"id": f"${{{found.name}.id}}/{collection}/{name}"}


def _outbound_rules(
    random: Random, found: Balancer, ends: list[dict[str, Any]], pools: list[str]
) -> list[dict[str, Any]]:
    """Return outbound rules that share no front end."""
    free = random.sample(ends, k=random.randint(0, len(ends)))
    rules = []
    while free and len(rules) < len(pools):
        used = [free.pop() for _ in range(random.randint(1, len(free)))]
        rules.append(
            {
                "name": f"out{len(rules)}",
                "protocol": random.choice(["All", "Tcp", "Udp"]),
                "frontendIPConfigurations": [_to(found, "frontendIPConfigurations", end["name"]) for end in used],
                "backendAddressPool": _to(found, "backendAddressPools", random.choice(pools)),
            }
        )
    return rules


def _rule(random: Random, found: Balancer, number: int, ends: list[dict[str, Any]], pools: list[str]) -> dict[str, Any]:
    disabled = random.choice([None, True, False])
    rule = {
        "name": f"web{number}",
        "protocol": random.choice(["Tcp", "Udp"]),
        "frontendPort": 80 + number,
        "backendPort": 80 + number,
        "frontendIPConfiguration": _to(found, "frontendIPConfigurations", random.choice(ends)["name"]),
    }
    several = [_to(found, "backendAddressPools", pool) for pool in pools]
    rule |= {"backendAddressPools": several} if random.random() < 0.2 else {"backendAddressPool": several[0]}
    return rule if disabled is None else {**rule, "disableOutboundSnat": disabled}


def _nat_rule(random: Random, found: Balancer, ends: list[dict[str, Any]]) -> dict[str, Any]:
    end = _to(found, "frontendIPConfigurations", random.choice(ends)["name"])
    return {"name": "ssh", "protocol": "Tcp", "frontendPort": 2222, "backendPort": 22, "frontendIPConfiguration": end}


def _separate(random: Random, found: Balancer, ends: list[dict[str, Any]], pools: list[str]) -> None:
    """Add an inbound NAT rule that is a resource of its own, to a pool or to an interface."""
    name = f"{found.name}-ssh"
    props = {key: value for key, value in _nat_rule(random, found, ends).items() if key != "name"}
    if random.random() < 0.5:
        del props["frontendPort"]
        props |= {"frontendPortRangeStart": 500, "frontendPortRangeEnd": 600}
        props["backendAddressPool"] = _to(found, "backendAddressPools", random.choice(pools))
    else:
        found.nat_rules.append(f"${{{name}.id}}")
    found.resources.append(child(found.name, "InboundNatRule", name, **props))
