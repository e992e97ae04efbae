from __future__ import annotations

from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st
from nat_egress.exposure.security_rules.intervals import Intervals
from nat_egress.exposure.security_rules.traffic import Traffic, rest_of

SPANS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)).map(sorted).map(tuple), max_size=2).map(Intervals.of)
TRAFFIC = st.builds(
    Traffic,
    protocols=st.frozensets(st.sampled_from(["Tcp", "Udp"])),
    ports=SPANS,
    sources=SPANS,
    destinations=SPANS,
    source_ports=st.just(Intervals(((0, 0),))),
)


def packets(traffic):
    return {
        packet
        for packet in product(["Tcp", "Udp"], range(4), range(4), range(4))
        if packet[0] in traffic.protocols
        and packet[1] in traffic.ports
        and packet[2] in traffic.sources
        and packet[3] in traffic.destinations
    }


@given(TRAFFIC, st.lists(TRAFFIC, max_size=4))
def test_the_rest_is_what_is_in_none_of_the_others_each_packet_once(traffic, others):
    rest = rest_of(traffic, others)
    assert set().union(*map(packets, rest)) == packets(traffic) - set().union(*map(packets, others))
    assert not any(one.meets(other) for one, other in combinations(rest, 2))
    assert all(rest)


def test_a_corner_that_is_cut_off_leaves_parts_that_do_not_overlap():
    wide, narrow = Intervals(((0, 9),)), Intervals(((0, 0),))
    whole = Traffic(frozenset({"Tcp", "Udp"}), wide, wide, wide, wide)
    rest = rest_of(whole, [Traffic(frozenset({"Tcp"}), narrow, narrow, narrow, narrow)])
    assert len(rest) == 5
    assert not any(one.meets(other) for one, other in combinations(rest, 2))
