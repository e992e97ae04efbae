"""Network interfaces: private addresses out of a subnet, and the public address of a machine where it has one."""

from __future__ import annotations

import hashlib

from ..errors import Refusal
from ..rules import Put, required
from ..schema import Body, OneOf, ReadOnly, Ref
from ..world import Resource, World
from . import names
from .base import ResourceType
from .bastion_subnet import no_interface_here
from .compute import machine_of
from .interface_balancing import (
    addresses_of_balanced_sku,
    inbound_rules_free,
    one_balancer_of_a_type,
    pools_by_interface,
    same_network_as_balancer,
)
from .machine_interfaces import interface_fits_machine, interface_keeps_place, interface_not_attached, is_primary
from .private_addresses import assign_addresses, element_id
from .public_ips import STANDARD_V2, address_in_use, held_by_other, used_whole
from .subnet import basic_address_refused


def _settle_configurations(put: Put, _world: World) -> None:
    configurations = put.properties["ipConfigurations"]
    for item in configurations:
        properties = item.setdefault("properties", {})
        properties.setdefault("privateIPAllocationMethod", "Dynamic")
        properties.setdefault("privateIPAddressVersion", "IPv4")
        properties.setdefault("primary", len(configurations) == 1)
    primary = [item for item in configurations if item["properties"]["primary"]]
    if not primary:
        configurations[0]["properties"]["primary"] = True
    if len(primary) > 1:
        raise _misconfigured(put, "has several primary IP configurations. Make one of them primary")


def _one_subnet(put: Put, _world: World) -> None:
    subnets = {
        item["properties"].get("subnet", {}).get("id", "").lower() for item in put.properties["ipConfigurations"]
    }
    if "" in subnets:
        raise _misconfigured(put, "has an IP configuration without a subnet. Set properties.subnet.id")
    if len(subnets) > 1:
        raise Refusal(
            "IpConfigurationsOnSameNicCannotUseDifferentSubnets",
            f"IP configurations of {put.id} use different subnets: {', '.join(sorted(subnets))}. Use one subnet, or "
            "several network interfaces.",
        )


def _public_addresses(put: Put, world: World) -> None:
    seen: set[str] = set()
    for item in put.properties["ipConfigurations"]:
        address = world.follow(item["properties"].get("publicIPAddress"))
        if address is None:
            continue
        element = element_id(put, item)
        if address.body["sku"]["name"] == STANDARD_V2:
            raise Refusal(
                "SandboxPublicIPOnlyOnNatGateway",
                f"{element} refers to {address.id}, which has SKU StandardV2. Those serve StandardV2 NAT gateways "
                "only.",
            )
        holder = held_by_other(address, element, world)
        # An address may move between the configurations of one interface in one PUT.
        if holder and holder.id.lower() != put.id.key:
            raise address_in_use(address, element, holder)
        if address.id.key in seen:
            raise _misconfigured(put, f"refers to {address.id} twice. Use an address for one configuration only")
        seen.add(address.id.key)
        used_whole(address, world, element)
        subnet = world.follow(item["properties"]["subnet"])
        if address.body["sku"]["name"] == "Basic" and subnet and "natGateway" in subnet.properties:
            raise basic_address_refused()


def _complete(put: Put, world: World) -> None:
    assign_addresses(put, world, _misconfigured)
    for item in put.properties["ipConfigurations"]:
        item |= {"id": element_id(put, item), "type": f"{put.type}/ipConfigurations"}
        item["properties"]["provisioningState"] = "Succeeded"
    put.properties["macAddress"] = _mac_address(put)
    put.properties.setdefault("dnsSettings", {}).setdefault("dnsServers", [])


def _mac_address(put: Put) -> str:
    digest = hashlib.sha256(put.id.key.encode()).digest()
    # 00-0D-3A is a block of Microsoft's; the rest follows from the id.
    return "-".join(f"{byte:02X}" for byte in (0x00, 0x0D, 0x3A, *digest[:3]))


def _misconfigured(put: Put, what: str) -> Refusal:
    return Refusal("SandboxNetworkInterfaceConfiguration", f"{put.id} {what}.")


def _back_references(interface: Resource, world: World) -> Body:
    subnet = world.follow(interface.properties["ipConfigurations"][0]["properties"]["subnet"])
    private = subnet is not None and subnet.properties.get("defaultOutboundAccess") is False
    found: Body = {"defaultOutboundConnectivityEnabled": not private}
    if machine := machine_of(interface.id, world):
        found |= {"virtualMachine": {"id": str(machine.id)}, "primary": is_primary(interface.id, machine)}
    return found


NETWORK_INTERFACE = ResourceType(
    name=names.NETWORK_INTERFACE,
    schema={
        "properties": {
            "ipConfigurations": [
                {
                    "id": ReadOnly(),
                    "etag": ReadOnly(),
                    "type": ReadOnly(),
                    "name": str,
                    "properties": {
                        "subnet": Ref(names.SUBNET),
                        "publicIPAddress": Ref(names.PUBLIC_IP_ADDRESS),
                        "loadBalancerBackendAddressPools": [Ref(names.BACKEND_POOL)],
                        "loadBalancerInboundNatRules": [Ref(names.INBOUND_NAT_RULE)],
                        "privateIPAddress": str,
                        "privateIPAllocationMethod": OneOf(("Dynamic", "Static")),
                        "privateIPAddressVersion": OneOf(("IPv4", "IPv6")),
                        "primary": bool,
                        "provisioningState": ReadOnly(),
                    },
                }
            ],
            "networkSecurityGroup": Ref(names.NETWORK_SECURITY_GROUP),
            "dnsSettings": {"dnsServers": [str], "appliedDnsServers": ReadOnly()},
            "enableIPForwarding": bool,
            "enableAcceleratedNetworking": bool,
            "defaultOutboundConnectivityEnabled": ReadOnly(),
            "macAddress": ReadOnly(),
            "primary": ReadOnly(),
            "virtualMachine": ReadOnly(),
        }
    },
    defaults={"properties": {"enableIPForwarding": False, "enableAcceleratedNetworking": False, "nicType": "Standard"}},
    rules=(
        required(
            "properties.ipConfigurations", "SandboxNetworkInterfaceConfiguration", "one configuration with a subnet"
        ),
        _settle_configurations,
        _one_subnet,
        no_interface_here,
        interface_keeps_place,
        _public_addresses,
        addresses_of_balanced_sku,
        one_balancer_of_a_type,
        same_network_as_balancer,
        pools_by_interface,
        inbound_rules_free,
        interface_fits_machine,
    ),
    allocate=_complete,
    back_references=_back_references,
    deletion_rules=(interface_not_attached,),
)
