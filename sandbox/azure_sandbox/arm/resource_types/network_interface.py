"""Network interfaces: private addresses out of a subnet, and the public address of a machine where it has one."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterator

from ..cidr import Address, Network
from ..errors import Refusal
from ..limits import SUBNET_RESERVED_FIRST, SUBNET_RESERVED_LAST
from ..rules import Put, required
from ..schema import Body, OneOf, ReadOnly, Ref
from ..world import Resource, World
from . import names
from .base import ResourceType
from .bastion_subnet import no_interface_here
from .compute import machine_of
from .machine_interfaces import interface_fits_machine, interface_keeps_place, interface_not_attached, is_primary
from .public_ips import STANDARD_V2, address_in_use, held_by_other, used_whole
from .subnet import basic_address_refused, networks, prefixes


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
        element = _element(put, item)
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


def _assign_addresses(put: Put, world: World) -> None:
    configurations = put.properties["ipConfigurations"]
    subnet = world.follow(configurations[0]["properties"]["subnet"])
    if subnet is None:
        return
    taken = dict(_addresses_in(subnet, world, apart_from=put))
    static = [item for item in configurations if item["properties"]["privateIPAllocationMethod"] == "Static"]
    for item in static:
        address = _static_address(put, item, subnet, taken)
        taken[address] = _element(put, item)
    for item in configurations:
        if item not in static:
            address = _dynamic_address(put, item, subnet, taken)
            item["properties"]["privateIPAddress"] = str(address)
            taken[address] = _element(put, item)
    for item in configurations:
        item |= {"id": _element(put, item), "type": f"{put.type}/ipConfigurations"}
        item["properties"]["provisioningState"] = "Succeeded"
    put.properties["macAddress"] = _mac_address(put)
    put.properties.setdefault("dnsSettings", {}).setdefault("dnsServers", [])


def _static_address(put: Put, item: Body, subnet: Resource, taken: dict[Address, str]) -> Address:
    text = item["properties"].get("privateIPAddress", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise _misconfigured(
            put, f"asks for the static private address '{text}', which is none. Name one of its subnet"
        ) from None
    network = next((network for network in networks(subnet) if address in network), None)
    if network is None:
        raise Refusal(
            "PrivateIPAddressNotInSubnet",
            f"Private static IP address {address} does not belong to the range of subnet prefix "
            f"{', '.join(prefixes(subnet.body))}.",
        )
    if not _usable_range(network)[0] <= int(address) <= _usable_range(network)[1]:
        raise Refusal(
            "PrivateIPAddressInReservedRange",
            f"Private static IP address {address} falls within reserved IP range of subnet prefix {network}.",
        )
    if address in taken:
        raise Refusal(
            "PrivateIPAddressIsAllocated",
            f"IP configuration {_element(put, item)} is using the private IP address {address} which is already "
            f"allocated to resource {taken[address]}.",
        )
    return address


def _dynamic_address(put: Put, item: Body, subnet: Resource, taken: dict[Address, str]) -> Address:
    family = item["properties"]["privateIPAddressVersion"]
    own = [network for network in networks(subnet) if f"IPv{network.version}" == family]
    kept = _address_before(put, item)
    if kept and kept not in taken and any(kept in network for network in own):
        return kept
    for network in own:
        first, last = _usable_range(network)
        for number in range(first, last + 1):
            address = type(network.network_address)(number)
            if address not in taken:
                return address
    if not own:
        raise _misconfigured(put, f"asks for an {family} address, and {subnet.id} has no {family} prefix")
    raise Refusal(
        "SubnetIsFull",
        f"Subnet {subnet.id.name} with address prefix {', '.join(prefixes(subnet.body))} does not have enough capacity "
        "for 1 IP addresses.",
    )


def _address_before(put: Put, item: Body) -> Address | None:
    if put.old is None:
        return None
    for before in put.old.properties["ipConfigurations"]:
        if before["name"].lower() == item["name"].lower():
            return ipaddress.ip_address(before["properties"]["privateIPAddress"])
    return None


def _addresses_in(subnet: Resource, world: World, apart_from: Put) -> Iterator[tuple[Address, str]]:
    interfaces = {
        referrer.id
        for referrer in world.referrers(subnet.id, names.NETWORK_INTERFACE)
        if referrer.id.lower() != apart_from.id.key
    }
    for id_ in interfaces:
        interface = world.follow({"id": id_})
        for item in interface.properties["ipConfigurations"] if interface else ():
            yield ipaddress.ip_address(item["properties"]["privateIPAddress"]), item["id"]


def _usable_range(network: Network) -> tuple[int, int]:
    """Return the first and the last address that Azure does not keep for itself."""
    return int(network.network_address) + SUBNET_RESERVED_FIRST, int(network.broadcast_address) - SUBNET_RESERVED_LAST


def _element(put: Put, item: Body) -> str:
    return f"{put.id}/ipConfigurations/{item['name']}"


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
        interface_fits_machine,
    ),
    allocate=_assign_addresses,
    back_references=_back_references,
    deletion_rules=(interface_not_attached,),
)
