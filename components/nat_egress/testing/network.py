"""The network of a recorded program, as the rules of the policy pack read it, and the ways out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Final

from ..graph import kinds
from ..graph.exits import Way
from ..graph.gateways import ADDRESSES
from ..graph.interfaces import Interface
from ..graph.machines import interfaces_of
from ..graph.network import Network
from ..graph.of_mocks import resources_of
from ..graph.references import reference
from ..graph.resource import Declared
from ..graph.subnets import Subnet
from ..graph.values import UNKNOWN, Value, items, listed
from ..graph.ways import out_of_interface, out_of_machine, out_of_subnet
from ..ways_out import WayOut
from .failures import Failure, hidden
from .graph import ResourceGraph
from .resource import Resource

__tracebackhide__ = hidden

_MACHINES: Final = (kinds.MACHINE, kinds.SCALE_SET)


def network_of(graph: ResourceGraph) -> Network:
    """Return the network that the rules read."""
    return Network(resources_of(graph.resources))


@dataclass(frozen=True)
class Leaving:
    """Something whose connections to the internet are asked about."""

    who: str
    """In words, as many: `machines of subnet web`."""
    way: Way


def leaving(graph: ResourceGraph, network: Network, of: str | Resource) -> list[Leaving]:
    """Return the way out of a subnet, a network interface, a machine or a scale set, given itself or by its name.

    A name is one in Azure or in the program. The way of a subnet is for machines with no address of their own and
    behind no load balancer; a machine has one for each of its interfaces. Raises `Failure` where there is none of that
    name, or several, and where its way is not known here.
    """
    name = of if isinstance(of, str) else of.name
    subnets = [one for one in network.subnets.all if _meant(of, one.resource, one.name)]
    interfaces = [one for one in network.interfaces if _meant(of, one.resource, one.name) and not one.inline]
    machines = [one for one in network.graph.of(*_MACHINES) if _meant(of, one, one.azure_name)]
    # A name in Azure is one among its kind: a subnet's comes first, as most tests are about those.
    match (subnets, interfaces, machines):
        case ([subnet], _, _):
            found = [Leaving(f"machines of subnet {subnet.name}", out_of_subnet(network, subnet))]
        case ([], [interface], []):
            found = [Leaving(f"connections of network interface {name}", _of_interface(network, interface))]
        case ([], [], [machine]):
            kind = "machine" if machine.kind == kinds.MACHINE else "scale set"
            found = [Leaving(f"connections of {kind} {name}", way) for way in out_of_machine(network, machine)]
        case _:
            raise Failure(_only_read(graph, of) or _not_one(network, name, subnets, len(interfaces) + len(machines)))
    for one in found:
        _known(graph, one)
    return found


def _meant(of: str | Resource, declared: Declared, azure_name: Value) -> bool:
    return of in (azure_name, declared.name) if isinstance(of, str) else of.urn == declared.urn


def _only_read(graph: ResourceGraph, of: str | Resource) -> str:
    """Return what to do where the program only reads what is asked about; "" where it does not."""
    for one in graph:
        if one.read and (of == one.name if isinstance(of, str) else of is one):
            return (
                f"{one!r} is only read, and the test does not say how it is set up, so which way its connections "
                f'leave is not known here. Say it: record(…, outputs={{"{one!r}": {{…}}}}).'
            )
    return ""


def _not_one(network: Network, name: str, subnets: Sequence[Subnet], others: int) -> str:
    if len(subnets) > 1:
        called = [f"one in {one.resource.name}" if one.inline else one.resource.name for one in subnets]
        own = [one.resource.name for one in subnets if not one.inline]
        which = f' Say which: graph.one("Subnet", "{own[0]}").' if own else ""
        return f"{len(subnets)} subnets are called {name}: {listed(called)}.{which}"
    there = [one.name for one in network.graph.of(kinds.NETWORK_INTERFACE, *_MACHINES)]
    beside = f" Network interfaces and machines: {listed(there)}." if there else ""
    if others and not subnets:
        which = f' Say which: graph.one("VirtualMachine", "{name}").' if others > 1 else ""
        return f"{others} network interfaces and machines are called {name}.{which}{beside}"
    known = listed(one.name for one in network.subnets.all) or "none"
    return f"No subnets are called {name}. There are: {known}.{beside}"


def _of_interface(network: Network, interface: Interface) -> Way:
    """Return the way out of an interface, with what the other interfaces of its machine mean for it."""
    for machine in network.graph.of(kinds.MACHINE):
        found, _ = interfaces_of(network, machine)
        if interface in found:
            return out_of_machine(network, machine)[found.index(interface)]
    return out_of_interface(network, interface)


def _known(graph: ResourceGraph, one: Leaving) -> None:
    shown = " > ".join(one.way.path)
    if one.way.exit.way is WayOut.ROUTE_TABLE:
        subnet = next(step for step in one.way.source if step.startswith("subnet "))
        raise Failure(
            f"The route table of {subnet} is not in this stack, so whether its routes lead around the NAT "
            f"gateway is not known here: {shown}."
        )
    if one.way.exit.way is UNKNOWN:
        when = "before the update" if graph.preview else "here"
        raise Failure(f"Which way {one.who} leave is not known {when}: {shown}.")


def seen_of(graph: ResourceGraph, network: Network, one: Leaving) -> list[IPv4Network | IPv6Network]:
    """Return the public ranges that the other side sees. Raises `Failure` where one is not known."""
    exit_ = one.way.exit
    if exit_.way is WayOut.NAT_GATEWAY and exit_.through:
        return collapsed([range_ for gateway in exit_.through for range_ in addresses_of(graph, network, gateway)])
    if not all(isinstance(address, str) for address in exit_.addresses):
        raise Failure(f"What the other side sees of {one.who} is not known here: {' > '.join(one.way.path)}.")
    return collapsed([ip_network(f"{address}") for address in exit_.addresses])


def addresses_of(graph: ResourceGraph, network: Network, gateway: Declared) -> list[IPv4Network | IPv6Network]:
    """Return the public ranges that the other side sees of a NAT gateway. Raises `Failure` where one is not known."""
    found: list[IPv4Network | IPv6Network] = []
    for key in ADDRESSES:
        for item in items(gateway.inputs, key):
            followed = network.graph.follow(reference(gateway, key, item), kinds.PUBLIC_ADDRESS, kinds.PUBLIC_PREFIX)
            if not followed.targets:
                raise Failure(
                    f"The address {followed.outside or 'of an id that is not known'} of NAT gateway {gateway.name} is "
                    "not in this stack, so what it is, is not known here."
                )
            for target in followed.targets:
                outputs = graph.by_urn(target.resource.urn).outputs
                written = outputs["ipPrefix" if target.resource.kind == kinds.PUBLIC_PREFIX else "ipAddress"]
                found.append(ip_network(f"{written}"))
    return collapsed(found)


def collapsed(ranges: list[IPv4Network | IPv6Network]) -> list[IPv4Network | IPv6Network]:
    """Return the fewest ranges that hold the same addresses."""
    old = [one for one in ranges if isinstance(one, IPv4Network)]
    new = [one for one in ranges if isinstance(one, IPv6Network)]
    return [*collapse_addresses(old), *collapse_addresses(new)]
