"""How the IPv4 ranges of a network and its subnets must lie: from what is asked for to what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from . import cidr, limits
from .problems import Problem

if TYPE_CHECKING:
    from .subnets import SubnetSpec


def range_problems(address_space: Sequence[str], subnets: Sequence[SubnetSpec]) -> list[Problem]:
    """Check every range by itself, then how they lie to each other.

    An empty address space is one that is not known here, that of an adopted network.
    """
    problems: list[Problem] = []
    spaces: dict[str, IPv4Network] = {}
    for position, text in enumerate(address_space):
        argument = f"address_space[{position}]"
        problems += _read_into(spaces, argument, text, longest=limits.SMALLEST_SUBNET)
    ranges: dict[str, IPv4Network] = {}
    for subnet in subnets:
        if subnet.address_prefix is not None:
            argument = f"{subnet.argument}.address_prefix"
            problems += _read_into(ranges, argument, subnet.address_prefix, longest=limits.SMALLEST_SUBNET)
            problems += _host_problems(argument, ranges.get(argument), subnet.hosts)
    problems += [*_overlap_problems(spaces), *_overlap_problems(ranges)]
    if spaces and len(spaces) == len(address_space):
        problems += _outside_problems(spaces, ranges)
    return problems


def _read_into(ranges: dict[str, IPv4Network], argument: str, text: str, *, longest: int) -> Iterator[Problem]:
    shortest = limits.LARGEST_NETWORK
    try:
        network = cidr.parse(text)
    except cidr.NotACidr as error:
        remedy = f"Did you mean {error.suggestion}?" if error.suggestion else "Give an address, a slash and a length."
        yield Problem(argument, text, str(error), remedy)
        return
    if not shortest <= network.prefixlen <= longest:
        rule = f"Azure's ranges have a length of {shortest} to {longest}"
        yield Problem(argument, text, rule, f"Use a length in between; a /{longest} has room for three machines.")
        return
    ranges[argument] = network


def _host_problems(argument: str, network: IPv4Network | None, hosts: int | None) -> Iterator[Problem]:
    if network is None or hosts is None or hosts <= (usable := cidr.usable_hosts(network)):
        return
    rule = (
        f"it has room for {usable} machines, since Azure keeps {limits.RESERVED_PER_SUBNET} addresses, and hosts asks "
        f"for {hosts}"
    )
    yield Problem(argument, str(network), rule, "Choose a larger range.")


def _overlap_problems(ranges: dict[str, IPv4Network]) -> Iterator[Problem]:
    for wide, narrow in cidr.overlaps(ranges):
        rule = f"it overlaps {wide}, which is {ranges[wide]}"
        yield Problem(narrow, str(ranges[narrow]), rule, "Choose ranges that do not overlap.")


def _outside_problems(spaces: dict[str, IPv4Network], ranges: dict[str, IPv4Network]) -> Iterator[Problem]:
    whole = ", ".join(map(str, spaces.values()))
    for argument, network in ranges.items():
        if not any(network.subnet_of(space) for space in spaces.values()):
            rule = f"it is not within the address space, {whole}"
            yield Problem(argument, str(network), rule, "Choose a range within it, or add one to address_space.")
