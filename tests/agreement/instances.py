"""Instances of scale sets and of machines that describe their own interfaces, as machines that the sandbox has.

An instance leaves as a machine does whose interfaces are as described: in the same subnets and pools, with addresses of
its own where some are described.
"""

from __future__ import annotations

from typing import Any

from tests.agreement.in_azure import machine, resource

_WHERE = {
    "VirtualMachine": ("networkProfile",),
    "VirtualMachineScaleSet": ("virtualMachineProfile", "networkProfile"),
    "VirtualMachineScaleSetVM": ("networkProfileConfiguration",),
    "Fleet": ("computeProfile", "baseVirtualMachineProfile", "networkProfile"),
}
"""Where the interfaces of a type stand. Not taken from the code under test."""


def described_interfaces(one: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the interfaces that a resource describes instead of naming them."""
    value = one.get("props", {})
    for key in _WHERE.get(one["type"].rpartition(":")[2], ("",)):
        value = value.get(key, {}) if isinstance(value, dict) else {}
    listed = value.get("networkInterfaceConfigurations", []) if isinstance(value, dict) else []
    return [_flat(each) for each in listed]


def instance_name(one: dict[str, Any]) -> str:
    """Return the name of the machine that stands for an instance."""
    return f"instance-{one['name']}"


def instance_of(one: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a machine for an instance of what describes its interfaces, with interfaces and addresses."""
    found, interfaces = [], []
    for number, described in enumerate(described_interfaces(one)):
        name = f"{instance_name(one)}-{number}"
        configurations = []
        for place, each in enumerate(map(_flat, described["ipConfigurations"])):
            address = each.pop("publicIPAddressConfiguration", None)
            if address is not None:
                found.append(_address(f"{name}-{place}", _flat(address)))
                each["publicIPAddress"] = {"id": f"${{{name}-{place}.id}}"}
            configurations.append(each)
        group = {key: value for key, value in described.items() if key == "networkSecurityGroup"}
        found.append(resource("NetworkInterface", name, ipConfigurations=configurations, **group))
        interfaces.append(name)
    return [*found, machine(instance_name(one), *interfaces)]


def _address(name: str, described: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in described.items() if key in {"publicIPAddressVersion", "publicIPPrefix"}}
    return resource("PublicIPAddress", name, sku={"name": "Standard"}, publicIPAllocationMethod="Static", **kept)


def _flat(one: dict[str, Any]) -> dict[str, Any]:
    return {**{key: value for key, value in one.items() if key != "properties"}, **one.get("properties", {})}
