"""Private addresses out of a subnet, for network interfaces and for front ends of load balancers."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from ..cidr import Address, Network
from ..errors import Refusal
from ..limits import SUBNET_RESERVED_FIRST, SUBNET_RESERVED_LAST
from ..rules import Put
from ..schema import Body
from ..world import Resource, World
from . import names
from .subnet import networks, prefixes

Misfit: TypeAlias = Callable[[Put, str], Refusal]
"""Makes the refusal of what is wrong with a resource, in its type's own words."""

_HOLDERS: Final = {names.NETWORK_INTERFACE: "ipConfigurations", names.LOAD_BALANCER: "frontendIPConfigurations"}
"""What has private addresses, and in which list."""


def assign_addresses(put: Put, world: World, misfit: Misfit) -> None:
    """Give each element that is in a subnet its private address: the one that it asks for or has, else a free one."""
    items = [item for item in put.properties[_HOLDERS[put.type]] if "subnet" in item["properties"]]
    subnets = {subnet.id.key: subnet for item in items if (subnet := world.follow(item["properties"]["subnet"]))}
    for key, subnet in subnets.items():
        _assign(put, [item for item in items if _subnet_key(item) == key], subnet, world, misfit)


def element_id(put: Put, item: Body) -> str:
    """Return the id of an element that has an address."""
    return f"{put.id}/{_HOLDERS[put.type]}/{item['name']}"


def _subnet_key(item: Body) -> str:
    key: str = item["properties"].get("subnet", {}).get("id", "")
    return key.lower()


def _assign(put: Put, items: list[Body], subnet: Resource, world: World, misfit: Misfit) -> None:
    taken = dict(_addresses_in(subnet, world, apart_from=put))
    static = [item for item in items if item["properties"]["privateIPAllocationMethod"] == "Static"]
    for item in static:
        address = _static_address(put, item, subnet, taken, misfit)
        taken[address] = element_id(put, item)
    for item in items:
        if item not in static:
            address = _dynamic_address(put, item, subnet, taken, misfit)
            item["properties"]["privateIPAddress"] = str(address)
            taken[address] = element_id(put, item)


def _static_address(put: Put, item: Body, subnet: Resource, taken: dict[Address, str], misfit: Misfit) -> Address:
    text = item["properties"].get("privateIPAddress", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise misfit(
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
            f"IP configuration {element_id(put, item)} is using the private IP address {address} which is already "
            f"allocated to resource {taken[address]}.",
        )
    return address


def _dynamic_address(put: Put, item: Body, subnet: Resource, taken: dict[Address, str], misfit: Misfit) -> Address:
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
        raise misfit(put, f"asks for an {family} address, and {subnet.id} has no {family} prefix")
    raise Refusal(
        "SubnetIsFull",
        f"Subnet {subnet.id.name} with address prefix {', '.join(prefixes(subnet.body))} does not have enough capacity "
        "for 1 IP addresses.",
    )


def _address_before(put: Put, item: Body) -> Address | None:
    if put.old is None:
        return None
    for before in put.old.properties[_HOLDERS[put.type]]:
        if before["name"].lower() == item["name"].lower() and "privateIPAddress" in before["properties"]:
            return ipaddress.ip_address(before["properties"]["privateIPAddress"])
    return None


def _addresses_in(subnet: Resource, world: World, apart_from: Put) -> Iterator[tuple[Address, str]]:
    holders = {
        (referrer.id, _HOLDERS[referrer.type])
        for referrer in world.referrers(subnet.id)
        if referrer.type in _HOLDERS and referrer.id.lower() != apart_from.id.key
    }
    for id_, collection in holders:
        holder = world.follow({"id": id_})
        for item in holder.properties[collection] if holder else ():
            if _subnet_key(item) == subnet.id.key:
                yield ipaddress.ip_address(item["properties"]["privateIPAddress"]), item["id"]


def _usable_range(network: Network) -> tuple[int, int]:
    """Return the first and the last address that Azure does not keep for itself."""
    return int(network.network_address) + SUBNET_RESERVED_FIRST, int(network.broadcast_address) - SUBNET_RESERVED_LAST
