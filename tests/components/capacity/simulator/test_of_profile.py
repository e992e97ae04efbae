"""A profile's figures come back from the connections that are made of it."""

from __future__ import annotations

import numpy as np
import pytest
from nat_egress.capacity.loads import flow, in_outage, in_restart, load
from nat_egress.capacity.reading import parse_profile
from nat_egress.capacity.simulator.connections import ABANDONED, CLOSED, FIN, RST, UNANSWERED, merge
from nat_egress.capacity.simulator.counting import Count
from nat_egress.capacity.simulator.engine import simulate
from nat_egress.capacity.simulator.errors import CannotSimulate
from nat_egress.capacity.simulator.of_profile import Incidents, demand_of, gateway_of
from nat_egress.capacity.simulator.settings import Gateway
from nat_egress.capacity.simulator.traffic import pieces

S = 1_000_000
HEAD = """\
idle_timeout_minutes: 5
growth: 1.5
destinations:
  d:
    source: {machines: 3, processes_per_machine: 2}
    retry: {attempts: 4, backoff_s: 2, connect_timeout_s: 5}
"""


def profile_of(text, *, attempts=4):
    head = HEAD.replace("attempts: 4", f"attempts: {attempts}")
    return parse_profile(head + "".join(f"    {line}\n" for line in text.strip().splitlines()))


def made(profile, seconds, **options):
    demand = demand_of(profile, incidents=Incidents(**options))
    found = merge(list(pieces(demand.kinds, seconds=seconds, seed=1)))
    found.check(len(demand.names))
    return demand, found


PLAIN = "destination: {host: a.example, port: 443}\nend: {fin: 1}\n"


def test_the_gateway_has_the_profiles_idle_timeout():
    profile = profile_of(PLAIN + "connections: {rate_per_s: 1, life_s: 1}")
    found = gateway_of(profile, 3, address_choice="free", mapping="endpoint-independent")
    assert found == Gateway(addresses=3, idle_timeout_s=300, address_choice="free", mapping="endpoint-independent")


def test_connections_grow_and_have_retries():
    demand, found = made(profile_of(PLAIN + "connections: {rate_per_s: 100, life_s: 2}"), 100)
    assert len(found) == pytest.approx(15_000, rel=0.04)
    assert found.life.mean() == pytest.approx(2 * S, rel=0.04)
    assert set(found.end.tolist()) == {FIN}
    assert demand.names == ("d",)
    assert (demand.retries[0].attempts, demand.retries[0].backoff_s) == (4, 2)


def test_a_series_repeats():
    _, found = made(profile_of(PLAIN + "connections: {rate_per_minute_series: [6000, 0], life_s: 2}"), 240)
    assert np.bincount(found.start // (60 * S), minlength=4) == pytest.approx([9000, 0, 9000, 0], rel=0.05)


def test_requests_share_connections():
    _, found = made(profile_of(PLAIN + "requests: {rate_per_s: 200, per_connection: 4, spacing_s: 0.5}"), 100)
    assert len(found) == pytest.approx(7_500, rel=0.05)
    assert found.life.mean() == pytest.approx(2 * S, rel=0.05)
    assert set(found.spacing.tolist()) == {S // 2}


def test_a_name_behind_addresses_is_as_many_destinations():
    text = "destination: {host: a.example, port: 443, addresses: 3, busiest_share: 0.5}\nend: {rst: 1}\n"
    demand, found = made(profile_of(text + "connections: {rate_per_s: 100, life_s: 2}"), 100)
    assert demand.names == ("d[0]", "d[1]", "d[2]")
    assert np.bincount(found.destination) / len(found) == pytest.approx([0.5, 0.25, 0.25], abs=0.02)
    assert set(found.end.tolist()) == {RST}


def test_bursts_have_mean_and_mean_square():
    text = PLAIN + "connections: {rate_per_s: 100, life_s: 2}\nburst: {size_mean: 5, size_square_mean: 50}"
    _, found = made(profile_of(text), 1000)
    sizes = np.unique(found.start, return_counts=True)[1].astype(float)
    assert (sizes.mean(), (sizes**2).mean()) == pytest.approx((5, 50), rel=0.05)


@pytest.mark.parametrize(("end", "number"), [("fin", FIN), ("rst", RST), ("abandoned", ABANDONED)])
def test_a_pool_restarts_when_it_is_told_to(end, number):
    text = PLAIN + f"pool: {{max_per_process: 10}}\nrestart: {{share: 1, within_s: 5, end: {end}}}"
    _, quiet = made(profile_of(text), 100)
    assert len(quiet) == 90
    _, found = made(profile_of(text), 100, restart_at_s=50)
    assert len(found) == 180
    assert set(found.end[:90].tolist()) == {number}
    assert (found.start[90:] >= 50 * S).all()
    assert (found.start[90:] <= 55 * S).all()


@pytest.mark.parametrize(("end", "number"), [("fin", FIN), ("rst", RST), ("abandoned", ABANDONED)])
def test_a_stream_restarts_when_it_is_told_to(end, number):
    text = PLAIN + f"connections: {{rate_per_s: 100, life_s: 2}}\nrestart: {{share: 1, within_s: 5, end: {end}}}"
    _, found = made(profile_of(text), 100, restart_at_s=50)
    cut = found.start + found.life == 50 * S
    assert cut.sum() == pytest.approx(300, rel=0.2)
    assert set(found.end[cut].tolist()) == {number}
    _, without = made(profile_of(text.partition("restart")[0]), 100, restart_at_s=50)
    assert not (without.start + without.life == 50 * S).any()


NAMED = "destination: {host: a.example, port: 443, addresses: 2, busiest_share: 0.6}\nend: {fin: 1}\n"


@pytest.mark.parametrize(("name", "out"), [(None, ("d[0]", "d[1]")), ("d", ("d[0]", "d[1]")), ("d[1]", ("d[1]",))])
def test_an_outage_is_of_all_of_one_or_of_an_address_of_one(name, out):
    profile = profile_of(NAMED + "connections: {rate_per_s: 100, life_s: 2}")
    demand, found = made(profile, 60, outage_at_s=20, outage_for_s=10, outage_of=name)
    assert demand.out == out
    unanswered = found.destination[found.end == UNANSWERED]
    assert {demand.names[row] for row in unanswered} == set(out)


def test_an_outage_of_what_is_not_in_the_profile():
    profile = profile_of(NAMED + "connections: {rate_per_s: 100, life_s: 2}")
    with pytest.raises(CannotSimulate) as caught:
        made(profile, 60, outage_at_s=20, outage_of="d[2]")
    assert str(caught.value) == "outage_of is d[2]: no destination has that name. There are d[0], d[1]."


def test_udp_is_closed_or_abandoned():
    text = "destination: {host: a.example, port: 53, protocol: udp}\nend: {fin: 0.5, abandoned: 0.5}\n"
    _, found = made(profile_of(text + "connections: {rate_per_s: 100, life_s: 2}"), 100)
    assert set(found.end.tolist()) == {CLOSED, ABANDONED}


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "connections: {rate_per_s: 200, life_s: 3}",
        PLAIN.replace("fin: 1", "fin: 0.5, rst: 0.3, abandoned: 0.2") + "connections: {rate_per_s: 200, life_s: 3}",
        PLAIN + "requests: {rate_per_s: 400, per_connection: 4, spacing_s: 0.5}",
        PLAIN + "pool: {max_per_process: 500, max_age_s: 200}",
    ],
)
def test_the_simulated_load_is_the_one_that_sizing_counts_with(text):
    profile = profile_of(text)
    demand = demand_of(profile)
    run = simulate(
        gateway_of(profile, 2, address_choice="random", mapping="address-and-port-dependent"),
        pieces(demand.kinds, seconds=1500, seed=3),
        destinations=1,
        seed=3,
        seconds=1500,
    )
    levels = run.series[500:, 8:11].mean(axis=0)
    expected = flow(profile.destinations[0], 300.0)
    assert levels[0] == pytest.approx(expected.open, rel=0.04)
    assert levels[2] == pytest.approx(expected.held, rel=0.04)


IDLE_S = 300.0
AT = 400
"""When it restarts, or begins not to answer: long after the last entry of the first second is gone."""


def levels(profile, seconds, **incidents):
    """What is open, half-open and held at the end of each second."""
    demand = demand_of(profile, incidents=Incidents(**incidents))
    run = simulate(
        gateway_of(profile, 2, address_choice="random", mapping="address-and-port-dependent"),
        pieces(demand.kinds, seconds=seconds, seed=5),
        destinations=1,
        seed=5,
        seconds=seconds,
    )
    assert run.counts[Count.FAILURES] == 0
    return {count: run.series[:, count] for count in (Count.OPEN, Count.HALF_OPEN, Count.HELD)}


@pytest.mark.parametrize(
    "text",
    [
        "connections: {rate_per_s: 20, life_s: 100}\nrestart: {share: 1, within_s: 5, end: fin}",
        "connections: {rate_per_s: 20, life_s: 100}\nrestart: {share: 0.5, within_s: 30, end: fin}",
        "connections: {rate_per_s: 40, life_s: 100}\nrestart: {share: 1, within_s: 40, end: rst}",
        "connections: {rate_per_s: 20, life_s: 100}\nrestart: {share: 1, within_s: 60, end: abandoned}",
        "connections: {rate_per_s: 200, life_s: 8}\nrestart: {share: 1, within_s: 10, end: fin}",
        "requests: {rate_per_s: 100, per_connection: 20, spacing_s: 5}\nrestart: {share: 1, within_s: 5, end: rst}",
        "pool: {max_per_process: 500}\nrestart: {share: 1, within_s: 5, end: fin}",
        "pool: {max_per_process: 500}\nrestart: {share: 1, within_s: 40, end: rst}",
    ],
)
def test_the_simulated_peak_of_a_restart_is_the_one_that_sizing_counts_with(text):
    """Within 3 %: sizing's is the mean at the worst moment."""
    profile = profile_of(PLAIN + text)
    (of,) = profile.destinations
    found = levels(profile, AT + 70, restart_at_s=AT)
    expected = in_restart(of, load(of, flow(of, IDLE_S)), IDLE_S)
    assert expected.ports > 1.05 * flow(of, IDLE_S).open
    assert max(sum(found.values())[AT - 1 :]) == pytest.approx(expected.ports, rel=0.03)


@pytest.mark.parametrize(
    "text",
    [
        "connections: {rate_per_s: 100, life_s: 20}",
        "requests: {rate_per_s: 200, per_connection: 4, spacing_s: 5}",
        "pool: {max_per_process: 500}",
        "pool: {max_per_process: 500, max_age_s: 200}",
    ],
)
def test_half_a_minute_into_an_outage_all_is_as_sizing_counts(text):
    """Within 4 %, of calls that are tried once: sizing takes all tries as made by then."""
    profile = profile_of(PLAIN + text, attempts=1)
    (of,) = profile.destinations
    found = levels(profile, AT + 60, outage_at_s=AT, outage_for_s=60)
    whole = flow(of, IDLE_S)
    expected = in_outage(of, whole, IDLE_S)
    moment = AT + 30 - 1
    assert found[Count.OPEN][moment] == pytest.approx(whole.open, rel=0.04)
    assert found[Count.HALF_OPEN][moment] == pytest.approx(expected.open - whole.open, rel=0.04)
    assert found[Count.HELD][moment] == pytest.approx(expected.held, rel=0.06, abs=1)


def test_with_retries_an_outage_comes_to_what_sizing_counts_and_never_to_more():
    profile = profile_of(PLAIN + "connections: {rate_per_s: 100, life_s: 20}")
    (of,) = profile.destinations
    found = levels(profile, AT + 150, outage_at_s=AT, outage_for_s=120)
    whole = flow(of, IDLE_S)
    expected = in_outage(of, whole, IDLE_S)
    assert max(found[Count.HALF_OPEN]) == pytest.approx(expected.open - whole.open, rel=0.03)
    assert max(sum(found.values())) <= expected.ports * 1.01
    assert found[Count.HALF_OPEN][-1] == pytest.approx(0, abs=3), "answered again"
