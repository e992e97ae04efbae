"""Resources of the classic provider (`azure:network/subnet:Subnet`), in azure-native's shape.

Only what rules look at is carried over. Tokens and inputs are those of pulumi-azure 6 (pulumi.com/registry, 2026-08).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from . import kinds
from .values import MISSING, UNKNOWN, Value, items, peek

Inputs: TypeAlias = dict[str, Any]
Dependencies: TypeAlias = dict[str, tuple[str, ...]]


def reshaped(token: str, inputs: Inputs, dependencies: Dependencies) -> tuple[str, Inputs, Dependencies]:
    """Return kind, inputs and dependencies in azure-native's words; those of a type that is not known as they are."""
    if token not in _SHAPES:
        return token, inputs, dependencies
    kind, reshape, renamed = _SHAPES[token]
    all_of_it = tuple(sorted({urn for urns in dependencies.values() for urn in urns}))
    known = {renamed.get(key, key): urns for key, urns in dependencies.items()}
    # Where one input becomes part of another, what it depends on is not told apart any more.
    return kind, _without_missing(reshape(inputs)), {**dict.fromkeys(renamed.values(), all_of_it), **known}


def _reference(inputs: Value, key: str) -> Value:
    value = peek(inputs, key)
    return value if value is MISSING else {"id": value}


def _references(inputs: Value, key: str) -> Value:
    value = peek(inputs, key)
    if value is MISSING or value is UNKNOWN:
        return value
    return [{"id": one} for one in (value if isinstance(value, list) else [value])]


def _each(inputs: Value, key: str, reshape: Callable[[Value], Value]) -> Value:
    if peek(inputs, key) is MISSING:
        return MISSING
    return [one if one is UNKNOWN else _without_missing(reshape(one)) for one in items(inputs, key)]


def _interface(inputs: Inputs) -> Inputs:
    def configuration(one: Value) -> Inputs:
        return {
            "name": peek(one, "name"),
            "subnet": _reference(one, "subnetId"),
            "publicIPAddress": _reference(one, "publicIpAddressId"),
            "gatewayLoadBalancer": _reference(one, "gatewayLoadBalancerFrontendIpConfigurationId"),
            "privateIPAddressVersion": peek(one, "privateIpAddressVersion"),
        }

    return {
        **_named(inputs, "networkInterfaceName"),
        "ipConfigurations": _each(inputs, "ipConfigurations", configuration),
    }


def _scale_set(inputs: Inputs) -> Inputs:
    def configuration(one: Value) -> Inputs:
        addresses = items(one, "publicIpAddresses")
        return {
            "name": peek(one, "name"),
            "subnet": _reference(one, "subnetId"),
            "publicIPAddressConfiguration": addresses[0] if addresses else MISSING,
            "loadBalancerBackendAddressPools": _references(one, "loadBalancerBackendAddressPoolIds"),
            "loadBalancerInboundNatPools": _references(one, "loadBalancerInboundNatRulesIds"),
            "privateIPAddressVersion": peek(one, "version"),
        }

    def interface(one: Value) -> Inputs:
        return {
            "name": peek(one, "name"),
            "networkSecurityGroup": _reference(one, "networkSecurityGroupId"),
            "ipConfigurations": _each(one, "ipConfigurations", configuration),
        }

    interfaces = _each(inputs, "networkInterfaces", interface)
    profile = {"networkProfile": _without_missing({"networkInterfaceConfigurations": interfaces})}
    return {**_named(inputs, "vmScaleSetName"), "virtualMachineProfile": profile}


def _machine(inputs: Inputs) -> Inputs:
    interfaces = _references(inputs, "networkInterfaceIds")
    return {**_named(inputs, "vmName"), "networkProfile": _without_missing({"networkInterfaces": interfaces})}


def _public_address(inputs: Inputs) -> Inputs:
    return _named(inputs, "publicIpAddressName")


def _public_prefix(inputs: Inputs) -> Inputs:
    return _named(inputs, "publicIpPrefixName")


def _security_rule(one: Value) -> Inputs:
    same = (
        "name", "priority", "direction", "access", "protocol", "sourceAddressPrefix", "sourceAddressPrefixes",
        "destinationAddressPrefix", "destinationAddressPrefixes", "sourcePortRange", "sourcePortRanges",
        "destinationPortRange", "destinationPortRanges",
    )  # fmt: skip
    return {key: peek(one, key) for key in same}


def _security_group(inputs: Inputs) -> Inputs:
    rules = _each(inputs, "securityRules", _security_rule)
    return {**_named(inputs, "networkSecurityGroupName"), "securityRules": rules}


def _separate_rule(inputs: Inputs) -> Inputs:
    return {
        **_security_rule(inputs),
        **_named(inputs, "securityRuleName"),
        "networkSecurityGroupName": peek(inputs, "networkSecurityGroupName"),
    }


def _named(inputs: Inputs, key: str) -> Inputs:
    return {
        key: peek(inputs, "name"),
        "resourceGroupName": peek(inputs, "resourceGroupName"),
        "tags": peek(inputs, "tags"),
    }


def _without_missing(inputs: Mapping[str, Value]) -> Inputs:
    return {key: value for key, value in inputs.items() if value is not MISSING}


_Shape: TypeAlias = tuple[str, Callable[[Inputs], Inputs], dict[str, str]]

_INSTANCES: Final = {"networkInterfaces": "virtualMachineProfile"}
_MACHINES: Final = {"networkInterfaceIds": "networkProfile"}

_SHAPES: Final[dict[str, _Shape]] = {
    "azure:compute/linuxVirtualMachine:LinuxVirtualMachine": (kinds.MACHINE, _machine, _MACHINES),
    "azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet": (kinds.SCALE_SET, _scale_set, _INSTANCES),
    "azure:compute/orchestratedVirtualMachineScaleSet:OrchestratedVirtualMachineScaleSet": (
        kinds.SCALE_SET,
        _scale_set,
        _INSTANCES,
    ),
    "azure:compute/virtualMachine:VirtualMachine": (kinds.MACHINE, _machine, _MACHINES),
    "azure:compute/windowsVirtualMachine:WindowsVirtualMachine": (kinds.MACHINE, _machine, _MACHINES),
    "azure:compute/windowsVirtualMachineScaleSet:WindowsVirtualMachineScaleSet": (
        kinds.SCALE_SET,
        _scale_set,
        _INSTANCES,
    ),
    "azure:network/networkInterface:NetworkInterface": (kinds.NETWORK_INTERFACE, _interface, {}),
    "azure:network/networkSecurityGroup:NetworkSecurityGroup": (kinds.SECURITY_GROUP, _security_group, {}),
    "azure:network/networkSecurityRule:NetworkSecurityRule": (kinds.SECURITY_RULE, _separate_rule, {}),
    "azure:network/publicIp:PublicIp": (kinds.PUBLIC_ADDRESS, _public_address, {}),
    "azure:network/publicIpPrefix:PublicIpPrefix": (kinds.PUBLIC_PREFIX, _public_prefix, {}),
}
"""By token: the kind, how the inputs are reshaped, and which inputs become part of another.

A classic subnet is attached to its gateway, route table and security group by resources of their own, which are not
followed, so a subnet is not among them: that it has no gateway would be said of each.
"""
