"""Whether the graph's ways agree with those that the sandbox's own Azure tells: destination by destination."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from azure_sandbox.arm import ways_out as azure
from nat_egress.graph import kinds
from nat_egress.graph.exits import Exit, Way
from nat_egress.graph.interfaces import HOLDERS
from nat_egress.graph.load_balancers import joined
from nat_egress.graph.machines import interfaces_of
from nat_egress.graph.network import Network
from nat_egress.graph.values import MISSING, UNKNOWN
from nat_egress.graph.ways import out_of_machine, out_of_subnet
from nat_egress.graph.ways_in import into_interface
from nat_egress.ways_out import WayOut

WORDS = {
    azure.Method.APPLIANCE: WayOut.VIRTUAL_APPLIANCE,
    azure.Method.NETWORK_GATEWAY: WayOut.VIRTUAL_NETWORK_GATEWAY,
    azure.Method.NAT_GATEWAY: WayOut.NAT_GATEWAY,
    azure.Method.INSTANCE: WayOut.PUBLIC_ADDRESS,
    azure.Method.LOAD_BALANCER: WayOut.LOAD_BALANCER,
    azure.Method.DEFAULT: WayOut.DEFAULT_OUTBOUND_ACCESS,
    azure.Method.DROPPED: WayOut.NONE,
    azure.Method.NONE: WayOut.NONE,
}
NOBODY_KNOWS = (WayOut.VIRTUAL_APPLIANCE, WayOut.VIRTUAL_NETWORK_GATEWAY, WayOut.DEFAULT_OUTBOUND_ACCESS)
PRIVATE = [
    IPv4Network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8")
] + [IPv4Network("224.0.0.0/3")]
SOMEWHERE = [IPv4Address(text) for text in ("8.8.8.8", "93.184.216.34", "151.101.1.1", "198.51.100.7", "203.0.113.9")]


def compare(declared: list[Any], plane: Any) -> list[WayOut]:
    """Assert that the graph tells what the sandbox tells of every interface of every machine; return the ways."""
    network = Network(declared)
    told = list(plane.ways_out())
    found: list[WayOut] = []
    for machine in network.graph.of(kinds.MACHINE):
        if not machine.id:
            continue  # of a type or a kind that the sandbox doesn't have
        theirs = [one for one in told if one.machine.lower() == machine.id.lower()]
        ours = out_of_machine(network, machine)
        interfaces, complete = interfaces_of(network, machine)
        assert complete
        assert [one.resource.id.lower() for one in interfaces] == [one.interface.lower() for one in theirs]
        for way, there, interface in zip(ours, theirs, interfaces, strict=True):
            assert_agree(way, there)
            entered = into_interface(network, interface)
            # Several rules may lead in by one front end.
            assert sorted({str(address) for one in entered for address in one.addresses}) == sorted(there.inbound)
            assert all(one.certain for one in entered)
            addressed = any(one.inbound for one in theirs)
            if not addressed and not any(list(joined(one)) for one in interface.configurations):
                _assert_subnet_agrees(network, way, there)
            found.append(way.exit.way)
    assert len(found) == len(told)
    return found


def compare_instance(declared: list[Any], plane: Any, described: str, machine_id: str) -> list[WayOut]:
    """Assert that the graph tells of what describes its own interfaces what the sandbox tells of an instance of it."""
    network = Network(declared)
    (resource,) = [one for one in network.graph.resources if one.name == described and one.kind in HOLDERS]
    theirs = [one for one in plane.ways_out() if one.machine.lower() == machine_id.lower()]
    interfaces, complete = interfaces_of(network, resource)
    assert complete
    for way, there, interface in zip(out_of_machine(network, resource), theirs, interfaces, strict=True):
        assert_agree(way, there)
        # The addresses of instances are in no input; each is one.
        assert len([address for one in into_interface(network, interface) for address in one.addresses]) == len(
            there.inbound
        )
    return [one.exit.way for one in out_of_machine(network, resource)]


def _assert_subnet_agrees(network: Network, way: Way, there: azure.WayOut) -> None:
    group, _, name = there.subnet.partition("/virtualNetworks/")[2].partition("/subnets/")
    subnets = [
        one
        for one in network.subnets.all
        if (
            one.name.lower() == name.lower()
            and group.lower() in [str(one.azure_name).lower() for one in network.subnets.network(one)]
        )
        or one.resource.id.lower() == there.subnet.lower()
    ]
    assert len(subnets) == 1
    alone = out_of_subnet(network, subnets[0])
    assert (alone.exit, alone.parts) == (way.exit, way.parts)


def assert_agree(ours: Way, theirs: azure.WayOut) -> None:
    """Assert that connections to everywhere leave the same way."""
    there = [(network, one.exit) for one in theirs.parts if (network := _range(one.destination))]
    here = [(network, one.exit) for one in ours.parts if (network := _range(one.destination))]
    seen = set()
    for probe in _probes([network for network, _ in (*there, *here)]):
        mine = _canonical(_longest(probe, here, ours.exit))
        assert mine == _canonical_theirs(_longest(probe, there, theirs.exit)), (probe, ours, theirs)
        seen.add(mine)
    for tag in {one.destination for one in (*ours.parts, *theirs.parts) if _range(one.destination) is None}:
        mine = next((one.exit for one in ours.parts if one.destination == tag), ours.exit)
        assert _canonical(mine) == _canonical_theirs(
            next((one.exit for one in theirs.parts if one.destination == tag), theirs.exit)
        ), (tag, ours, theirs)
    if ours.exit.way is WayOut.SEVERAL_ROUTES:
        assert len({way for way, *_ in seen}) > 1
    elif ours.exit.way is WayOut.VIRTUAL_APPLIANCE and ours.exit.next_hop is MISSING:
        assert {way for way, *_ in seen} == {WayOut.VIRTUAL_APPLIANCE}
        assert len(seen) > 1
    else:
        assert _canonical(ours.exit) == _canonical_theirs(theirs.exit), (ours, theirs)


def _canonical(one: Exit) -> tuple[object, ...]:
    assert one.way is not UNKNOWN, one
    gateway = tuple(resource.id.lower() for resource in one.through)
    if one.way in NOBODY_KNOWS:
        assert one.addresses == (UNKNOWN,)
        return one.way, one.next_hop if isinstance(one.next_hop, str) else "", ()
    return one.way, "".join(gateway), tuple(sorted(map(str, one.addresses)))


def _canonical_theirs(one: azure.Exit) -> tuple[object, ...]:
    return WORDS[one.method], one.via.lower(), tuple(sorted(one.addresses))


def _longest(probe: IPv4Address, parts: list[tuple[IPv4Network, Any]], otherwise: Any) -> Any:
    fitting = [(network.prefixlen, exit_) for network, exit_ in parts if probe in network]
    return max(fitting, key=lambda one: one[0])[1] if fitting else otherwise


def _probes(networks: list[IPv4Network]) -> Iterator[IPv4Address]:
    edges = {int(end) + step for one in networks for end in (one[0], one[-1]) for step in (-1, 0, 1)}
    wanted = [*SOMEWHERE, *(IPv4Address(edge) for edge in sorted(edges) if 1 << 24 <= edge < 1 << 32)]
    yield from (one for one in wanted if not any(one in network for network in PRIVATE))


def _range(text: object) -> IPv4Network | None:
    try:
        return IPv4Network(str(text))
    except ValueError:
        return None
