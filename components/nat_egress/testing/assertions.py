"""What must hold of a program's network, and what is said where it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from ..capacity import Profile, size
from ..exposure import evaluate
from ..exposure.configuration import Configuration
from ..exposure.exemptions import exempt
from ..exposure.finding import Finding, Verdict
from ..exposure.inbound_exceptions import exemptions_of
from ..exposure.levels import level_of
from ..exposure.policies import Level
from ..graph import kinds
from ..graph.interfaces import HOLDERS
from ..graph.of_mocks import resources_of
from ..graph.values import listed
from ..ways_out import WayOut
from .failures import Failure, hidden
from .graph import ResourceGraph
from .network import Leaving, addresses_of, collapsed, leaving, network_of, seen_of
from .resource import Resource

__tracebackhide__ = hidden

_EXPOSABLE: Final = frozenset(
    {*HOLDERS, kinds.NETWORK, kinds.SUBNET, kinds.LOAD_BALANCER, kinds.MANAGED_CLUSTER, kinds.BATCH_POOL}
)
_USED_BY_ANOTHER: Final = (
    kinds.NAT_GATEWAY,
    kinds.PUBLIC_ADDRESS,
    kinds.PUBLIC_PREFIX,
    kinds.NETWORK_INTERFACE,
    kinds.ROUTE_TABLE,
    kinds.SECURITY_GROUP,
)
"""What does nothing by itself."""


def assert_private(
    graph: ResourceGraph, configuration: Configuration | None = None, *, today: date | None = None
) -> None:
    """Assert that no way leads in to a machine, and that the NAT gateway is the only way out.

    The rules are those of the policy pack, with its `configuration`; what they refuse fails the test, and so does what
    they cannot decide from this program alone. Inbound exceptions of `PrivateMachine` hold until they end; `today`, in
    UTC, is the day that they are judged by.
    """
    declared = list(resources_of(graph.resources))
    if not any(one.kind in _EXPOSABLE for one in declared):
        raise Failure(
            "The program has no network, subnet or machine that could be exposed. It has: "
            f"{listed(sorted(graph.kinds()))}."
        )
    estate, day = configuration or Configuration(), today or datetime.now(UTC).date()
    found = dict.fromkeys(evaluate.of_stack(declared, estate))
    exempted = exempt(found, [*exemptions_of(declared, day), *estate.exemptions], day)
    failing = [one for one in exempted.findings if _fails(one, estate)]
    if failing:
        lines = "\n".join(f"  - {one.policy}: {_verdict(one)}{one}" for one in failing)
        raise Failure(f"{graph.project}/{graph.stack} is not private:\n{lines}")


def _fails(finding: Finding, estate: Configuration) -> bool:
    level = estate.levels[finding.policy]
    undecided = finding.verdict is Verdict.UNDECIDABLE and level is Level.MANDATORY
    return undecided or level_of(finding, level) is Level.MANDATORY


def _verdict(finding: Finding) -> str:
    return "not decidable here: " if finding.verdict is Verdict.UNDECIDABLE else ""


def assert_egress(
    graph: ResourceGraph,
    of: str | Resource,
    *,
    addresses: Iterable[str] | None = None,
    way: WayOut | str = WayOut.NAT_GATEWAY,
) -> None:
    """Assert which way connections to the internet leave, and what the other side sees.

    `of` is a subnet, whose answer is for machines with no public address and behind no load balancer; or a network
    interface or a machine: its name, or what `graph.one` gives. `addresses` are all the public addresses and ranges, in
    whatever split; None asks only for the way.
    """
    network = network_of(graph)
    wanted_way = _way(way)
    # Iterables may be read once only, and a machine may have several interfaces.
    wanted = None if addresses is None else _ranges(addresses)
    for one in leaving(graph, network, of):
        _assert_leaves(one, wanted_way)
        if wanted is not None:
            seen = seen_of(graph, network, one)
            if set(wanted) != set(seen):
                raise Failure(
                    f"The other side sees {one.who} as {listed(map(str, seen)) or 'nobody'}, and not as "
                    f"{listed(map(str, wanted)) or 'nobody'}: {' > '.join(one.way.path)}."
                )


def _way(given: WayOut | str) -> WayOut:
    try:
        return WayOut(given)
    except ValueError:
        raise Failure(f"way={given!r} is no way out. There are: {listed(map(str, WayOut))}.") from None


def _ranges(given: Iterable[str]) -> list[IPv4Network | IPv6Network]:
    try:
        return collapsed([ip_network(one) for one in ([given] if isinstance(given, str) else given)])
    except ValueError as error:
        raise Failure(f"Not all of addresses= are public addresses or ranges: {error}.") from None


def _assert_leaves(one: Leaving, way: WayOut) -> None:
    who = one.who[0].upper() + one.who[1:]
    if one.way.exit.way is not way:
        raise Failure(f"{who} leave by {one.way.exit.way}, and not by {way}: {' > '.join(one.way.path)}.")
    if apart := [part for part in one.way.parts if part.exit.way is not way]:
        parts = listed(f"{part.destination} by {' > '.join(part.exit.steps)}" for part in apart)
        raise Failure(f"{who} leave by {way}, but for {parts}.")


def assert_port_capacity(
    graph: ResourceGraph, profile: Profile, *, gateway: str | None = None, zone: str | None = None
) -> None:
    """Assert that a NAT gateway has the public addresses that a traffic profile needs.

    With a `zone` of the profile it is the gateway of that zone, while the worst other zone is lost.
    """
    network = network_of(graph)
    resource = graph.one("network:NatGateway", gateway)
    ranges = addresses_of(graph, network, network.graph.by_urn[resource.urn])
    deployed = sum(one.num_addresses for one in ranges if one.version == 4)  # noqa: PLR2004 - the version of IP
    answer = size(profile, deployed=max(deployed, 1), zone=zone)
    if deployed < answer.addresses:
        raise Failure(
            f"The NAT gateway {resource.name} has {deployed} public IPv4 addresses ({listed(map(str, ranges))}), and "
            f"the profile needs {answer.addresses}. Give it a prefix with as many."
        )
    if not answer.enough:
        raise Failure(
            f"One NAT gateway does not carry this profile, whatever its addresses: {answer.binding.name} is over its "
            "limit. Divide the subnets between gateways."
        )


def assert_dependency(graph: ResourceGraph, resource: Resource, on: Resource, *, by: str | None = None) -> None:
    """Assert that a resource is made after another; with `by`, that this input of it is what depends on the other."""
    if by is None:
        found = on.urn in graph.depended_on(resource)
    else:
        found = on.urn in resource.property_dependencies.get(by, ())
    if not found:
        through = f" by its input {by}" if by else ""
        told = _named(graph, resource.property_dependencies.get(by, ()) if by else resource.dependencies)
        raise Failure(f"{resource!r} does not depend on {on!r}{through}. It depends{through} on: {told or 'nothing'}.")


def assert_serialised(graph: ResourceGraph, subnets: Sequence[Resource] | None = None) -> None:
    """Assert that of any two subnets of one network one is made after the other: Azure refuses two writes at once.

    Without `subnets`, these are all of the program. One that is only read is not written.
    """
    every = graph.all("network:Subnet") if subnets is None else subnets
    given = sorted((one for one in every if not one.read), key=lambda one: one.name)
    if not given:
        which = "The subnets are only read" if every else "No subnets are given"
        raise Failure(f"{which}, so there is nothing that could be serialised.")
    for network, found in _by_network(graph, given):
        after = {one.urn: graph.depended_on(one) for one in found}
        loose = [
            f"{one.name} and {other.name}"
            for index, one in enumerate(found)
            for other in found[index + 1 :]
            if one.urn not in after[other.urn] and other.urn not in after[one.urn]
        ]
        if loose:
            more = f" and {len(loose) - 5} more pairs" if len(loose) > 5 else ""  # noqa: PLR2004 - what one reads
            raise Failure(
                f"Subnets of network {network} may be written at the same time, which Azure refuses: "
                f"{', '.join(loose[:5])}{more}. Have each depend on the one before it (depends_on)."
            )


def _by_network(graph: ResourceGraph, subnets: Iterable[Resource]) -> Iterator[tuple[str, list[Resource]]]:
    """Yield each network that subnets are in, with those: of the program, or by its name outside of it."""
    declared = network_of(graph).graph
    found: defaultdict[tuple[str, str], list[Resource]] = defaultdict(list)
    for one in subnets:
        networks = declared.parents(declared.by_urn[one.urn], kinds.NETWORK)
        for network in networks:
            found[network.azure_name, network.urn].append(one)
        if not networks:
            group = one.asked.get("resourceGroupName")  # as it is: a group that is not known is one, too
            found[f"{one.inputs['virtualNetworkName']}".lower(), f"{group}".lower()].append(one)
    for (name, _), members in found.items():
        yield name, members


def assert_no_orphans(graph: ResourceGraph, *, but: Iterable[str] = ()) -> None:
    """Assert that each address, gateway, interface, route table and security group is used by another resource.

    `but` names those that are meant to be spare.
    """
    network = network_of(graph)
    read = {one.urn for one in graph if one.read}
    candidates = [one for one in network.graph.of(*_USED_BY_ANOTHER) if one.urn not in read]
    if not candidates:
        raise Failure(
            f"The program has nothing that another resource would use. It has: {listed(sorted(graph.kinds()))}."
        )
    spare = {but} if isinstance(but, str) else set(but)
    if unheard := spare - {one.name for one in candidates}:
        raise Failure(f"None is called {listed(sorted(unheard))}. There are: {listed(one.name for one in candidates)}.")
    used = network.graph.referred_to()
    left = [one for one in candidates if one.urn not in used and one.name not in spare]
    if left:
        names = ", ".join(f"{one.kind.rpartition(':')[2]} {one.name}" for one in left)
        raise Failure(f"No resource of the program uses {names}. Attach them, remove them, or name them in but=.")


def _named(graph: ResourceGraph, urns: Iterable[str]) -> str:
    return listed(sorted(repr(graph.by_urn(urn)) for urn in urns))
