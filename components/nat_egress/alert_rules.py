"""Which alerts a NAT gateway has: their thresholds, windows and severities, from its size and its traffic. Pure.

What Microsoft recommends is in learn.microsoft.com/azure/nat-gateway/nat-metrics, 2024-01-30; the rest is the set of
Azure Monitor Baseline Alerts (services/Network/natGateways/alerts.yaml, 2026-05-26) with thresholds that follow the
size: the set's 50,000 connections are right for one address and one destination only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from . import gateway_metrics as metrics
from . import limits
from .id_rules import id_problems
from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input

ERROR: Final = 1
WARNING: Final = 2
INFORMATIONAL: Final = 3
VERBOSE: Final = 4
"""Severities of alerts as Azure names them: 0, critical, comes before these (learn.microsoft.com/javascript/api/
@azure/arm-cloudhealth/knownalertseverity, read in a copy, 2026-11-25; the pages of Azure Monitor give the numbers)."""

WARNING_SHARE: Final = 0.8
"""How much of a limit is used when an alert says so: a fifth is left to act in."""

SUSTAINED_MINUTES: Final = 15
"""How long failures have to last until somebody is called."""

DEFAULT_FAILURE_SHARE: Final = 0.01
DEFAULT_SHORT_NAME: Final = "nat-egress"
DATAPATH: Final = "datapath-availability"
RESOURCE_HEALTH: Final = "resource-health"
"""Keys of the two alerts that stopped machines set off: the health of a gateway is read off its datapath
(learn.microsoft.com/azure/nat-gateway/resource-health, 2022)."""

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class MuteSpec:
    """When nobody is told of the datapath."""

    start: str
    end: str
    time_zone: str = "UTC"
    days: tuple[str, ...] = ()
    """The days that it starts on; none for every day."""


@dataclass(frozen=True)
class AlertsSpec:
    """The alerts of a gateway, as understood from their arguments."""

    resource_group_name: Input[str]
    gateway_id: Input[str]
    address_count: int
    busiest_share: float = 1.0
    attempts_per_minute: float | None = None
    failure_share: float | None = None
    emails: Mapping[str, Input[str]] = field(default_factory=dict)
    webhooks: Mapping[str, Input[str]] = field(default_factory=dict)
    short_name: str | None = None
    action_group_ids: tuple[Input[str], ...] = ()
    mute_datapath: MuteSpec | None = None
    workbook: bool = False
    location: Input[str] | None = None
    """Of the workbook. Alerts have none."""
    tags: Mapping[str, Input[str]] = field(default_factory=dict)

    @property
    def receives(self) -> bool:
        """Whether there are receivers, and so an action group to be created."""
        return bool(self.emails or self.webhooks)


@dataclass(frozen=True)
class MetricRule:
    """One metric alert."""

    key: str
    description: str
    severity: int
    metric: str
    aggregation: str
    operator: str
    threshold: int
    window_minutes: int
    dimension: str | None = None
    values: tuple[str, ...] = ()
    """Of the dimension. Each is looked at by itself."""


def metric_rules(alerts: AlertsSpec) -> list[MetricRule]:
    """Return the metric alerts of a gateway. All are looked at every minute."""
    failed, both = (metrics.FAILED,), (metrics.IN, metrics.OUT)
    total = metrics.TOTAL
    rules = [
        MetricRule(
            DATAPATH,
            "The datapath of the NAT gateway is degraded: see whether machines run behind it, and what Azure says.",
            ERROR, metrics.DATAPATH_AVAILABILITY, metrics.AVERAGE, "LessThan", limits.DATAPATH_AVAILABILITY_PERCENT, 15,
        ),
        MetricRule(
            "failed-connections",
            "Outbound connections have failed: SNAT ports or connections of the NAT gateway may have run out.",
            INFORMATIONAL, metrics.NEW_CONNECTIONS, total, "GreaterThan", 0, 5, metrics.CONNECTION_STATE, failed,
        ),
        MetricRule(
            "dropped-packets",
            "The NAT gateway drops packets: compare with failed connections.",
            WARNING, metrics.DROPPED_PACKETS, total, "GreaterThan", limits.DROPPED_PACKETS, 5,
        ),
        MetricRule(
            "total-connections",
            "The connections of the NAT gateway come near to what it supports: add addresses, or reuse connections.",
            WARNING, metrics.ACTIVE_CONNECTIONS, total, "GreaterThan",
            connection_threshold(alerts.address_count, alerts.busiest_share), 1,
        ),
        MetricRule(
            "bytes",
            "The traffic of the NAT gateway comes near to its bandwidth: split the subnets over several gateways.",
            VERBOSE, metrics.BYTES, total, "GreaterThan", byte_threshold(), 1, metrics.DIRECTION, both,
        ),
    ]  # fmt: skip
    if alerts.attempts_per_minute is None:
        return rules
    share = DEFAULT_FAILURE_SHARE if alerts.failure_share is None else alerts.failure_share
    page = MetricRule(
        "sustained-failures",
        f"More than {share:.3g} of all outbound connections have failed for {SUSTAINED_MINUTES} minutes: users notice.",
        ERROR, metrics.NEW_CONNECTIONS, total, "GreaterThan",
        failure_threshold(alerts.attempts_per_minute, share), SUSTAINED_MINUTES, metrics.CONNECTION_STATE, failed,
    )  # fmt: skip
    return [*rules, page]


def connection_threshold(addresses: int, busiest_share: float) -> int:
    """Return how many active connections are near the limit that comes first.

    That is the gateway's own, or what its addresses support toward the busiest destination, which has `busiest_share`
    (0 to 1) of all connections. The metric is a count of the moment: sums over more than a minute, its granularity,
    would count each connection again and again.
    """
    toward_busiest = addresses * limits.SUPPORTED_CONNECTIONS / busiest_share
    return math.floor(WARNING_SHARE * min(limits.MAX_CONNECTIONS, toward_busiest))


def failure_threshold(attempts_per_minute: float, failure_share: float) -> int:
    """Return how many failed connections are more than a share (0 to 1) of the attempts, in `SUSTAINED_MINUTES`."""
    return math.floor(attempts_per_minute * SUSTAINED_MINUTES * failure_share)


def byte_threshold() -> int:
    """Return how many bytes a minute, in one direction, are near the bandwidth of a gateway."""
    bits_per_minute = limits.BANDWIDTH_GBPS["Standard"] * 10**9 * 60
    return math.floor(WARNING_SHARE * bits_per_minute / 8)


def alert_problems(alerts: AlertsSpec) -> list[Problem]:
    """Find everything that is wrong with the alerts of a gateway, as far as plain values tell."""
    return [
        *_size_problems(alerts),
        *_failure_problems(alerts),
        *_receiver_problems(alerts),
        *_group_problems(alerts),
        *_mute_problems(alerts.mute_datapath),
        *(gateway_id_problems(alerts.gateway_id) if isinstance(alerts.gateway_id, str) and alerts.gateway_id else ()),
    ]


def gateway_id_problems(text: str) -> list[Problem]:
    """Check that `text` is the id of a NAT gateway."""
    return id_problems("gateway_id", text, "natGateways")


def action_group_id_problems(argument: str, text: str) -> list[Problem]:
    """Check that `text` is the id of an action group."""
    return id_problems(argument, text, "actionGroups", "Microsoft.Insights")


def _size_problems(alerts: AlertsSpec) -> Iterator[Problem]:
    most = limits.MAX_IPV4_ADDRESSES
    if not 1 <= alerts.address_count <= most:
        rule = f"a NAT gateway that carries traffic has 1 to {most} addresses"
        yield Problem("address_count", alerts.address_count, rule, "Give the number that it has.")
    yield from _share_problems("busiest_share", alerts.busiest_share, "connections go to the busiest destination")


def _failure_problems(alerts: AlertsSpec) -> Iterator[Problem]:
    most = limits.PACKETS_PER_S["Standard"] * 60
    attempts = alerts.attempts_per_minute
    if attempts is not None and not 0 < attempts <= most:
        rule = f"attempts are more than 0 and at most {most:,} a minute, the packets that a gateway carries"
        yield Problem("attempts_per_minute", attempts, rule, "Give what the traffic has at its peak.")
    if alerts.failure_share is None:
        return
    yield from _share_problems("failure_share", alerts.failure_share, "attempts may fail before somebody is called")
    if attempts is None:
        rule = "it is a share of attempts_per_minute, which is not set"
        yield Problem("failure_share", alerts.failure_share, rule, "Set attempts_per_minute, or remove it.")


def _share_problems(argument: str, share: float, of_what: str) -> Iterator[Problem]:
    if not 0 < share <= 1:
        rule = f"it says how many of all {of_what}, more than 0 and at most 1"
        yield Problem(argument, share, rule, "Give a share such as 0.25.")


def _receiver_problems(alerts: AlertsSpec) -> Iterator[Problem]:
    for name, address in alerts.emails.items():
        if isinstance(address, str) and not _EMAIL.fullmatch(address):
            yield Problem(f"emails['{name}']", address, "that is no e-mail address", "Give one, such as a@example.com.")
    for name, address in alerts.webhooks.items():
        if isinstance(address, str) and not address.startswith("https://"):
            rule = "alerts are posted to an address that begins with https://"
            yield Problem(f"webhooks['{name}']", "given", rule, "Give such an address.")
    taken = {name.lower() for name in alerts.emails}
    for name in alerts.webhooks:
        if name.lower() in taken:
            rule = "emails has a receiver of that name, and names are unique in an action group, in any case"
            yield Problem(f"the name of webhooks['{name}']", name, rule, "Give it another name.")
    yield from _names_in_case("emails", alerts.emails)
    yield from _names_in_case("webhooks", alerts.webhooks)


def _names_in_case(argument: str, receivers: Mapping[str, Input[str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name in receivers:
        if name.lower() in seen:
            rule = "another differs from it in case alone, and Azure takes them for the same"
            yield Problem(f"the name of {argument}['{name}']", name, rule, "Give it another name.")
        seen.add(name.lower())


def _group_problems(alerts: AlertsSpec) -> Iterator[Problem]:
    count = alerts.receives + len(alerts.action_group_ids)
    if count == 0:
        rule = "alerts that tell nobody are of no use"
        yield Problem("emails", None, rule, "Give emails, webhooks or action_group_ids.")
    if count > limits.MAX_ACTION_GROUPS:
        rule = f"an alert has at most {limits.MAX_ACTION_GROUPS} action groups, that of emails and webhooks counted"
        yield Problem("action_group_ids", f"{len(alerts.action_group_ids)} ids", rule, "Join some of them in Azure.")
    for number, group in enumerate(alerts.action_group_ids):
        if isinstance(group, str):
            yield from action_group_id_problems(f"action_group_ids[{number}]", group)
    if alerts.short_name is None:
        return
    if len(alerts.short_name) > limits.MAX_ACTION_GROUP_SHORT_NAME:
        rule = f"it stands in text messages, and has at most {limits.MAX_ACTION_GROUP_SHORT_NAME} characters"
        yield Problem("short_name", alerts.short_name, rule, "Shorten it.")
    if not alerts.receives:
        rule = "it names the action group of emails and webhooks, and there are none"
        yield Problem("short_name", alerts.short_name, rule, "Remove it.")


def _mute_problems(mute: MuteSpec | None) -> Iterator[Problem]:
    if mute is None:
        return
    for setting in ("start", "end"):
        time = getattr(mute, setting)
        if time and not _TIME.fullmatch(time):
            rule = "it is a time of the day from 00:00 to 23:59"
            yield Problem(f"mute_datapath.{setting}", time, rule, "Write it as in 20:00.")
    if mute.start and mute.start == mute.end:
        rule = f"it starts at {mute.start}, too, and muting all day would leave no alert"
        yield Problem("mute_datapath.end", mute.end, rule, "Give a later or an earlier time.")
    for day in mute.days:
        if day not in DAYS:
            yield Problem("mute_datapath.days", day, f"days are {', '.join(DAYS)}", "Use these.")
    if repeated := [day for day in DAYS if mute.days.count(day) > 1]:
        yield Problem("mute_datapath.days", repeated[0], "it stands there more than once", "Remove one.")
