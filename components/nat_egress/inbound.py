"""The exception for machines that must accept connections from the internet: what may be asked for, its rules. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network
from typing import Final, NotRequired, TypedDict

from . import cidr, limits
from .days import LONGEST_EXCEPTION, day
from .exception_tags import EXPIRES_TAG, REASON_TAG
from .ports import MANAGEMENT_PORTS
from .problems import Problem
from .reading import Arguments

INTERNET: Final = "Internet"
PROTOCOLS: Final = ("Tcp", "Udp")

_PORTS: Final = range(1, 65_536)
WIDEST_RANGE: Final = 8
"""Shortest prefix length of a source, a rule of this package: wider ones, and halves of all, mean everyone."""

_SERVICE_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*")
_EVERYONE: Final = frozenset({"*", "any"})
_PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""The ranges of RFC 1918."""
_REMEDY: Final = "Name who may connect: ranges such as 203.0.113.0/24, a service tag, or Internet for everyone."


class InboundException(TypedDict):
    """Why, until when, and from where machines accept connections from the internet.

    Each machine gets a public address of its own, and a network security group that opens these ports to these sources
    and nothing else. The address serves inbound connections only: what the machine opens itself still leaves through
    the NAT gateway, which takes precedence.
    """

    reason: str
    """Why, in a sentence for those who review it. It is written into the tags `nat-egress-inbound-reason`."""
    expires: str
    """The last day, as in `2027-01-31`, in UTC; at most a year ahead. From the day after, an update is refused."""
    ports: list[int]
    """The ports that are opened, 1 to 65535. Not those of SSH, RDP and WinRM: these go through Bastion."""
    sources: list[str]
    """Who may connect: IPv4 ranges, service tags such as `AzureFrontDoor.Backend`, or `Internet` for everyone."""
    protocol: NotRequired[str]
    """`Tcp`, the default, or `Udp`."""


@dataclass(frozen=True)
class InboundSpec:
    """An inbound exception, as understood from its arguments."""

    reason: str
    expires: str
    ports: tuple[int, ...]
    sources: tuple[str, ...]
    protocol: str = "Tcp"

    @property
    def tags(self) -> dict[str, str]:
        """The tags by which policies and people recognise what belongs to the exception."""
        return {REASON_TAG: self.reason, EXPIRES_TAG: self.expires}


def read_inbound(arguments: Arguments) -> InboundSpec | None:
    """Read `inbound`."""
    entry = arguments.part("inbound", InboundException)
    if entry is None:
        return None
    for key, remedy in (("ports", "Give the ports, such as [443]."), ("sources", _REMEDY)):
        if entry.usable and entry.empty(key):
            entry.problem(key, None, "it is required", remedy)
    return InboundSpec(
        reason=entry.required_text("reason", "Say in a sentence why the machine must be reached from the internet.")
        or "",
        expires=entry.required_text("expires", "Give the last day, as in 2027-01-31.") or "",
        ports=entry.integers("ports") or (),
        sources=entry.texts("sources") or (),
        protocol=entry.text("protocol") or "Tcp",
    )


def inbound_problems(inbound: InboundSpec, today: date) -> list[Problem]:
    """Find everything that is wrong with an exception on the day `today`; what is missing was noted in reading it."""
    return [
        *_reason_problems(inbound.reason),
        *(_expiry_problems(inbound.expires, today) if inbound.expires else ()),
        *_port_problems(inbound),
        *(problem for source in inbound.sources for problem in _source_problems(source, inbound.sources)),
        *overlap_problems("inbound.sources", inbound.sources),
    ]


def _reason_problems(reason: str) -> Iterator[Problem]:
    if reason and not reason.strip():
        yield Problem("inbound.reason", repr(reason), "it says nothing", "Say in a sentence why.")
    if len(reason) > limits.MAX_TAG_CHARACTERS:
        yield Problem(
            "inbound.reason",
            reason,
            f"it stands in a tag, and a tag holds {limits.MAX_TAG_CHARACTERS} characters; this has {len(reason)}",
            "Say it shorter, and name a ticket for the rest.",
        )


def _expiry_problems(expires: str, today: date) -> Iterator[Problem]:
    last = day(expires)
    if last is None:
        yield Problem("inbound.expires", expires, "a date is written as in 2027-01-31", "Write the last day so.")
    elif last < today:
        yield Problem(
            "inbound.expires",
            expires,
            f"the exception has ended, today is {today.isoformat()}",
            "Remove inbound, and the machines stay without public addresses; or have it approved anew.",
        )
    elif last > today + LONGEST_EXCEPTION:
        latest = (today + LONGEST_EXCEPTION).isoformat()
        yield Problem(
            "inbound.expires",
            expires,
            f"an exception lasts {LONGEST_EXCEPTION.days} days at most, from today until {latest}",
            "Choose an earlier day, and renew it then.",
        )


def _port_problems(inbound: InboundSpec) -> Iterator[Problem]:
    if inbound.protocol not in PROTOCOLS:
        rule = f"an exception is for one of {', '.join(PROTOCOLS)}"
        yield Problem("inbound.protocol", inbound.protocol, rule, "Use one of these.")
    for position, port in enumerate(inbound.ports):
        if port not in _PORTS:
            rule = f"a port is a number from {_PORTS.start} to {_PORTS.stop - 1}"
            yield Problem("inbound.ports", port, rule, "Use one of these.")
        elif port in MANAGEMENT_PORTS:
            rule = f"it is the port of {MANAGEMENT_PORTS[port]}, and administrators come through Bastion"
            yield Problem("inbound.ports", port, rule, "Remove it, and make a BastionHost.")
        elif port in inbound.ports[:position]:
            yield Problem("inbound.ports", port, "it stands there twice", "Remove one.")


def _source_problems(source: str, sources: Sequence[str]) -> Iterator[Problem]:
    range_ = _range(source)
    if source.lower() in _EVERYONE or (range_ is not None and _means_everyone(range_)):
        rule = (
            f"everyone, and any range wider than a /{WIDEST_RANGE}, is written as Internet, so that nobody overlooks it"
        )
        yield Problem("inbound.sources", source, rule, _REMEDY)
    elif source.lower() == INTERNET.lower() and len(sources) > 1:
        yield Problem("inbound.sources", list(sources), "Internet covers the others", "Keep it, or better the others.")
    elif problems := list(unknown_source("inbound.sources", source)):
        yield from problems
    elif range_ is not None and any(range_.subnet_of(private) for private in _PRIVATE):
        rule = "it is a private range, which no connection from the internet comes from"
        yield Problem("inbound.sources", source, rule, "Remove it: machines of the network need no exception.")


def source_groups(sources: Sequence[str]) -> list[tuple[str, ...]]:
    """Divide sources as security rules take them: all ranges in one, each service tag in one of its own."""
    ranges = tuple(source for source in sources if _range(source) is not None)
    return [*([ranges] if ranges else []), *((source,) for source in sources if source not in ranges)]


def unknown_source(argument: str, source: str) -> Iterator[Problem]:
    """Check that `source` is written as a security rule takes it: an IPv4 range or a service tag."""
    if _range(source) is not None or (_SERVICE_TAG.fullmatch(source) and source.lower() not in _EVERYONE):
        return
    try:
        cidr.parse(source)
    except cidr.NotACidr as error:
        if error.suggestion:
            yield Problem(argument, source, str(error), f"Did you mean {error.suggestion}?")
            return
    yield Problem(argument, source, "it is neither an IPv4 range nor a service tag", _REMEDY)


def overlap_problems(argument: str, sources: Sequence[str]) -> Iterator[Problem]:
    """Find sources that are there already: Azure takes no security rule whose ranges overlap.

    Its code is OverlappingSubnetsNotPermittedInSecurityRule (kubernetes-sigs/cloud-provider-azure#6775, 2024-08-07).
    """
    seen: set[str] = set()
    for source in sources:
        if source.lower() in seen:
            yield Problem(argument, source, "it stands there twice", "Remove one.")
        seen.add(source.lower())
    ranges = {source: range_ for source in sources if (range_ := _range(source)) is not None}
    for outer, inner in cidr.overlaps(ranges):
        yield Problem(argument, inner, f"{outer} covers it, and Azure takes no ranges that overlap", "Remove it.")


def _means_everyone(range_: IPv4Network) -> bool:
    return range_.prefixlen < WIDEST_RANGE or range_.network_address.is_unspecified


def _range(text: str) -> IPv4Network | None:
    """Read a range, or a single address as a range of one."""
    try:
        return cidr.parse(text if "/" in text else f"{text}/32")
    except cidr.NotACidr:
        return None
