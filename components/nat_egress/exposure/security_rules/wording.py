"""What messages say of security rules. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ...ports import MANAGEMENT_PORTS
from .addresses import read_places
from .intervals import Intervals
from .ports import CONNECTING, EVERY_PORT, PROTOCOLS
from .rule import SecurityRule
from .traffic import Traffic

_MOST_SHOWN: Final = 4
"""Ports, and sources, that a message names."""


def unknown_text(rule: SecurityRule) -> str:
    """Say why it is not known what a rule lets in."""
    names = {
        "access": (rule.access,),
        "direction": (rule.direction,),
        "priority": (rule.priority,),
        "protocol": (rule.protocol,),
        "source": rule.sources,
        "destination": rule.destinations,
        "port": (*rule.destination_ports, *rule.source_ports),
    }
    unknown = [name for name, values in names.items() if not all(isinstance(one, str | int | float) for one in values)]
    if unknown:
        return f"its {' and '.join(unknown)} {'is' if len(unknown) == 1 else 'are'} not known before the update"
    if any(isinstance(one, str) and read_places([one]).doubtful for one in rule.sources):
        return f"what Azure makes of its source, {sources_text(rule)}, is not documented"
    return "a rule before it, which may stop that, is not known before the update"


def sources_text(rule: SecurityRule) -> str:
    """Write the sources of a rule as it spells them; what is secret writes itself as such."""
    return _some_of([f"{one}" for one in rule.sources if isinstance(one, str)])


def where_text(rule: SecurityRule, parts: Sequence[Traffic]) -> str:
    """Write to which ports, by which protocols, `parts` of what a rule lets in lead."""
    protocols = frozenset().union(*(part.protocols for part in parts))
    by = "" if protocols == PROTOCOLS else f" ({', '.join(sorted(protocols))})"
    if not protocols & CONNECTING:
        return f"any port{by}"
    if _hides_ports(rule):
        return f"ports that are not known{by}" if ports_of(parts) == EVERY_PORT else f"some ports{by}"
    return f"{_port_text(ports_of(parts))}{by}"


def step_text(rule: SecurityRule, parts: Sequence[Traffic]) -> str:
    """Write where `parts` lead as a step of a path, the same for the same traffic, such as `Tcp 22,80-443`."""
    protocols = frozenset().union(*(part.protocols for part in parts))
    by = "every protocol" if protocols == PROTOCOLS else "/".join(sorted(protocols))
    if _hides_ports(rule) or not protocols & CONNECTING:
        return by
    spans = [str(first) if first == last else f"{first}-{last}" for first, last in ports_of(parts).spans]
    return f"{by} {','.join(spans)}"


def _hides_ports(rule: SecurityRule) -> bool:
    """Tell whether a rule's ports are not known, or secret: text of a type of its own."""
    return any(type(port) not in (str, int, float) for port in rule.destination_ports)


def ports_of(parts: Iterable[Traffic]) -> Intervals:
    """Unite the ports of all `parts`."""
    return Intervals.of(span for part in parts for span in part.ports.spans)


def _port_text(ports: Intervals) -> str:
    if ports == EVERY_PORT:
        return "every port"
    texts = [_named(first) if first == last else f"{first}-{last}" for first, last in ports.spans]
    single = len(ports.spans) == 1 and ports.size == 1
    return f"{'port' if single else 'ports'} {_some_of(texts)}"


def _named(port: int) -> str:
    return f"{port} ({MANAGEMENT_PORTS[port]})" if port in MANAGEMENT_PORTS else str(port)


def _some_of(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _MOST_SHOWN} more" if len(texts) > _MOST_SHOWN else ""
    return f"{', '.join(texts[:_MOST_SHOWN])}{more}"
