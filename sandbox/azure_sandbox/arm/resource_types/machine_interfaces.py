"""The network interfaces of a virtual machine, and what being attached means for an interface."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import Refusal
from ..ids import ResourceId
from ..rules import Put, zones
from ..schema import Body
from ..world import Resource, World
from .compute import machine_of, needed

_RUNNING = "AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported"


def attached(machine: Body) -> list[Body]:
    """Return the references of a machine to its interfaces, the primary one first."""
    listed: list[Body] = machine["properties"]["networkProfile"]["networkInterfaces"]
    return sorted(listed, key=lambda item: not _is_primary(item, listed))


def is_primary(interface: ResourceId, machine: Resource) -> bool:
    """Tell whether an interface is the first of its machine."""
    return str(attached(machine.body)[0]["id"]).lower() == interface.key


def interfaces_listed(put: Put, _world: World) -> None:
    """Refuse a machine without an interface, and interfaces that the PUT itself would make."""
    profile = put.properties.get("networkProfile")
    if profile is None:
        raise needed("networkProfile")
    if profile.get("networkInterfaceConfigurations"):
        raise Refusal(
            "SandboxMachineInterfaceConfigurations",
            f"networkProfile.networkInterfaceConfigurations of {put.id} is set, and the sandbox makes no interface of "
            "its own. Create a network interface and name it in networkProfile.networkInterfaces.",
        )
    listed = profile.get("networkInterfaces")
    if not listed or any("id" not in item for item in listed):
        raise needed("networkProfile.networkInterfaces.id")
    if len({item["id"].lower() for item in listed}) < len(listed):
        raise Refusal(
            "SandboxMachineInterfaces", f"networkProfile.networkInterfaces of {put.id} names an interface twice."
        )


def one_primary(put: Put, _world: World) -> None:
    """Refuse several interfaces of which none, or more than one, is the primary one."""
    listed = put.properties["networkProfile"]["networkInterfaces"]
    if len(listed) == 1:
        return
    for item in listed:
        if "primary" not in item.get("properties", {}):
            raise Refusal(
                "NetworkInterfaceMustHavePrimaryPropertySet",
                f"Network interface {_name(item)} must have Primary property set.",
            )
    primary = [_name(item) for item in listed if item["properties"]["primary"]]
    if len(primary) != 1:
        raise Refusal(
            "SandboxMachineInterfaces",
            f"{put.id} has {len(primary) or 'no'} primary interfaces{': ' if primary else ''}{', '.join(primary)}. "
            "Make exactly one of them primary.",
        )


def same_interfaces(put: Put, _world: World) -> None:
    """Refuse other interfaces for a machine that runs, as those of the sandbox always do."""
    if put.old is None:
        return
    before, after = ({item["id"].lower() for item in attached(body)} for body in (put.old.body, put.body))
    if before == after:
        return
    if (len(before) == 1) != (len(after) == 1):
        raise Refusal(
            _RUNNING,
            f"Virtual machine {put.id} with a single network interface must be stop-deallocated before it can be "
            "updated to have multiple network interfaces and vice-versa.",
        )
    raise Refusal(
        _RUNNING,
        f"Virtual machine {put.id} must be stop-deallocated before network interfaces are added to it or taken from "
        "it. Make another machine with the interfaces that you want.",
    )


def interfaces_free(put: Put, world: World) -> None:
    """Refuse an interface that another machine has, and interfaces in two networks."""
    first: tuple[ResourceId, ResourceId] | None = None
    for interface in _interfaces(put, world):
        holder = machine_of(interface.id, world)
        if holder and holder.id.key != put.id.key:
            raise Refusal("NicInUse", f"Network Interface {interface.id.name} is used by existing VM {holder.id}.")
        subnet = world.follow(interface.properties["ipConfigurations"][0]["properties"]["subnet"])
        if subnet is None or subnet.id.parent is None:
            continue
        network, _ = first = first or (subnet.id.parent, subnet.id)
        if subnet.id.parent.key != network.key:
            raise Refusal(
                "SubnetsNotInSameVnet",
                f"Subnet {subnet.id} of network interface {interface.id.name} is not in virtual network {network} as "
                f"the other interfaces of {put.id} are. A virtual machine is in one virtual network.",
            )


def public_addresses_in_zone(put: Put, world: World) -> None:
    """Refuse a public address that is in another zone than the machine."""
    for interface in _interfaces(put, world):
        addresses_fit_zone(interface.properties["ipConfigurations"], put.id, put.body, world)


def addresses_fit_zone(configurations: Iterable[Body], machine: ResourceId, body: Body, world: World) -> None:
    """Refuse a public address of an interface whose zone is not the machine's.

    A Basic address is regional and serves no zonal machine. A Standard one without a zone serves any: Azure has placed
    it in a zone of its own choice, or in all (learn.microsoft.com/azure/virtual-network/ip-services, 2025-01).
    """
    of_machine = zones(body)
    for item in configurations:
        address = world.follow(item["properties"].get("publicIPAddress"))
        if address is None or not of_machine:
            continue
        of_address = zones(address.body)
        regional = address.body["sku"]["name"] == "Basic"
        if regional or (of_address and not of_machine <= of_address):
            raise Refusal(
                "ComputeResourceZoneConstraintDoesNotMatchPublicIPAddressZoneConstraint",
                f"Compute resource {machine} has a zone constraint {', '.join(sorted(of_machine))} but the "
                f"PublicIPAddress {address.id} used by the compute resource via NetworkInterface or LoadBalancer has a "
                f"different zone constraint {'Regional' if regional else ', '.join(sorted(of_address))}.",
            )


def interfaces_deleted_with(machine: Resource, world: World) -> list[Resource]:
    """Return the interfaces that are deleted with their machine, each before its public addresses that are."""
    found: list[Resource] = []
    for item in attached(machine.body):
        interface = world.follow(item)
        if interface is None or item.get("properties", {}).get("deleteOption") != "Delete":
            continue
        held = [world.follow(c["properties"].get("publicIPAddress")) for c in interface.properties["ipConfigurations"]]
        going = [address for address in held if address and address.properties.get("deleteOption") == "Delete"]
        found += [interface, *going]
    return found


def interface_not_attached(interface: Resource, world: World) -> None:
    """Refuse to delete an interface that a machine has."""
    if machine := machine_of(interface.id, world):
        raise Refusal(
            "NicInUse",
            f"Network Interface {interface.id} is used by existing resource {machine.id}. In order to delete the "
            "network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.",
        )


def interface_keeps_place(put: Put, world: World) -> None:
    """Refuse another virtual network for an interface, and another subnet for a secondary one that is in use."""
    if put.old is None:
        return
    before, after = (
        world.follow(body["properties"]["ipConfigurations"][0]["properties"]["subnet"])
        for body in (put.old.body, put.body)
    )
    if before is None or after is None or before.id.key == after.id.key:
        return
    if before.id.parent and after.id.parent and before.id.parent.key != after.id.parent.key:
        raise Refusal(
            "SandboxNetworkInterfaceNetworkCannotBeChanged",
            f"{put.id} is in virtual network {before.id.parent} and can't move to {after.id.parent}. Create another "
            "interface there.",
        )
    machine = machine_of(put.id, world)
    if machine and not is_primary(put.id, machine):
        raise Refusal(
            "SecondaryNetworkInterfaceInUseCannotChangeSubnet",
            f"Cannot change subnet of network interface {put.id} while it is in use as a secondary network interface.",
        )


def interface_fits_machine(put: Put, world: World) -> None:
    """Refuse a public address that the interface's machine can't have."""
    if machine := machine_of(put.id, world):
        addresses_fit_zone(put.properties["ipConfigurations"], machine.id, machine.body, world)


def _interfaces(put: Put, world: World) -> list[Resource]:
    found = [world.follow(item) for item in put.properties["networkProfile"]["networkInterfaces"]]
    return [interface for interface in found if interface]


def _is_primary(item: Body, listed: list[Body]) -> bool:
    return len(listed) == 1 or bool(item.get("properties", {}).get("primary"))


def _name(item: Body) -> str:
    return str(item["id"]).rpartition("/")[2]
