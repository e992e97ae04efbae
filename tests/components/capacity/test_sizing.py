"""Sizes: the worked cases of the model, Microsoft's figures, limits and their room, zones, advice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress import limits
from nat_egress.capacity.blocking import split
from nat_egress.capacity.erlang import erlang_b
from nat_egress.capacity.loads import flow
from nat_egress.capacity.profile import (
    Burst,
    Connections,
    Destination,
    End,
    Endpoint,
    Pool,
    Profile,
    Requests,
    Restart,
    Retry,
    Source,
    Traffic,
)
from nat_egress.capacity.sizing import size


def limit(answer, name):
    return next(limit for limit in answer.limits if limit.name == name)


@pytest.mark.parametrize(
    ("demand", "load", "of_one", "addresses_and_blocking"),
    [
        (Connections(0.2, 970), "63,244", "5.154e-09", (1, "5.154e-09")),
        (Connections(0.2, 980), "63,896", "8.201e-05", (2, "0.000e+00")),
        (Connections(600, 150), "99,750", "4.445e-01", (2, "7.068e-120")),
    ],
)
def test_the_worked_cases(profile, demand, load, of_one, addresses_and_blocking):
    answer = size(profile(demand))
    (one,) = answer.destinations
    assert f"{one.load.ports:,.0f}" == load
    assert (answer.addresses, f"{one.blocking.at_most:.3e}") == addresses_and_blocking
    assert f"{split(one.load, 1, 1e-6).at_least:.3e}" == of_one


def test_the_supported_connections_bind_where_connections_are_long(profile):
    assert size(profile(Connections(600, 150))).binding.name == "connections of an address to a destination"
    assert size(profile(Connections(0.2, 970))).binding.name == "ports of an address"


@pytest.mark.parametrize(("life_s", "binds"), [(220, "ports"), (240, "connections")])
def test_they_bind_from_some_three_and_a_half_holds_on(profile, life_s, binds):
    answer = size(profile(Connections(life_s, 49_000 / life_s)))
    names = {"ports": "ports of an address", "connections": "connections of an address to a destination"}
    ports, connections = (limit(answer, name) for name in names.values())
    assert (ports.share > connections.share) == (binds == "ports")


def test_a_five_minute_mean_would_say_one(profile):
    series = (240_000.0, 0.0, 0.0, 0.0, 0.0)
    assert size(profile(Connections(0.2, None, series))).addresses == 4
    assert size(profile(Connections(0.2, sum(series) / 300))).addresses == 1


@pytest.mark.parametrize(
    ("life_s", "end", "addresses", "most_per_s"),
    [
        (0.0, End(1, 0, 0), 1, 992),  # azure-nat: 64,512/65
        (0.0, End(0, 1, 0), 1, 4_032),  # 64,512/16
        (10.0, End(1, 0, 0), 1, 860),  # 64,512/75
        (10.0, End(1, 0, 0), 16, 13_762),
        (0.0, End(0, 0, 1), 1, 268),  # abandoned, 64,512/240
    ],
)
def test_what_an_address_takes_in_the_mean(destination, life_s, end, addresses, most_per_s):
    """The figures that follow from Microsoft's ports and timers, before anything is random."""

    def ports(rate):
        found = flow(destination(Connections(life_s, rate), end=end), 240)
        return found.open + found.held

    assert ports(most_per_s) <= limits.snat_ports(addresses) < ports(most_per_s + 1)


def test_sixteen_addresses_are_over_a_million_ports():
    assert limits.snat_ports(16) == 1_032_192


def test_destinations_share_ports_and_the_largest_counts(destination):
    many = tuple(destination(Connections(0.2, 900), name=f"d{number}") for number in range(10))
    answer = size(Profile(many))
    assert answer.addresses == 1
    assert answer.addresses_no_reuse == 10
    assert answer.addresses_pooled == 1


def test_tcp_and_udp_have_ports_of_their_own_without_reuse_too(destination):
    tcp = destination(Connections(0.2, 900), name="tcp")
    udp = destination(Connections(0.2, 900), name="udp", destination=replace(tcp.destination, protocol="udp"))
    assert size(Profile((tcp, udp))).addresses_no_reuse == 1


def test_a_name_behind_four_addresses_is_four_destinations(profile):
    four = Endpoint("api.example.com", 443, "tcp", 4, 0.25)
    assert size(profile(Connections(0.2, 3_800))).addresses == 4
    assert size(profile(Connections(0.2, 3_800), destination=four)).addresses == 1
    assert size(profile(Connections(0.2, 3_800), destination=replace(four, busiest_share=0.5))).addresses == 2


def test_all_connections_count_toward_the_gateway(profile):
    four = Endpoint("api.example.com", 443, "tcp", 4, 0.25)
    whole = limit(size(profile(Connections(100, 2_000), destination=four)), "connections of the gateway")
    assert whole.used == pytest.approx(200_000)
    assert whole.documented == 2_000_000


def test_a_gateway_has_two_million_connections(profile):
    many = Endpoint("api.example.com", 443, "tcp", 100, 0.01)
    source = Source(10_000, 1, (32_768, 60_999))
    answer = size(profile(Connections(1_000, 2_100), destination=many, source=source))
    assert answer.addresses == 1
    assert not answer.enough
    assert answer.binding.name == "connections of the gateway"
    assert [one.what for one in answer.advice] == ["several gateways"]
    assert "2 gateways" in answer.advice[0].how


def test_machines_have_ports_of_their_own(profile):
    one_machine = Source(1, 1, (32_768, 60_999))
    answer = size(profile(Connections(0.01, 500), source=one_machine))
    assert answer.addresses == 1
    assert answer.binding.name == "source ports of a machine"
    assert answer.binding.documented == 28_232
    assert not answer.enough
    (advice,) = answer.advice
    assert advice.what == "more machines"
    assert "toward api: use 2 times the machines" in advice.how
    assert size(profile(Connections(0.01, 450), source=one_machine)).enough


def test_throughput_is_compared_where_it_is_known(profile):
    given_ = Traffic(outbound_gbps=30, return_gbps=5, packets_per_s=6e6)
    standard = size(profile(traffic=given_))
    assert limit(standard, "outbound Gbit/s").room == pytest.approx(-0.2)
    assert limit(standard, "return Gbit/s").room == pytest.approx(0.8)
    assert limit(standard, "packets/s").room == pytest.approx(-0.2)
    assert not standard.enough
    second = size(profile(traffic=given_, sku="StandardV2"))
    assert limit(second, "Gbit/s both ways").used == 35
    assert limit(second, "packets/s").room == pytest.approx(0.4)
    assert second.enough
    assert limit(size(profile()), "packets/s").room is None


def test_every_limit_stands_in_the_answer(profile):
    names = [limit.name for limit in size(profile(restart=Restart(0.5, 60, "rst"))).limits]
    assert names == [
        "ports of an address",
        "ports of an address in a restart",
        "connections of an address to a destination",
        "source ports of a machine",
        "connections of the gateway",
        "outbound Gbit/s",
        "return Gbit/s",
        "packets/s",
        "addresses of the gateway",
    ]


def test_a_restart_is_sized_for_and_an_outage_is_told(profile):
    pool = Pool(60, None)  # of 800 processes: 48,000 connections
    calm = size(profile(pool))
    assert calm.addresses == 1
    assert calm.destinations[0].outage.addresses == 2
    restarted = size(profile(pool, restart=Restart(1, 60, "fin")))
    assert restarted.addresses == restarted.destinations[0].restart.addresses == 2
    assert restarted.destinations[0].restart.ports == 96_000
    assert size(profile(pool, restart=Restart(0.3, 60, "fin"))).addresses == 1


def test_retries_fail_more_attempts_and_fewer_calls(profile):
    overloaded = Connections(0.2, 16_500)
    alone = size(profile(overloaded)).destinations[0].retries
    again = size(profile(overloaded, retry=Retry(3, 1, 5))).destinations[0].retries
    assert alone.attempts == alone.calls > 0
    assert again.attempts > alone.attempts
    assert again.calls < alone.calls
    # The fixed point: three attempts, each blocked with b, are 1 + b + b² for each call.
    raised = 16_500 / 16 * 65.2 * (1 + again.attempts + again.attempts**2)
    assert erlang_b(limits.SNAT_PORTS_PER_ADDRESS, raised) == pytest.approx(again.attempts, rel=1e-3)


@pytest.mark.parametrize(
    ("addresses", "prefixes", "exact"),
    [
        (1, ((), 1), None),
        (2, ((31,), 0), None),
        (3, ((30,), 0), ((31,), 1)),
        (4, ((30,), 0), None),
        (6, ((29,), 0), ((30, 31), 0)),
        (11, ((28,), 0), ((29, 31), 1)),
        (16, ((28,), 0), None),
        (17, ((28,), 1), None),
        (21, ((28, 29), 0), ((28, 30), 1)),
    ],
)
def test_prefixes(profile, addresses, prefixes, exact):
    answer = size(profile(Connections(0.2, 970.0 * addresses)))
    assert answer.addresses == addresses
    found = [(layout.prefix_lengths, layout.single_addresses) for layout in answer.layouts]
    assert found == [prefixes, exact] if exact else [prefixes]
    assert all(layout.addresses >= addresses for layout in answer.layouts)


def test_there_are_no_prefixes_for_more_than_all_gateways_of_a_subscription(profile):
    answer = size(profile(Connections(1, 16_000_000)))
    assert answer.addresses > 16 * 1_000
    assert answer.layouts == ()


def test_prices(profile):
    answer = size(profile(Connections(0.2, 970 * 8.0), traffic=Traffic(processed_gb_per_month=1_000)))
    assert answer.layouts[0].usd_per_month == pytest.approx(0.045 * 730 + 8 * 0.005 * 730)
    assert answer.processing_usd_per_month == pytest.approx(45)
    two = size(profile(Connections(0.2, 970 * 17.0)))
    assert two.layouts[0].usd_per_month == pytest.approx(2 * 0.045 * 730 + 17 * 0.005 * 730)


def test_zones_are_sized_for_themselves_and_for_one_that_is_lost(profile):
    shares = (("1", 0.5), ("2", 0.25), ("3", 0.25))
    answer = size(profile(Connections(0.2, 970 * 8.0), zone_shares=shares))
    found = [(zone.zone, zone.addresses, zone.addresses_one_lost) for zone in answer.zones]
    # Without zone 2, zone 1 has 0.5/0.75 of it all; without zone 1, the others have half each.
    assert found == [("1", 4, 6), ("2", 2, 4), ("3", 2, 4)]
    assert answer.zones[0].layouts[0].prefix_lengths == (29,)


def test_a_single_zone_has_none_to_lose(profile):
    (zone,) = size(profile(zone_shares=(("2", 1.0),))).zones
    assert zone.addresses == zone.addresses_one_lost == 1


def test_no_zones_where_none_are_asked_for(profile):
    assert size(profile()).zones == ()


def test_no_advice_where_a_gateway_is_enough(profile):
    assert size(profile()).advice == ()


def test_reuse_comes_first_where_it_makes_a_gateway_enough(profile):
    answer = size(profile(Requests(20_000, 1, 0.2), end=End(0.9, 0, 0.1), idle_timeout_minutes=30))
    assert answer.addresses > 16
    assert not answer.enough
    advice = {one.what: one for one in answer.advice}
    assert list(advice) == ["Private Link", "connection reuse", "several gateways", "shorter idle timeout"]
    assert advice["connection reuse"].enough
    assert advice["connection reuse"].addresses <= 16
    assert advice["several gateways"].addresses >= answer.addresses
    assert advice["shorter idle timeout"].addresses < answer.addresses


def test_reuse_that_is_advised_is_the_least_power_of_two(profile):
    answer = size(profile(Requests(20_000, 1, 0.2)))
    assert answer.addresses > 16
    reuse = next(one for one in answer.advice if one.what == "connection reuse")
    assert "the work of 2 that" in reuse.how
    assert size(profile(Requests(20_000, 2, 0.2))).addresses == reuse.addresses


@pytest.mark.parametrize("demand", [Connections(0.2, 20_000), Connections(0.2, None, (1_200_000.0, 600_000.0))])
def test_reuse_of_connections(profile, demand):
    reuse = next(one for one in size(profile(demand)).advice if one.what == "connection reuse")
    assert reuse.enough


def test_pools_are_reuse_already(profile):
    answer = size(profile(Pool(1_500, None), source=Source(1_000, 1, (32_768, 60_999))))
    assert answer.addresses > 16
    assert "connection reuse" not in [one.what for one in answer.advice]


def test_gateways_that_are_advised_are_enough_each(profile):
    answer = size(profile(Connections(0.2, 970 * 40.0)))
    several = next(one for one in answer.advice if one.what == "several gateways")
    assert several.enough
    assert "between 3 gateways of 14 addresses" in several.how
    assert several.addresses == 42


def test_pools_may_need_a_gateway_more_than_a_division_says(profile):
    # 1.6 million connections are 2 x 16 x 50,000, were they not spread at random.
    answer = size(profile(Pool(1_600, None), source=Source(1_000, 1, (32_768, 60_999))))
    several = next(one for one in answer.advice if one.what == "several gateways")
    assert "between 3 gateways of 11 addresses" in several.how
    assert several.enough


def test_other_destinations_stay_when_one_goes_over_private_link(destination):
    answer = size(Profile((destination(Connections(0.2, 40_000)), destination(Connections(0.2, 2_900), name="other"))))
    link = next(one for one in answer.advice if one.what == "Private Link")
    assert "If api is a service in Azure" in link.how
    assert link.addresses == 3


def test_figures_are_for_what_is_deployed(profile):
    needs_two = profile(Connections(0.2, 980))
    assert size(needs_two, deployed=2) == size(needs_two)
    one, four = size(needs_two, deployed=1), size(needs_two, deployed=4)
    assert (one.addresses, one.deployed, one.enough) == (2, 1, False)
    assert f"{one.destinations[0].blocking.at_least:.3e}" == "8.201e-05"
    assert limit(one, "ports of an address").used == pytest.approx(980 * 65.2)
    assert one.binding.name == "ports of an address"
    assert (four.addresses, four.deployed, four.enough) == (2, 4, True)
    assert limit(four, "ports of an address").used == pytest.approx(980 * 65.2 / 4)
    assert [limit(answer, "addresses of the gateway").used for answer in (one, four)] == [1, 4]
    assert one.layouts == four.layouts == size(needs_two).layouts


def test_too_few_deployed_need_no_other_advice_than_more(profile):
    assert size(profile(Connections(0.2, 980)), deployed=1).advice == ()
    too_many = profile(Connections(0.2, 970 * 40.0))
    assert size(too_many, deployed=3).advice == size(too_many).advice != ()


def test_addresses_that_are_crowded_by_chance_are_not_enough(profile):
    # 100,000 connections are two addresses' 50,000 in the mean, and one of two gets more with a chance of nearly 1.
    pool = profile(Pool(100, None), source=Source(1_000, 1, (32_768, 60_999)))
    answer = size(pool, deployed=2)
    assert all(one.room is None or one.room >= 0 for one in answer.limits)
    assert (answer.addresses, answer.enough) == (3, False)
    assert size(pool, deployed=3).enough


def test_a_gateway_of_a_zone_has_the_figures_of_its_zone(profile):
    shares, traffic = (("1", 0.5), ("2", 0.25), ("3", 0.25)), Traffic(9.0, 12.0, 3e6, 300.0)
    whole = profile(Connections(0.2, 970 * 60.0), zone_shares=shares, traffic=traffic)
    of_zone = size(whole, zone="1")
    assert of_zone.addresses == next(one.addresses_one_lost for one in size(whole).zones if one.zone == "1") == 40
    assert of_zone.attempts_per_s == pytest.approx(970 * 60 * 2 / 3)
    assert limit(of_zone, "outbound Gbit/s").used == pytest.approx(6)
    assert of_zone.processing_usd_per_month == pytest.approx(size(whole).processing_usd_per_month * 2 / 3)
    assert of_zone.zones == ()
    found = {
        answer: next(one.addresses for one in answer.advice if one.what == "several gateways")
        for answer in (of_zone, size(whole))
    }
    assert found[of_zone] < found[size(whole)]
    with pytest.raises(ValueError, match="no share of zone 4"):
        size(whole, zone="4")


def test_attempts_are_those_of_all_and_the_busiest_share_is_that_of_one_address(destination):
    hot = destination(Connections(2.0, 30.0), name="hot", destination=Endpoint("h", 443, "tcp", 2, 0.75))
    answer = size(Profile((hot, destination(Connections(1.0, 20.0)))))
    assert answer.attempts_per_s == pytest.approx(50)
    assert answer.busiest_share == pytest.approx(45 / 80)


def test_a_gateway_without_an_address_has_no_figures(profile):
    with pytest.raises(ValueError, match="0 are deployed"):
        size(profile(), deployed=0)


demands = st.one_of(
    st.builds(Connections, st.floats(0.01, 3_000), st.floats(0.01, 3_000)),
    st.builds(Requests, st.floats(0.01, 30_000), st.floats(1, 100), st.floats(0.01, 30)),
    st.builds(Pool, st.integers(1, 500), st.one_of(st.none(), st.floats(1, 3_600))),
)
bursts = st.one_of(st.none(), st.builds(lambda size: Burst(size, size * size), st.integers(1, 200)))


@settings(deadline=None)
@given(demands, bursts, st.floats(1, 4), st.sampled_from(["fin", "rst", "abandoned"]))
def test_growth_never_makes_a_size_smaller(demand, burst, growth, end):
    of = Destination(
        "d",
        Endpoint("h", 443, "tcp", 1, 1.0),
        Source(50, 4, (32_768, 60_999)),
        demand,
        End(0.8, 0.1, 0.1),
        None if isinstance(demand, Pool) else burst,
        Restart(0.5, 30, end),
    )
    now, grown = size(Profile((of,))), size(Profile((replace(of, growth=growth),)))
    assert now.addresses <= grown.addresses
    assert now.addresses <= now.addresses_no_reuse
    assert (now.addresses_pooled or 17) <= (grown.addresses_pooled or 17)
    if now.addresses <= 16:
        assert all(one.blocking.at_most <= 1e-6 for one in now.destinations)
