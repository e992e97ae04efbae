"""What security rules let in from the internet: each rule, less what rules before it stop. Pure.

Rules are taken by priority, the lowest number first, and the first that matches decides. Those that can be declared
have priorities 100 to 4096; behind them stand Azure's own: 65000 lets in the network, 65001 Azure's probes, and 65500
denies the rest. So what no rule allows is not let in. Rules of Network Manager come before those of security groups:
AlwaysAllow and Deny end the matter, Allow leaves it to the security group. Source: learn.microsoft.com/azure/
virtual-network/network-security-groups-overview, 2025-07-15.

Each rule is held against those before it that stop traffic; those that let it in need no look, since it is let in then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import tags
from .addresses import EVERYWHERE, INTERNET, Places, read_places
from .bounds import Bounds
from .intervals import Intervals
from .ports import read_ports, read_protocol
from .rule import SecurityRule
from .traffic import Traffic, rest_of


@dataclass(frozen=True)
class Opening:
    """What one rule lets in from the internet."""

    rule: SecurityRule
    sure: tuple[Traffic, ...]
    """What it lets in, whatever the unknown turns out to be; from sources that are addresses."""
    maybe: tuple[Traffic, ...]
    """What it may let in, from sources that are addresses; all of `sure` is in it."""
    by_tag: dict[str, tuple[Traffic, ...]]
    """What it may let in from the addresses of a service tag. They are not known, so all of the internet stands there,
    less what is stopped."""


@dataclass(frozen=True)
class _Words:
    """What the accesses of a list of rules mean."""

    opens: str
    stops: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.stops | {self.opens}


_OF_A_GROUP = _Words("allow", frozenset({"deny"}))
_OF_NETWORK_MANAGER = _Words("alwaysallow", frozenset({"deny", "allow"}))


@dataclass(frozen=True)
class _Read:
    """A rule as it is understood; None is what is not known."""

    rule: SecurityRule
    access: str | None
    inbound: bool | None
    priority: int | None
    protocols: Bounds[frozenset[str]]
    ports: Bounds[Intervals]
    source_ports: Bounds[Intervals]
    sources: Places
    destinations: Places


def openings(rules: Iterable[SecurityRule], machines: Intervals = EVERYWHERE) -> list[Opening]:
    """Find what the rules of a security group let in from the internet, rule by rule in the order of their priorities.

    `machines` are the addresses that its machines may have. Rules of Network Manager that deny are not counted in a
    group's favour: to which networks they apply is decided in Azure.
    """
    return _openings(rules, _OF_A_GROUP, machines)


def admin_openings(rules: Iterable[SecurityRule], machines: Intervals = EVERYWHERE) -> list[Opening]:
    """Find what the rules of Network Manager let in from the internet, whatever the security groups say."""
    return _openings(rules, _OF_NETWORK_MANAGER, machines)


def _openings(rules: Iterable[SecurityRule], words: _Words, machines: Intervals) -> list[Opening]:
    read = sorted((_read(rule, words) for rule in rules), key=lambda rule: (rule.priority or 0, rule.rule.name))
    inbound = [rule for rule in read if rule.inbound is not False]
    stopping = [rule for rule in inbound if rule.access is None or rule.access in words.stops]
    found = [
        _opening(rule, [other for other in stopping if other is not rule], machines)
        for rule in inbound
        if rule.access in (words.opens, None)
    ]
    return [opening for opening in found if opening.maybe or opening.by_tag]


def _opening(rule: _Read, stopping: list[_Read], machines: Intervals) -> Opening:
    most = Traffic(
        rule.protocols.maybe,
        rule.ports.maybe,
        rule.sources.most & INTERNET,
        _reached(rule).maybe & machines,
        rule.source_ports.maybe,
    )
    least = Traffic(
        rule.protocols.sure,
        rule.ports.sure,
        rule.sources.addresses.sure & INTERNET,
        _reached(rule).sure & machines,
        rule.source_ports.sure,
    )
    known = rule.access is not None and rule.inbound is True
    anyone = Traffic(most.protocols, most.ports, INTERNET, most.destinations, most.source_ports)
    by_tag = {
        tag: rest_of(anyone, _surely_stopped(rule, stopping, tag))
        for tag in sorted(rule.sources.tags)
        if tags.origin(tag) is not tags.Origin.NETWORK
    }
    return Opening(
        rule.rule,
        rest_of(least, _possibly_stopped(rule, stopping)) if known else (),
        rest_of(most, _surely_stopped(rule, stopping)),
        {tag: traffic for tag, traffic in by_tag.items() if traffic},
    )


def _surely_stopped(rule: _Read, stopping: Iterable[_Read], tag: str | None = None) -> Iterator[Traffic]:
    """Return what never gets to `rule`; `tag` is the service tag from whose addresses it comes."""
    for other in stopping:
        if other.access is None or other.inbound is None or other.priority is None or rule.priority is None:
            continue
        if other.priority < rule.priority:
            all_of_tag = tag is not None and any(tags.covers(one, tag) for one in other.sources.tags)
            yield Traffic(
                other.protocols.sure,
                other.ports.sure,
                EVERYWHERE if all_of_tag else other.sources.addresses.sure,
                EVERYWHERE if _same_groups(rule.rule, other.rule) else _stopped_at(other).sure,
                other.source_ports.sure,
            )


def _possibly_stopped(rule: _Read, stopping: Iterable[_Read]) -> Iterator[Traffic]:
    """Return what may not get to `rule`; of two rules of one priority, which Azure does not take, either is first."""
    for other in stopping:
        if other.priority is None or rule.priority is None or other.priority <= rule.priority:
            yield Traffic(
                other.protocols.maybe,
                other.ports.maybe,
                other.sources.addresses.maybe,
                EVERYWHERE if _same_groups(rule.rule, other.rule) else _stopped_at(other).maybe,
                other.source_ports.maybe,
            )


def _reached(rule: _Read) -> Bounds[Intervals]:
    """Return the addresses that a rule opens. The machines of an application security group may have any."""
    places = rule.destinations
    inside = bool(rule.rule.destination_groups) or _names_the_network(places)
    return Bounds(
        EVERYWHERE if inside else places.addresses.sure,
        EVERYWHERE if inside or places.tags else places.most,
    )


def _stopped_at(rule: _Read) -> Bounds[Intervals]:
    """Return the addresses that a rule closes. Machines outside of an application security group stay open."""
    return Bounds(EVERYWHERE, EVERYWHERE) if _names_the_network(rule.destinations) else rule.destinations.addresses


def _names_the_network(places: Places) -> bool:
    return any(tags.covers("VirtualNetwork", tag) for tag in places.tags)


def _same_groups(rule: SecurityRule, other: SecurityRule) -> bool:
    """Tell whether `other` is for all application security groups that `rule` is for, and `rule` for nothing else."""
    mine, others = _ids(rule.destination_groups), _ids(other.destination_groups)
    return bool(mine) and not rule.destinations and None not in mine and mine <= others


def _ids(groups: Iterable[object]) -> set[str | None]:
    return {group.lower() if isinstance(group, str) else None for group in groups}


def _read(rule: SecurityRule, words: _Words) -> _Read:
    access, direction = _word(rule.access), _word(rule.direction)
    return _Read(
        rule,
        access if access in words.all else None,
        {"inbound": True, "outbound": False}.get(direction),
        _priority(rule.priority),
        read_protocol(rule.protocol),
        read_ports(rule.destination_ports),
        read_ports(rule.source_ports),
        read_places(rule.sources),
        read_places(rule.destinations),
    )


def _word(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _priority(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None
