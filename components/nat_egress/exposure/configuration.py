"""The configuration of the policy pack, as `pulumi --policy-pack-config` takes it, read as a whole. Pure.

It is an object by policy: `{"all": "mandatory", "egress-nat-only": {"enforcementLevel": "advisory", ...options}}`.
Pulumi itself lets a key pass that it does not know. Here whatever is not understood is a problem, and all are said at
once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from ..ports import MANAGEMENT_PORTS
from ..problems import Problem, report
from .configuration_reader import ConfigurationReader
from .exemptions import Exemption
from .policies import POLICIES, Level
from .security_rules import Accepted, Intervals


class InvalidConfiguration(Exception):  # noqa: N818 - says what is wrong
    """A configuration that can't be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(report("The configuration of the policies", self.problems))


@dataclass(frozen=True)
class Configuration:
    """What a pack is told about an estate. What each option means stands in `options_table`."""

    levels: Mapping[str, Level] = field(default_factory=lambda: {one.name: one.level for one in POLICIES.values()})
    """Of every policy."""
    management_ports: tuple[int, ...] = tuple(sorted(MANAGEMENT_PORTS))
    allowed_sources: tuple[str, ...] = ()
    excluded_subnets: tuple[str, ...] = ()
    approved_subnets: tuple[str, ...] = ()
    approved_next_hops: tuple[str, ...] = ()
    hub_and_spoke: bool = False
    exemptions: tuple[Exemption, ...] = ()
    baselines: Mapping[str, str] = field(default_factory=dict)
    """The path of the baseline of each policy that has one."""

    def looks_at(self, subnet: str) -> bool:
        """Tell whether the way out of a subnet of this name is to be looked at."""
        return not any(fnmatchcase(subnet.lower(), pattern.lower()) for pattern in self.excluded_subnets)

    @property
    def accepted(self) -> Accepted:
        """What security rules may let in."""
        return Accepted(self.allowed_sources, Intervals.of((port, port) for port in self.management_ports))


def parse(text: str, today: date) -> Configuration:
    """Read a configuration file, on the day `today` in UTC. Raises `InvalidConfiguration`."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return dict(pairs)

    try:
        document = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        problem = Problem("the file", "no JSON", str(error), "Correct it there; Pulumi takes no comments.")
        raise InvalidConfiguration([problem]) from None
    if twice:
        raise InvalidConfiguration(
            Problem(key, "given twice", "a key stands once", "Keep one of the two.") for key in twice
        )
    return read(document, today)


def read(document: object, today: date) -> Configuration:
    """Read a configuration, as an object by policy, on the day `today` in UTC. Raises `InvalidConfiguration`."""
    reader = ConfigurationReader(today)
    reader.document(document)
    if reader.problems:
        raise InvalidConfiguration(reader.problems)
    values = reader.values
    return Configuration(
        levels={one.name: reader.levels.get(one.name, reader.all or one.level) for one in POLICIES.values()},
        management_ports=values.get("managementPorts", Configuration.management_ports),
        allowed_sources=values.get("allowedSources", ()),
        excluded_subnets=values.get("excludedSubnets", ()),
        approved_subnets=values.get("approvedSubnets", ()),
        approved_next_hops=values.get("approvedNextHops", ()),
        hub_and_spoke=any(values.get("hubAndSpoke", ())),
        exemptions=values.get("exemptions", ()),
        baselines=reader.baselines,
    )
