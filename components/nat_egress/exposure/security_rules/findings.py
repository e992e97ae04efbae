"""From what security rules let in to what is wrong with them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from ...ports import MANAGEMENT_PORTS
from ..finding import Finding, Verdict
from . import tags
from .addresses import EVERYWHERE, NOWHERE, is_wide, read_places
from .evaluation import Opening
from .intervals import Intervals
from .ports import CONNECTING, EVERY_PORT
from .traffic import Traffic
from .wording import ports_of, sources_text, step_text, unknown_text, where_text

POLICY: Final = "nsg-no-internet-inbound"
_NO_PORTS: Final = Intervals()
_MANAGEMENT_PORTS: Final = Intervals.of((port, port) for port in MANAGEMENT_PORTS)


@dataclass(frozen=True)
class Accepted:
    """What may be let in."""

    sources: tuple[str, ...] = ()
    """Prefixes and service tags that may connect from the internet, but not to ports of administrators."""
    management_ports: Intervals = _MANAGEMENT_PORTS
    expected_ports: Intervals = _NO_PORTS
    """Ports that are open because of what is in the subnet, such as a Bastion host's 443."""


def rule_findings(openings: Sequence[Opening], accepted: Accepted) -> list[Finding]:
    """Judge what the rules of one security group let in, a finding for each rule with which something is wrong.

    A rule that lets in the internet, in as many words or by a range that is too wide to be meant by name, is denied,
    and so are rules that do so together. Warned of are named public addresses, service tags, protocols without ports,
    and what is not known yet.
    """
    left = [_left(opening, accepted) for opening in openings]
    wide = [bool(_wide_ports(opening.sure)) for opening in left]
    others = [opening for opening, alone in zip(left, wide, strict=True) if not alone]
    together = _wide_ports(part for opening in others for part in opening.sure)
    return [
        _finding(opening, accepted, denied=alone or _in(together, opening.sure))
        for opening, alone in zip(left, wide, strict=True)
        if opening.maybe or opening.by_tag
    ]


def _left(opening: Opening, accepted: Accepted) -> Opening:
    """Return what remains of an opening when all that is accepted is taken away."""
    places = read_places(accepted.sources)

    def left(parts: Iterable[Traffic], sources: Intervals) -> tuple[Traffic, ...]:
        return tuple(rest for part in parts for rest in _less_accepted(part, accepted, sources))

    by_tag = {
        tag: left(parts, EVERYWHERE if any(tags.covers(one, tag) for one in places.tags) else NOWHERE)
        for tag, parts in opening.by_tag.items()
    }
    return Opening(
        opening.rule,
        left(opening.sure, places.addresses.sure),
        left(opening.maybe, places.addresses.sure),
        {tag: parts for tag, parts in by_tag.items() if parts},
    )


def _less_accepted(part: Traffic, accepted: Accepted, sources: Intervals) -> Iterator[Traffic]:
    ports = part.ports - accepted.expected_ports
    yield from _some(replace(part, ports=ports & accepted.management_ports))
    yield from _some(replace(part, ports=ports - accepted.management_ports, sources=part.sources - sources))


def _some(part: Traffic) -> Iterator[Traffic]:
    if part:
        yield part


def _wide_ports(parts: Iterable[Traffic]) -> dict[str, Intervals]:
    """Find the ports, by protocol, to which more sources can connect than can be meant by name."""
    parts = tuple(parts)
    return {
        protocol: found
        for protocol in sorted(CONNECTING)
        if (found := _wide_ports_of([part for part in parts if protocol in part.protocols]))
    }


def _wide_ports_of(parts: Sequence[Traffic]) -> Intervals:
    starts = sorted({edge for part in parts for first, last in part.ports.spans for edge in (first, last + 1)})
    wide = []
    for first, behind in pairwise(starts):
        sources = Intervals.of(span for part in parts if first in part.ports for span in part.sources.spans)
        if is_wide(sources):
            wide.append((first, behind - 1))
    return Intervals.of(wide)


def _in(wide: dict[str, Intervals], parts: Iterable[Traffic]) -> bool:
    return any(wide.get(protocol, _NO_PORTS) & part.ports for part in parts for protocol in part.protocols)


def _finding(opening: Opening, accepted: Accepted, *, denied: bool) -> Finding:
    rule = opening.rule
    what, parts = _what(opening, denied=denied)
    management = any(part.ports & accepted.management_ports for part in parts)
    remedy = (
        "Remove the rule: administrators come in through Bastion."
        if management and ports_of(parts) != EVERY_PORT
        else "Name the private ranges that may connect, or have the source accepted in allowedSources."
    )
    if not denied and not opening.sure and not opening.by_tag:
        remedy = "Write it as plain text, or look at what the update itself reports."
    return Finding(
        POLICY,
        Verdict.DENY if denied else Verdict.WARN,
        rule.urn,
        ("internet", step_text(rule, parts), f"security rule {rule.name}"),
        f"Security rule {rule.name} {what}.",
        remedy,
    )


def _what(opening: Opening, *, denied: bool) -> tuple[str, Sequence[Traffic]]:
    """Say what a rule lets in, with the traffic that is meant."""
    rule, sure, maybe = opening.rule, opening.sure, opening.maybe
    if denied:
        connecting = [part for part in sure if part.protocols & CONNECTING]
        return f"lets in the internet (source {sources_text(rule)}) on {where_text(rule, connecting)}", connecting
    if _wide(maybe) and not _wide(sure):
        return f"may let in the internet on {where_text(rule, maybe)}: {unknown_text(rule)}", maybe
    if opening.by_tag:
        parts = [part for traffic in opening.by_tag.values() for part in traffic]
        who = {tags.origin(tag) for tag in opening.by_tag}
        whom = "every customer of Azure" if tags.Origin.CUSTOMERS in who else "a service of Azure and its customers"
        return f"lets in {whom} (source {sources_text(rule)}) on {where_text(rule, parts)}", parts
    whom = "the internet" if _wide(sure) else "public addresses"
    return f"lets in {whom} (source {sources_text(rule)}) on {where_text(rule, sure or maybe)}", sure or maybe


def _wide(parts: Iterable[Traffic]) -> bool:
    return any(is_wide(part.sources) for part in parts)
