"""Reads traffic profiles. All that is wrong is said at once, with file, line and field."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from .. import limits
from ..problems import Problem, report
from .fields import Fields
from .loads import flow, peakedness
from .places import NotAProfile, Place, of_mapping, of_yaml
from .profile import (
    Burst,
    Connections,
    Destination,
    End,
    Ending,
    Endpoint,
    Pool,
    Profile,
    Protocol,
    Requests,
    Restart,
    Retry,
    Source,
    Traffic,
)

ENDS = ("fin", "rst", "abandoned")
DEMANDS = ("connections", "requests", "pool")
_PROFILE = ("destinations", "end", "growth", "target", "sku", "idle_timeout_minutes", "traffic", "zone_shares")
_DESTINATION = ("destination", "source", *DEMANDS, "end", "burst", "restart", "retry", "growth", "target")
_LONGEST_S = 30 * 86_400
_MOST_MINUTES = 1_440
_SUM = 1e-6
"""How far shares may be from 1 in sum, so that thirds can be written down."""


class InvalidProfile(Exception):  # noqa: N818 - says what is wrong
    """A profile that can't be used, with everything that is wrong with it."""

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        super().__init__(report(subject, problems))
        self.problems = tuple(problems)


def read_profile(path: Path) -> Profile:
    """Read the profile in a YAML file. Raises `InvalidProfile`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no UTF-8 text"
        problem = Problem(str(path), "given", reason[0].lower() + reason[1:], "Give the path of a YAML file.")
        raise InvalidProfile("The profile", [problem]) from None
    return parse_profile(text, str(path))


def parse_profile(text: str, file: str = "profile.yaml") -> Profile:
    """Read the profile in YAML `text`; `file` is what messages call it. Raises `InvalidProfile`."""
    problems: list[Problem] = []
    try:
        place = of_yaml(text, file, problems)
    except NotAProfile as error:
        raise InvalidProfile("The profile", [error.problem]) from None
    return _checked(place, problems)


def profile_of(values: object, path: str = "capacity") -> Profile:
    """Read a profile out of a mapping, such as the settings of a stack under `path`. Raises `InvalidProfile`."""
    return _checked(of_mapping(values, path), [])


def _checked(place: Place, problems: list[Problem]) -> Profile:
    profile = _profile(Fields(place, _PROFILE, problems))
    if problems:
        raise InvalidProfile("The profile", problems)
    return profile


def _profile(fields: Fields) -> Profile:
    sku = fields.choice("sku", limits.SKUS, default="Standard")
    idle = fields.whole(
        "idle_timeout_minutes",
        at_least=limits.MIN_IDLE_TIMEOUT_MINUTES,
        at_most=limits.MAX_IDLE_TIMEOUT_MINUTES,
        default=limits.MIN_IDLE_TIMEOUT_MINUTES,
    )
    end = _end(fields) if fields.given("end") else None
    growth = fields.number("growth", above=0, at_most=1_000, default=1)
    target = fields.number("target", above=0, at_most=0.5, default=1e-6)
    destinations = [
        _destination(name, Fields(place, _DESTINATION, fields.problems), end, growth, target)
        for name, place in fields.names("destinations").items()
    ]
    return Profile(tuple(destinations), sku, idle, _traffic(fields), _zone_shares(fields))


def _destination(name: str, fields: Fields, end: End | None, growth: float, target: float) -> Destination:
    before = len(fields.problems)
    endpoint = _endpoint(fields)
    if fields.given("end") or end is None:
        end = _end(fields)
    if endpoint.protocol == "udp" and end.rst:
        fields.problem("end", "UDP has no RST", "For UDP give shares of fin (closed) and abandoned only.")
    burst = _burst(fields) if fields.given("burst") else None
    restart = _restart(fields) if fields.given("restart") else None
    if endpoint.protocol == "udp" and restart and restart.end == "rst":
        fields.problem("restart", "UDP has no RST", "For UDP a restart's end is fin (closed) or abandoned.")
    demand = _demand(fields)
    if burst and isinstance(demand, Pool):
        fields.problem(
            "burst", "a pool is opened once and kept, not in bursts", "Remove it, or describe `connections`."
        )
    destination = Destination(
        name,
        endpoint,
        _source(fields),
        demand,
        end,
        burst,
        restart,
        _retry(fields) if fields.given("retry") else Retry(1, 0, limits.HALF_OPEN_S),
        fields.number("growth", above=0, at_most=1_000, default=growth),
        fields.number("target", above=0, at_most=0.5, default=target),
    )
    if len(fields.problems) == before:
        _check_load(destination, fields)
    return destination


def _check_load(of: Destination, fields: Fields) -> None:
    """Refuse what no number of gateways could carry: a unit has been mistaken somewhere."""
    longest = limits.MAX_IDLE_TIMEOUT_MINUTES * 60
    whole = flow(of, longest)
    ports = (whole.open + whole.held) * max(1.0, peakedness(of))
    most = limits.MAX_GATEWAYS * limits.snat_ports(limits.MAX_IPV4_ADDRESSES)
    if ports > most:
        demand = next((key for key in DEMANDS if fields.given(key)), DEMANDS[0])
        rule = f"the traffic comes to some {ports:.3g} ports, and all gateways of a subscription have {most:,}"
        fields.problem(demand, rule, "Check the numbers and their units, growth and burst among them.")


def _endpoint(fields: Fields) -> Endpoint:
    part = fields.part("destination", ("host", "addresses", "busiest_share", "port", "protocol"))
    before = len(part.problems)
    addresses = part.whole("addresses", at_least=1, at_most=10_000, default=1)
    alone = addresses == 1
    share = part.number("busiest_share", above=0, at_most=1, default=1 if alone else None)
    if len(part.problems) == before and share < 1 / addresses - _SUM:
        several = f"the busiest of {addresses} addresses gets at least {1 / addresses:.4g} of the connections"
        rule = "a host with one address has all its connections there" if alone else several
        part.problem("busiest_share", rule, "Write the share that the busiest address gets.")
    return Endpoint(
        part.text("host"),
        part.whole("port", at_least=1, at_most=65_535),
        cast(Protocol, part.choice("protocol", ("tcp", "udp"), default="tcp")),
        addresses,
        share,
    )


def _source(fields: Fields) -> Source:
    part = fields.part("source", ("machines", "processes_per_machine", "source_port_range"))
    return Source(
        part.whole("machines", at_least=1),
        part.whole("processes_per_machine", at_least=1, default=1),
        _port_range(part) if part.given("source_port_range") else limits.LINUX_SOURCE_PORTS,
    )


def _port_range(source: Fields) -> tuple[int, int]:
    part = source.part("source_port_range", ("first", "last"))
    first, last = (part.whole(key, at_least=1, at_most=65_535) for key in ("first", "last"))
    if last < first:
        part.problem("last", f"the last port is not before the first, {first}", "Swap the two.")
    return first, max(first, last)


def _demand(fields: Fields) -> Connections | Requests | Pool:
    given = [key for key in DEMANDS if fields.given(key)]
    if len(given) > 1:
        rule = f"a destination has exactly one of {', '.join(DEMANDS)}, and {given[0]} is given too"
        fields.problem(given[1], rule, "Keep one, and make the other a destination of its own.")
    elif not given and fields.usable:
        rule = f"a destination has exactly one of {', '.join(DEMANDS)}"
        fields.problem("connections", rule, "Describe the traffic with one of them.")
    if "connections" in given:
        return _connections(fields)
    return _requests(fields) if "requests" in given else _pool(fields)


def _connections(fields: Fields) -> Connections:
    part = fields.part("connections", ("rate_per_s", "rate_per_minute_series", "life_s"))
    life = part.number("life_s", above=0, at_most=_LONGEST_S)
    if not part.given("rate_per_minute_series"):
        return Connections(life, part.number("rate_per_s", above=0))
    if part.given("rate_per_s"):
        part.problem("rate_per_s", "the rate is given a second time, as rate_per_minute_series", "Keep one of the two.")
    series = part.numbers("rate_per_minute_series")
    if len(series) > _MOST_MINUTES:
        rule = f"a series has at most the {_MOST_MINUTES:,} minutes of a day, not {len(series):,}"
        part.problems.append(Problem(part.where("rate_per_minute_series"), "given", rule, "Keep the busiest day."))
    return Connections(life, None, series)


def _requests(fields: Fields) -> Requests:
    part = fields.part("requests", ("rate_per_s", "per_connection", "spacing_s"))
    return Requests(
        part.number("rate_per_s", above=0),
        part.number("per_connection", at_least=1),
        part.number("spacing_s", above=0, at_most=_LONGEST_S),
    )


def _pool(fields: Fields) -> Pool:
    if not fields.given("pool"):
        return Pool(1, None)
    part = fields.part("pool", ("max_per_process", "max_age_s"))
    age = part.number("max_age_s", at_least=1, at_most=10 * _LONGEST_S) if part.given("max_age_s") else None
    return Pool(part.whole("max_per_process", at_least=1, at_most=1_000_000), age)


def _end(fields: Fields) -> End:
    part = fields.part("end", ENDS)
    before = len(part.problems)
    fin, rst, abandoned = (part.number(key, at_most=1, default=0) for key in ENDS)
    total = fin + rst + abandoned
    if part.usable and fields.given("end") and len(part.problems) == before and abs(total - 1) > _SUM:
        rule = f"the shares of {', '.join(ENDS)} add up to 1, not to {total:.6g}"
        fields.problem("end", rule, "Write which share of the connections ends in each way.")
    return End(fin, rst, abandoned)


def _burst(fields: Fields) -> Burst:
    part = fields.part("burst", ("size_mean", "size_square_mean"))
    before = len(part.problems)
    mean = part.number("size_mean", at_least=1, at_most=1e6)
    square = part.number("size_square_mean", at_least=1, at_most=1e12)
    if len(part.problems) == before and square < mean * mean * (1 - _SUM):
        rule = f"the mean of a square is at least the square of the mean, {mean * mean:.6g}"
        part.problem("size_square_mean", rule, "Batches of one size X have X times X.")
    return Burst(mean, square)


def _restart(fields: Fields) -> Restart:
    part = fields.part("restart", ("share", "within_s", "end"))
    return Restart(
        part.number("share", above=0, at_most=1),
        part.number("within_s", above=0, at_most=_LONGEST_S),
        cast(Ending, part.choice("end", ENDS)),
    )


def _retry(fields: Fields) -> Retry:
    part = fields.part("retry", ("attempts", "backoff_s", "connect_timeout_s"))
    return Retry(
        part.whole("attempts", at_least=1, at_most=100),
        part.number("backoff_s", at_least=0, at_most=_LONGEST_S),
        part.number("connect_timeout_s", above=0, at_most=3_600),
    )


def _traffic(fields: Fields) -> Traffic:
    if not fields.given("traffic"):
        return Traffic()
    keys = ("outbound_gbps", "return_gbps", "packets_per_s", "processed_gb_per_month")
    part = fields.part("traffic", keys)
    return Traffic(*(part.number(key) if part.given(key) else None for key in keys))


def _zone_shares(fields: Fields) -> tuple[tuple[str, float], ...]:
    if not fields.given("zone_shares"):
        return ()
    before = len(fields.problems)
    part = fields.part("zone_shares", limits.ZONES)
    shares = [(zone, part.number(zone, above=0, at_most=1)) for zone in limits.ZONES if part.given(zone)]
    total = math.fsum(share for _, share in shares)
    if len(fields.problems) > before:
        return ()
    if abs(total - 1) > _SUM:
        rule = f"the shares of the zones add up to 1, not to {total:.6g}"
        fields.problem("zone_shares", rule, "Write which share of the traffic comes from each zone.")
    if fields.choice("sku", limits.SKUS, default="Standard") == "StandardV2":
        rule = "a StandardV2 gateway is zone-redundant: there is one for all zones"
        fields.problem("zone_shares", rule, "Remove it, or use sku: Standard.")
    return tuple(shares)
