"""Whether machines and the Bastion host have a place in the network of the stack. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from nat_egress import Problem, cidr, limits
from nat_egress.network_rules import NetworkSpec
from nat_egress.subnets import SubnetSpec
from nat_egress.ways_out import WayOut, way_out_of

from .machines import Bastion, Machine

_RESERVED = {name.lower() for name in (limits.GATEWAY_SUBNET, limits.BASTION_SUBNET)}


def machine_problems(machines: Mapping[str, Machine], network: NetworkSpec) -> Iterator[Problem]:
    """Find the machines that their subnets can't take."""
    subnets = {subnet.name: subnet for subnet in network.subnets}
    counts: dict[str, int] = defaultdict(int)
    for name, machine in machines.items():
        subnet = subnets.get(machine.subnet)
        if subnet is None:
            rule = f"there is no such subnet; there are {', '.join(subnets)}"
            yield Problem(f"machines.{name}.subnet", machine.subnet, rule, "Use one of these.")
            continue
        counts[subnet.name] += 1 if machine.count is None else machine.count
        yield from _subnet_problems(name, machine, network, subnet)
    yield from _name_problems(machines)
    for subnet_name, count in counts.items():
        yield from _room_problems(subnets[subnet_name], count)


def _subnet_problems(name: str, machine: Machine, network: NetworkSpec, subnet: SubnetSpec) -> Iterator[Problem]:
    if subnet.delegations:
        rule = f"it is delegated to {', '.join(subnet.delegations)}, and takes no machines"
        yield Problem(f"machines.{name}.subnet", subnet.name, rule, "Put the machines into another subnet.")
    if subnet.name.lower() in _RESERVED:
        rule = "that subnet is for a service of Azure's, and takes no machines"
        yield Problem(f"machines.{name}.subnet", subnet.name, rule, "Put the machines into another subnet.")
    way = way_out_of(network, subnet)
    if machine.inbound is not None and way is not WayOut.NAT_GATEWAY:
        yield Problem(
            f"machines.{name}.inbound",
            f"given, and the way out of subnet {subnet.name} is {way}",
            "without the NAT gateway the public addresses would serve outbound connections too, or get no replies out",
            "Attach the subnet to the gateway, without routes around it, or remove inbound.",
        )


def _name_problems(machines: Mapping[str, Machine]) -> Iterator[Problem]:
    """All machines of a stack are in one resource group, where no two can have one name."""
    taken: dict[str, str] = {}
    for key, machine in machines.items():
        if machine.name is None:
            continue
        first = taken.setdefault(machine.name.lower(), key)
        if first != key:
            yield Problem(
                f"machines.{key}.name", machine.name, f"machines.{first} has the same", "Give it another name."
            )


def _room_problems(subnet: SubnetSpec, count: int) -> Iterator[Problem]:
    room = cidr.usable_hosts(cidr.parse(subnet.address_prefix)) if subnet.address_prefix else 0
    if count > room:
        kept = limits.RESERVED_PER_SUBNET
        rule = f"it has room for {room} machines, since Azure keeps {kept} addresses, and {count} are declared in it"
        remedy = "Declare fewer, or choose a larger range."
        yield Problem(f"network.subnets.{subnet.name}.addressPrefix", subnet.address_prefix, rule, remedy)


def bastion_problems(bastion: Bastion | None, network: NetworkSpec) -> Iterator[Problem]:
    """Find what keeps the Bastion host's subnet out of the network."""
    if bastion is None or bastion.address_prefix is None:
        return
    try:
        range_ = cidr.parse(bastion.address_prefix)
    except cidr.NotACidr:
        return  # the component says so
    for subnet in network.subnets:
        if subnet.name.lower() == limits.BASTION_SUBNET.lower():
            rule = f"network.subnets has an {limits.BASTION_SUBNET} too"
            yield Problem("bastion.addressPrefix", bastion.address_prefix, rule, "Remove it there.")
        elif subnet.address_prefix and range_.overlaps(cidr.parse(subnet.address_prefix)):
            rule = f"it overlaps network.subnets.{subnet.name}, which is {subnet.address_prefix}"
            yield Problem("bastion.addressPrefix", bastion.address_prefix, rule, "Choose a range that is free.")
    spaces = [cidr.parse(text) for text in network.address_space]
    if spaces and not any(range_.subnet_of(space) for space in spaces):
        rule = f"it is not within the address space, {', '.join(map(str, spaces))}"
        remedy = "Choose a range within it, or add one to network.addressSpace."
        yield Problem("bastion.addressPrefix", bastion.address_prefix, rule, remedy)
