"""Rules of a load balancer among each other: ports, and which front end lets whom out."""

from __future__ import annotations

from itertools import combinations

from ..errors import Refusal
from ..limits import BALANCER_IDLE_TIMEOUT_MINUTES, OUTBOUND_PORTS_OF_ADDRESS, OUTBOUND_PORTS_STEP
from ..rules import Put
from ..schema import Body
from ..world import Resource, World
from . import names
from .balancer_parts import all_rules, referred
from .front_ends import FRONT_ENDS


def inbound_rules(put: Put, _world: World) -> None:
    """Refuse a load balancing rule that lacks its front end, protocol or port, and fill in what may be left out."""
    for rule in put.properties["loadBalancingRules"]:
        _has(put, rule, "frontendIPConfiguration", "protocol", "frontendPort")
        properties = rule["properties"]
        properties.setdefault("backendPort", properties["frontendPort"])
        properties.setdefault("loadDistribution", "Default")
        for name in ("enableFloatingIP", "enableTcpReset", "disableOutboundSnat"):
            properties.setdefault(name, False)
        _idle_timeout(put, rule)


def outbound_rules(put: Put, _world: World) -> None:
    """Refuse an outbound rule that lacks a front end, pool or protocol, or asks for ports that can't be given."""
    for rule in put.properties["outboundRules"]:
        _has(put, rule, "frontendIPConfigurations", "backendAddressPool", "protocol")
        properties = rule["properties"]
        properties.setdefault("enableTcpReset", False)
        ports = properties.setdefault("allocatedOutboundPorts", 0)
        if ports % OUTBOUND_PORTS_STEP or not 0 <= ports <= OUTBOUND_PORTS_OF_ADDRESS:
            raise _misfit(
                put,
                rule,
                f"has allocatedOutboundPorts {ports}. They are a multiple of {OUTBOUND_PORTS_STEP}, up to "
                f"{OUTBOUND_PORTS_OF_ADDRESS}, or 0 for Azure's choice",
            )
        _idle_timeout(put, rule)


def no_internal_outbound_rules(put: Put, _world: World) -> None:
    """Refuse outbound rules of an internal load balancer."""
    private = [item["name"] for item in put.properties[FRONT_ENDS] if "subnet" in item["properties"]]
    if private and put.properties["outboundRules"]:
        raise Refusal(
            "SandboxInternalLoadBalancerOutboundRules",
            f"Internal load balancer {put.id} cannot have any outbound rules. Either remove outbound rules or make "
            f"sure frontend IP configurations {', '.join(private)} reference public IP addresses and not subnets.",
        )


def one_rule_a_backend_port(put: Put, _world: World) -> None:
    """Refuse two load balancing rules that lead to one port of one pool, unless their addresses float."""
    for one, other in combinations(put.properties["loadBalancingRules"], 2):
        mine, theirs = one["properties"], other["properties"]
        pools = set(referred(one, "backendAddressPool")) & set(referred(other, "backendAddressPool"))
        floating = mine["enableFloatingIP"] or theirs["enableFloatingIP"]
        alike = (mine["protocol"], mine["backendPort"]) == (theirs["protocol"], theirs["backendPort"])
        if pools and alike and not floating:
            raise Refusal(
                "RulesUseSameBackendPortProtocolAndPool",
                f"Load balancing rules {put.id}/loadBalancingRules/{one['name']} and "
                f"{put.id}/loadBalancingRules/{other['name']} with floating IP disabled use the same protocol "
                f"{mine['protocol']} and backend port {mine['backendPort']}, and must not be used with the same "
                f"backend address pool {pools.pop()}.",
            )


def one_outbound_rule_a_front_end(put: Put, _world: World) -> None:
    """Refuse two outbound rules that share a front end and a protocol."""
    for one, other in combinations(put.properties["outboundRules"], 2):
        shared = set(referred(one, "frontendIPConfiguration")) & set(referred(other, "frontendIPConfiguration"))
        protocols = {one["properties"]["protocol"], other["properties"]["protocol"]}
        if shared and (len(protocols) == 1 or "All" in protocols):
            raise Refusal(
                "MoreThanOneOutboundRuleUsingSameFrontendIPConfigurationAndProtocolIsNotSupported",
                "It is not supported to have more than a single outbound rule using frontendIPConfiguration "
                f"{shared.pop()} with same or overlapping protocol. This frontendIPConfiguration is used by the "
                f"following outbound rules: {put.id}/outboundRules/{one['name']},"
                f"{put.id}/outboundRules/{other['name']}.",
            )


def snat_of_front_end_is_free(put: Put, _world: World) -> None:
    """Refuse an outbound rule at a front end that a load balancing rule lets its pool out by."""
    for rule in put.properties["outboundRules"]:
        ends = set(referred(rule, "frontendIPConfiguration"))
        for inbound in put.properties["loadBalancingRules"]:
            shared = ends & set(referred(inbound, "frontendIPConfiguration"))
            if shared and not inbound["properties"]["disableOutboundSnat"]:
                raise Refusal(
                    "LoadBalancingRuleMustDisableSNATSinceSameFrontendIPConfigurationIsReferencedByOutboundRule",
                    f"Load Balancing Rules {put.id}/loadBalancingRules/{inbound['name']} must have "
                    f"disableOutboundSNAT set to true when same FrontendIPConfiguration {shared.pop()} is referenced "
                    f"by Outbound Rules {put.id}/outboundRules/{rule['name']}.",
                )


def parts_exist(balancer: Resource, world: World) -> None:
    """Refuse a rule that refers to a front end, pool or probe that the load balancer does not have."""
    pools = world.children(balancer.id, names.BACKEND_POOL)
    there = {
        "frontendIPConfiguration": {item["id"].lower() for item in balancer.properties[FRONT_ENDS]},
        "backendAddressPool": {pool.id.key for pool in pools},
        "probe": {item["id"].lower() for item in balancer.properties["probes"]},
    }
    for rule in all_rules(balancer, world):
        for name, ids in there.items():
            for id_ in referred(rule, name):
                if id_ not in ids:
                    raise Refusal(
                        "InvalidResourceReference",
                        f"Resource {id_} referenced by resource {rule['id']} was not found. Please make sure that the "
                        "referenced resource exists, and that both resources are in the same region.",
                    )


def _has(put: Put, rule: Body, *required: str) -> None:
    missing = [name for name in required if rule.setdefault("properties", {}).get(name) in (None, [])]
    if missing:
        raise _misfit(put, rule, f"has no {', '.join(missing)}. Set it")


def _idle_timeout(put: Put, rule: Body) -> None:
    low, high = BALANCER_IDLE_TIMEOUT_MINUTES
    minutes = rule["properties"].setdefault("idleTimeoutInMinutes", low)
    if not low <= minutes <= high:
        raise _misfit(put, rule, f"has idleTimeoutInMinutes {minutes}. It is {low} to {high}")


def _misfit(put: Put, rule: Body, what: str) -> Refusal:
    return Refusal("SandboxLoadBalancerRule", f"Rule {rule['name']} of {put.id} {what}.")
