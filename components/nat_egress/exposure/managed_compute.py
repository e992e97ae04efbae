"""Machines that a service runs: nodes of AKS, Batch, Machine Learning and others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..graph import kinds
from ..graph.resource import Declared
from ..graph.values import MISSING, UNKNOWN, Flag, Value, flag, given, items, listed, peek, same, text, unnested, word
from .finding import Finding, Verdict

_MANAGED: Final = "managed-compute-no-public-ip"


def of_resource(resource: Declared) -> Iterator[Finding]:
    """Find the public addresses that a service gives to the machines of a resource."""
    rule = _ALONE.get(resource.kind)
    if rule is not None:
        yield from rule(resource)


def _finding(policy: str, resource: Declared, exposed: Flag, what: str, remedy: str) -> Iterator[Finding]:
    """Yield the finding of what is exposed, or of what may be where that is not known."""
    if exposed is False or exposed is MISSING:
        return
    certain = exposed is True
    yield Finding(
        policy,
        Verdict.DENY if certain else Verdict.UNDECIDABLE,
        resource.urn,
        ("internet", "public address", resource.name) if certain else (),
        what if certain else f"Whether this holds is not known before the update: {what[0].lower()}{what[1:]}",
        remedy,
    )


def _unless(value: Flag) -> Flag:
    """Return the opposite of a switch that is off where it is not set."""
    return UNKNOWN if value is UNKNOWN else value is not True


def _either(*answers: Flag) -> Flag:
    return True if True in answers else UNKNOWN if UNKNOWN in answers else False


def _cluster(resource: Declared) -> Iterator[Finding]:
    for pool in items(resource.inputs, "agentPoolProfiles"):
        yield from _pool(resource, unnested(pool), word(peek(pool, "name"), "a pool"))


def _agent_pool(resource: Declared) -> Iterator[Finding]:
    yield from _pool(resource, resource.inputs, resource.azure_name)


def _pool(resource: Declared, node: Value, name: str) -> Iterator[Finding]:
    exposed = _either(flag(node, "enableNodePublicIP"), given(node, "nodePublicIPPrefixID"))
    ports = (
        " and opens ports of the nodes (allowedHostPorts)"
        if given(node, "networkProfile", "allowedHostPorts") is True
        else ""
    )
    yield from _finding(
        "aks-no-node-public-ip",
        resource,
        exposed,
        f"The node pool {name} of {resource.name} gives each node a public IP address{ports}.",
        "Set enableNodePublicIP to false and remove nodePublicIPPrefixID.",
    )


def _batch(resource: Declared) -> Iterator[Finding]:
    configuration = peek(resource.inputs, "networkConfiguration")
    provision = text(configuration, "publicIPAddressConfiguration", "provision")
    private = UNKNOWN if provision is UNKNOWN else same(provision, "NoPublicIPAddresses")
    pools = [
        word(peek(one, "name"), "a pool") for one in items(configuration, "endpointConfiguration", "inboundNatPools")
    ]
    opened = f", and inbound NAT pools ({listed(pools)}) that open ports to the internet" if pools else ""
    yield from _finding(
        "batch-no-public-ip",
        resource,
        UNKNOWN if private is UNKNOWN else not private,
        f"The Batch pool {resource.name} has public IP addresses{opened}: they come where nothing else is said.",
        "Set networkConfiguration.publicIPAddressConfiguration.provision to NoPublicIPAddresses, in a subnet with a "
        "NAT gateway.",
    )


def _machine_learning(resource: Declared) -> Iterator[Finding]:
    compute = peek(resource.inputs, "properties")
    kind = text(compute, "computeType")
    if kind is not UNKNOWN and not any(same(kind, one) for one in ("AmlCompute", "ComputeInstance")):
        return
    enabled = flag(compute, "properties", "enableNodePublicIp")
    remote = text(compute, "properties", "remoteLoginPortPublicAccess")
    exposed = _either(UNKNOWN if enabled is UNKNOWN else enabled is not False, same(remote, "Enabled"))
    yield from _finding(
        _MANAGED,
        resource,
        exposed if kind is not UNKNOWN else UNKNOWN,
        f"The Machine Learning compute {resource.name} has nodes with public IP addresses, which they get where "
        "nothing else is said.",
        "Set enableNodePublicIp to false and remoteLoginPortPublicAccess to Disabled.",
    )


def _databricks(resource: Declared) -> Iterator[Finding]:
    if same(text(resource.inputs, "computeMode"), "Serverless"):
        return
    private = flag(resource.inputs, "parameters", "enableNoPublicIp", "value")
    yield from _finding(
        _MANAGED,
        resource,
        UNKNOWN if private is UNKNOWN else private is False,
        f"The Databricks workspace {resource.name} has clusters with public IP addresses.",
        "Set parameters.enableNoPublicIp.value to true.",
    )


def _lab_machine(resource: Declared) -> Iterator[Finding]:
    interface = peek(resource.inputs, "networkInterface")
    shared = given(interface, "sharedPublicIpAddressConfiguration") if interface is not MISSING else False
    yield from _finding(
        _MANAGED,
        resource,
        _either(_unless(flag(resource.inputs, "disallowPublicIpAddress")), shared),
        f"The DevTest Labs machine {resource.name} has a public IP address.",
        "Set disallowPublicIpAddress to true and remove networkInterface.sharedPublicIpAddressConfiguration.",
    )


def _lab(resource: Declared) -> Iterator[Finding]:
    keys = ("clientRdpAccess", "clientSshAccess", "webRdpAccess", "webSshAccess")
    found = {key: text(resource.inputs, "connectionProfile", key) for key in keys}
    yield from _finding(
        _MANAGED,
        resource,
        _either(*(UNKNOWN if value is UNKNOWN else same(value, "Public") for value in found.values())),
        f"The machines of lab {resource.name} can be reached from the internet by RDP or SSH.",
        f"Set {', '.join(keys)} of connectionProfile to Private or None.",
    )


def _service_fabric_nodes(resource: Declared) -> Iterator[Finding]:
    default = flag(resource.inputs, "useDefaultPublicLoadBalancer")
    own = given(resource.inputs, "frontendConfigurations")
    balanced: Flag = default
    if default is MISSING:
        balanced = UNKNOWN if own is UNKNOWN else not own
    addresses = _either(flag(resource.inputs, "enableNodePublicIP"), flag(resource.inputs, "enableNodePublicIPv6"))
    yield from _finding(
        _MANAGED,
        resource,
        _either(addresses, balanced),
        f"The Service Fabric node type {resource.name} has public IP addresses, or is behind the cluster's public load "
        "balancer.",
        "Set enableNodePublicIP to false, and useDefaultPublicLoadBalancer to false with frontendConfigurations of its "
        "own that are private.",
    )


def _service_fabric(resource: Declared) -> Iterator[Finding]:
    yield from _finding(
        _MANAGED,
        resource,
        flag(resource.inputs, "allowRdpAccess"),
        f"The Service Fabric cluster {resource.name} opens RDP of its nodes to the internet.",
        "Set allowRdpAccess to false.",
    )


def _open_shift(resource: Declared) -> Iterator[Finding]:
    def public(value: Value) -> Flag:
        return UNKNOWN if value is UNKNOWN else not same(value, "Private")

    profiles = items(resource.inputs, "ingressProfiles")
    server = public(text(resource.inputs, "apiserverProfile", "visibility"))
    yield from _finding(
        _MANAGED,
        resource,
        _either(server, *(public(text(one, "visibility")) for one in profiles)),
        f"The OpenShift cluster {resource.name} takes connections from the internet for its nodes.",
        "Set visibility of apiserverProfile and of all ingressProfiles to Private.",
    )


_ALONE: Final = {
    kinds.MANAGED_CLUSTER: _cluster,
    kinds.AGENT_POOL: _agent_pool,
    kinds.BATCH_POOL: _batch,
    "databricks:Workspace": _databricks,
    "devtestlab:VirtualMachine": _lab_machine,
    "labservices:Lab": _lab,
    "machinelearningservices:Compute": _machine_learning,
    "redhatopenshift:OpenShiftCluster": _open_shift,
    "servicefabric:ManagedCluster": _service_fabric,
    "servicefabric:NodeType": _service_fabric_nodes,
}
