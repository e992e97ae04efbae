from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nat_egress import limits
from nat_egress.alert_rules import (
    AlertsSpec,
    MuteSpec,
    alert_problems,
    byte_threshold,
    connection_threshold,
    failure_threshold,
    metric_rules,
)

BASE = "/subscriptions/s/resourceGroups/g/providers"
GATEWAY = f"{BASE}/Microsoft.Network/natGateways/n"
GROUP = f"{BASE}/microsoft.insights/actionGroups/a"
ALERTS = AlertsSpec("rg", GATEWAY, 8, emails={"operations": "operations@example.com"})
PAGED = replace(ALERTS, attempts_per_minute=30_000.0, failure_share=0.02, busiest_share=0.25)


def lines(**changes):
    return [str(problem) for problem in alert_problems(replace(ALERTS, **changes))]


RULES = [
    # metric, aggregation, operator, threshold, minutes, dimension, values, severity
    ("datapath-availability", "DatapathAvailability", "Average", "LessThan", 90, 15, None, (), 1),
    ("failed-connections", "SNATConnectionCount", "Total", "GreaterThan", 0, 5, "ConnectionState", ("Failed",), 3),
    ("dropped-packets", "PacketDropCount", "Total", "GreaterThan", 5, 5, None, (), 2),
    ("total-connections", "TotalConnectionCount", "Total", "GreaterThan", 1_280_000, 1, None, (), 2),
    ("bytes", "ByteCount", "Total", "GreaterThan", 150_000_000_000, 1, "Direction", ("In", "Out"), 4),
    ("sustained-failures", "SNATConnectionCount", "Total", "GreaterThan", 9_000, 15, "ConnectionState", ("Failed",), 1),
]


def test_each_rule():
    assert [
        (
            rule.key,
            rule.metric,
            rule.aggregation,
            rule.operator,
            rule.threshold,
            rule.window_minutes,
            rule.dimension,
            rule.values,
            rule.severity,
        )
        for rule in metric_rules(PAGED)
    ] == RULES
    assert all(rule.description.endswith(".") for rule in metric_rules(PAGED))


def test_nobody_is_called_for_failures_of_traffic_that_is_not_known():
    assert [rule.key for rule in metric_rules(ALERTS)] == [key for key, *_ in RULES[:-1]]


def test_one_attempt_in_a_hundred_may_fail_where_nothing_is_said():
    *_, page = metric_rules(replace(ALERTS, attempts_per_minute=1_000.0))
    assert page.threshold == 150


@pytest.mark.parametrize(
    ("addresses", "share", "expected"),
    [
        (1, 1.0, 40_000),  # 80 % of 50,000
        (8, 1.0, 320_000),
        (16, 1.0, 640_000),
        (8, 0.25, 1_280_000),
        (16, 0.4, 1_600_000),  # 16 * 50,000 / 0.4 is 2,000,000: both limits at once
        (16, 0.1, 1_600_000),  # 80 % of 2,000,000
        (1, 0.001, 1_600_000),
    ],
)
def test_connections_near_the_limit_that_comes_first(addresses, share, expected):
    assert connection_threshold(addresses, share) == expected


COUNTS = st.integers(1, 16)
SHARES = st.floats(0, 1, exclude_min=True)


@given(COUNTS, SHARES)
def test_an_alert_of_connections_comes_before_either_limit(addresses, share):
    threshold = connection_threshold(addresses, share)
    assert 40_000 <= threshold <= 0.8 * limits.MAX_CONNECTIONS
    toward_busiest = threshold * share
    assert toward_busiest <= 0.8 * addresses * limits.SUPPORTED_CONNECTIONS * (1 + 1e-9)


@given(COUNTS, COUNTS, SHARES, SHARES)
def test_more_addresses_never_lower_it_and_a_busier_destination_never_raises_it(one, two, little, much):
    assert connection_threshold(min(one, two), little) <= connection_threshold(max(one, two), little)
    assert connection_threshold(one, max(little, much)) <= connection_threshold(one, min(little, much))


@given(st.floats(1e-9, 3e8), SHARES)
def test_failures_call_somebody_when_they_are_more_than_their_share(attempts, share):
    allowed = attempts * 15 * share
    threshold = failure_threshold(attempts, share)
    assert isinstance(threshold, int)
    assert threshold <= allowed < threshold + 1


def test_bytes_near_the_bandwidth_of_one_direction():
    assert byte_threshold() * 8 / 60 == 0.8 * 25e9


def test_right_alerts():
    full = replace(
        PAGED,
        webhooks={"pager": "https://example.com/hook"},
        short_name="twelve-chars",
        action_group_ids=(GROUP,) * 4,
        mute_datapath=MuteSpec("20:00", "06:00", "W. Europe Standard Time", ("Saturday", "Sunday")),
    )
    assert alert_problems(ALERTS) == alert_problems(PAGED) == alert_problems(full) == []


@pytest.mark.parametrize("count", [1, 16])
def test_address_counts(count):
    assert lines(address_count=count) == []


@pytest.mark.parametrize("count", [-1, 0, 17])
def test_no_gateway_has_so_many_addresses(count):
    (line,) = lines(address_count=count)
    assert line == (
        f"address_count is {count}: a NAT gateway that carries traffic has 1 to 16 addresses. "
        "Give the number that it has."
    )


@pytest.mark.parametrize("share", [-0.5, 0, 1.000001, 100])
def test_shares_are_no_percentages(share):
    (line,) = lines(busiest_share=share)
    assert line == (
        f"busiest_share is {share}: it says how many of all connections go to the busiest destination, more than 0 and "
        "at most 1. Give a share such as 0.25."
    )
    (line,) = lines(attempts_per_minute=1.0, failure_share=share)
    assert line.startswith(f"failure_share is {share}: it says how many of all attempts may fail")


@pytest.mark.parametrize("attempts", [-1, 0, 300_000_001])
def test_attempts_that_no_gateway_sees(attempts):
    (line,) = lines(attempts_per_minute=attempts)
    assert "more than 0 and at most 300,000,000 a minute" in line


def test_a_share_of_nothing():
    (line,) = lines(failure_share=0.1)
    assert line == (
        "failure_share is 0.1: it is a share of attempts_per_minute, which is not set. Set attempts_per_minute, or "
        "remove it."
    )


@pytest.mark.parametrize("address", ["operations", "a@b", "a b@example.com", "@example.com", "a@@example.com"])
def test_what_is_no_email_address(address):
    (line,) = lines(emails={"operations": address})
    assert line.startswith(f"emails['operations'] is {address}: that is no e-mail address.")


def test_a_webhook_is_not_shown():
    (line,) = lines(webhooks={"pager": "http://example.com/token"})
    assert line == (
        "webhooks['pager'] is given: alerts are posted to an address that begins with https://. Give such an address."
    )


def test_receivers_have_names_of_their_own():
    (line,) = lines(webhooks={"Operations": "https://example.com"})
    assert line.startswith("the name of webhooks['Operations'] is Operations: emails has a receiver of that name")
    (line,) = lines(emails={"a": "a@example.com", "A": "b@example.com"})
    assert line.startswith("the name of emails['A'] is A: another differs from it in case alone")
    (line,) = lines(webhooks={"a": "https://example.com", "A": "https://example.com"})
    assert line.startswith("the name of webhooks['A'] is A: another differs from it in case alone")


def test_somebody_is_told():
    assert lines(emails={}) == [
        "emails is not set: alerts that tell nobody are of no use. Give emails, webhooks or action_group_ids."
    ]
    assert lines(emails={}, action_group_ids=(GROUP,)) == []


def test_too_many_action_groups():
    assert lines(emails={}, action_group_ids=(GROUP,) * 5) == []
    (line,) = lines(action_group_ids=(GROUP,) * 5)
    assert line.startswith("action_group_ids is 5 ids: an alert has at most 5 action groups, that of emails")


def test_ids_of_other_things():
    (line,) = lines(action_group_ids=(GROUP, GATEWAY))
    assert line.startswith(f"action_group_ids[1] is {GATEWAY}: it is the id of a Microsoft.Network/natGateways.")
    (line,) = lines(gateway_id=GROUP)
    assert line.startswith(f"gateway_id is {GROUP}: it is the id of a microsoft.insights/actionGroups.")


def test_short_names():
    (line,) = lines(short_name="thirteen-char")
    assert line == (
        "short_name is thirteen-char: it stands in text messages, and has at most 12 characters. Shorten it."
    )
    (line,) = lines(short_name="ops", emails={}, action_group_ids=(GROUP,))
    assert line.startswith("short_name is ops: it names the action group of emails and webhooks, and there are none.")


@pytest.mark.parametrize("time", ["8:00", "24:00", "20:60", "20:00:00", "8pm"])
def test_times_of_the_day(time):
    for setting in ("start", "end"):
        mute = replace(MuteSpec("20:00", "06:00"), **{setting: time})
        (line,) = lines(mute_datapath=mute)
        assert line == (
            f"mute_datapath.{setting} is {time}: it is a time of the day from 00:00 to 23:59. Write it as in 20:00."
        )


def test_the_datapath_is_not_muted_all_day():
    (line,) = lines(mute_datapath=MuteSpec("20:00", "20:00"))
    assert line.startswith("mute_datapath.end is 20:00: it starts at 20:00, too")


def test_days():
    (line,) = lines(mute_datapath=MuteSpec("20:00", "06:00", days=("monday",)))
    assert line.startswith("mute_datapath.days is monday: days are Monday, Tuesday")
    (line,) = lines(mute_datapath=MuteSpec("20:00", "06:00", days=("Monday", "Monday")))
    assert line.startswith("mute_datapath.days is Monday: it stands there more than once")
