"""Load balancers of SKU Standard: front ends, probes and rules; pools and inbound NAT rules are children of their own.

Front ends, probes and the other rules are written with the load balancer and can't be put alone, as with ARM. Of SKU
Gateway, of tier Global and of scale sets the sandbox knows nothing.
"""

from __future__ import annotations

from ..errors import Refusal
from ..rules import Put
from ..schema import Body, Inline, OneOf, Part, ReadOnly, Ref
from ..world import Resource, World
from . import names
from .balancer_parts import element, leads_to
from .balancer_rules import (
    inbound_rules,
    no_internal_outbound_rules,
    one_outbound_rule_a_front_end,
    one_rule_a_backend_port,
    outbound_rules,
    parts_exist,
    snat_of_front_end_is_free,
)
from .base import ResourceType
from .front_ends import FRONT_ENDS, front_ends, misfit, parts_need_a_front_end, public_front_ends
from .private_addresses import assign_addresses

_NAMED = ("probes", "loadBalancingRules", "outboundRules")


def _standard(put: Put, _world: World) -> None:
    if put.body["sku"]["name"] != "Standard":
        raise Refusal(
            "SandboxLoadBalancerSku",
            f"{put.id} has SKU {put.body['sku']['name']}, and the sandbox makes Standard ones. Basic is retired since "
            "2025-09-30, and is what Azure takes where none is said: set sku.name to Standard.",
        )


def _regional(put: Put, _world: World) -> None:
    if put.body["sku"]["tier"] != "Regional":
        raise Refusal(
            "SandboxLoadBalancerSku",
            f"{put.id} is of tier {put.body['sku']['tier']}, which the sandbox doesn't have. Leave sku.tier out.",
        )


def _no_inbound_pools(put: Put, _world: World) -> None:
    if put.properties["inboundNatPools"]:
        raise Refusal(
            "SandboxLoadBalancerInboundPools",
            f"properties.inboundNatPools of {put.id} is set. Only scale sets use it, which the sandbox doesn't have: "
            "use an inbound NAT rule with a backendAddressPool.",
        )


def _complete(put: Put, world: World) -> None:
    assign_addresses(put, world, misfit)
    for collection in (FRONT_ENDS, *_NAMED):
        for item in put.properties[collection]:
            item |= {"id": f"{put.id}/{collection}/{item['name']}", "type": f"{put.type}/{collection}"}
            item["properties"]["provisioningState"] = "Succeeded"


def _back_references(balancer: Resource, world: World) -> Body:
    found: Body = {}
    for collection, path in ((FRONT_ENDS, "frontendIPConfiguration"), ("probes", "probe")):
        found[collection] = [
            {**item, "properties": {**item["properties"], **leads_to(balancer, path, item["id"], world)}}
            for item in balancer.properties[collection]
        ]
    return found


LOAD_BALANCER = ResourceType(
    name=names.LOAD_BALANCER,
    schema={
        "sku": {"name": OneOf(("Basic", "Standard", "Gateway")), "tier": OneOf(("Regional", "Global"))},
        "properties": {
            FRONT_ENDS: [
                element(
                    subnet=Ref(names.SUBNET),
                    publicIPAddress=Ref(names.PUBLIC_IP_ADDRESS),
                    publicIPPrefix=Ref(names.PUBLIC_IP_PREFIX),
                    privateIPAddress=str,
                    privateIPAllocationMethod=OneOf(("Dynamic", "Static")),
                    privateIPAddressVersion=OneOf(("IPv4", "IPv6")),
                    inboundNatRules=ReadOnly(),
                    inboundNatPools=ReadOnly(),
                    loadBalancingRules=ReadOnly(),
                    outboundRules=ReadOnly(),
                )
            ],
            "backendAddressPools": Inline(names.BACKEND_POOL),
            "probes": [
                element(
                    protocol=OneOf(("Http", "Https", "Tcp")),
                    port=int,
                    intervalInSeconds=int,
                    numberOfProbes=int,
                    probeThreshold=int,
                    requestPath=str,
                    loadBalancingRules=ReadOnly(),
                )
            ],
            "loadBalancingRules": [
                element(
                    frontendIPConfiguration=Part(),
                    backendAddressPool=Part(),
                    backendAddressPools=[Part()],
                    probe=Part(),
                    protocol=OneOf(("Tcp", "Udp", "All")),
                    frontendPort=int,
                    backendPort=int,
                    idleTimeoutInMinutes=int,
                    loadDistribution=OneOf(("Default", "SourceIP", "SourceIPProtocol")),
                    enableFloatingIP=bool,
                    enableTcpReset=bool,
                    disableOutboundSnat=bool,
                )
            ],
            "outboundRules": [
                element(
                    frontendIPConfigurations=[Part()],
                    backendAddressPool=Part(),
                    protocol=OneOf(("Tcp", "Udp", "All")),
                    allocatedOutboundPorts=int,
                    idleTimeoutInMinutes=int,
                    enableTcpReset=bool,
                )
            ],
            "inboundNatRules": Inline(names.INBOUND_NAT_RULE),
            "inboundNatPools": [element()],
        },
    },
    defaults={
        "sku": {"name": "Basic", "tier": "Regional"},
        "properties": {FRONT_ENDS: [], "inboundNatPools": [], **{name: [] for name in _NAMED}},
    },
    rules=(
        _standard,
        _regional,
        _no_inbound_pools,
        front_ends,
        parts_need_a_front_end,
        public_front_ends,
        inbound_rules,
        outbound_rules,
        no_internal_outbound_rules,
        one_rule_a_backend_port,
        one_outbound_rule_a_front_end,
        snat_of_front_end_is_free,
    ),
    allocate=_complete,
    back_references=_back_references,
    settled_rules=(parts_exist,),
)
