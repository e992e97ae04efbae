"""Network interfaces, in every shape in which a machine gets one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from . import kinds
from .references import Reference, reference
from .resource import Declared
from .values import MISSING, UNKNOWN, Flag, Value, flag, items, peek, same, unnested, word


@dataclass(frozen=True)
class IpConfiguration:
    """One IP configuration of a network interface."""

    name: str
    public: Flag
    """Whether it has a public address; `UNKNOWN` where the configuration is not known at all."""
    address: Reference
    """Its public address, where that is a resource of its own."""
    primary: Flag
    ipv6: bool
    subnet: Reference
    pools: tuple[Reference, ...]
    """Backend pools of load balancers that it joins."""
    nat_rules: tuple[Reference, ...]
    """Inbound NAT rules of load balancers that lead to it."""
    nat_pools: tuple[Reference, ...]
    """Inbound NAT pools of load balancers that lead to it."""


@dataclass(frozen=True)
class Interface:
    """A network interface, or the description from which a machine's is made."""

    resource: Declared
    """What declares it."""
    name: str
    configurations: tuple[IpConfiguration, ...]
    security_group: Reference
    security_group_node: Value
    """What stands where the security group is named: it may be declared there, with rules."""

    @property
    def outward(self) -> list[IpConfiguration]:
        """What its connections to the internet leave by: the primary configuration, or those that may be it."""
        found = [one for one in self.configurations if not one.ipv6]
        for answer in (True, UNKNOWN):
            if primary := [one for one in found if one.primary is answer]:
                return primary
        return found[:1]

    @property
    def inline(self) -> bool:
        """Whether it is declared inside a machine, scale set or fleet."""
        return self.resource.kind != kinds.NETWORK_INTERFACE


_INLINE: Final[dict[str, tuple[str, ...]]] = {
    kinds.MACHINE: ("networkProfile",),
    kinds.SCALE_SET: ("virtualMachineProfile", "networkProfile"),
    kinds.SCALE_SET_MACHINE: ("networkProfileConfiguration",),
    kinds.FLEET: ("computeProfile", "baseVirtualMachineProfile", "networkProfile"),
}
"""Where the interfaces of a kind stand in its inputs."""

HOLDERS: Final = (kinds.NETWORK_INTERFACE, *_INLINE)
"""The kinds that have network interfaces."""


def interfaces(resource: Declared) -> Iterator[Interface]:
    """Yield the network interfaces that a resource declares."""
    if resource.kind == kinds.NETWORK_INTERFACE:
        yield _interface(resource, resource.azure_name, resource.inputs, "ipConfigurations", "networkSecurityGroup")
    elif path := _INLINE.get(resource.kind):
        for item in items(resource.inputs, *path, "networkInterfaceConfigurations"):
            node = unnested(item)
            yield _interface(resource, word(peek(node, "name"), resource.name), node, path[0], path[0])


def _interface(resource: Declared, name: str, node: Value, key: str, group_key: str) -> Interface:
    found = [_configuration(resource, key, unnested(item)) for item in items(node, "ipConfigurations")]
    return Interface(
        resource,
        name,
        tuple(found),
        reference(resource, group_key, node, "networkSecurityGroup"),
        peek(node, "networkSecurityGroup"),
    )


def _configuration(resource: Declared, key: str, node: Value) -> IpConfiguration:
    def several(name: str) -> tuple[Reference, ...]:
        return tuple(reference(resource, key, item) for item in items(node, name))

    return IpConfiguration(
        name=word(peek(node, "name"), "the IP configuration"),
        public=UNKNOWN if node is UNKNOWN else _has_public_address(node),
        address=reference(resource, key, node, "publicIPAddress"),
        primary=UNKNOWN if node is UNKNOWN else flag(node, "primary"),
        ipv6=same(peek(node, "privateIPAddressVersion"), "IPv6"),
        subnet=reference(resource, key, node, "subnet"),
        pools=several("loadBalancerBackendAddressPools"),
        nat_rules=several("loadBalancerInboundNatRules"),
        nat_pools=several("loadBalancerInboundNatPools"),
    )


def _has_public_address(node: Value) -> Flag:
    # Whatever stands there, even if it is not known: a configuration without an address has no such key.
    found = [peek(node, key) for key in ("publicIPAddress", "publicIPAddressConfiguration")]
    if not isinstance(node, dict):
        return UNKNOWN
    return any(value is not MISSING for value in found)
