"""The rules of the gateway, one by one, on the table that can be looked at."""

from __future__ import annotations

import pytest
from nat_egress.capacity.simulator.connections import ABANDONED, CLOSED, FIN, RST, TCP, UDP, UNANSWERED
from nat_egress.capacity.simulator.counting import Count
from nat_egress.capacity.simulator.reference import Request, Translator
from nat_egress.capacity.simulator.settings import Gateway, Retry

S = 1_000_000
A, B = 0, 1


def request(number, destination=A, *, life=1, spacing=0, source=1, source_port=None, protocol=TCP, end=FIN) -> Request:
    port = 40_000 + number if source_port is None else source_port
    return Request(number, life * S, spacing * S, source, port, destination, protocol, end)


def translator(retry=None, **settings) -> Translator:
    return Translator(Gateway(**{"ports_per_address": 2, **settings}), seed=7, retries=[retry] * 2 if retry else ())


def free_at(found: Translator, number: int, last: int = 20_000) -> int:
    """Return the first second in which the entry is gone."""
    return next(second for second in range(found.now // S, last) if _gone(found, number, second * S))


def _gone(found: Translator, number: int, time: int) -> bool:
    found.advance(time)
    return number not in found.table


def test_an_entry_has_what_the_packets_need():
    gateway = translator(addresses=3, ports_per_address=64_512)
    gateway.connect(5 * S, request(0, B, source=77, source_port=1234))
    entry = gateway.table[0]
    assert (entry.request.source, entry.request.source_port, entry.request.destination) == (77, 1234, B)
    assert 0 <= entry.address < 3
    assert 1024 <= entry.port <= 65_535
    assert (entry.state, entry.timer) == ("open", 6 * S)


def test_a_port_serves_another_destination_at_once_and_the_same_one_only_after_the_hold():
    gateway = translator(ports_per_address=1)
    gateway.connect(0, request(0, A))
    gateway.connect(0, request(1, B))
    assert gateway.table[0].port == gateway.table[1].port
    gateway.connect(0, request(2, A))
    gateway.connect(65 * S, request(3, A))
    assert gateway.counts[Count.FAILURES] == 2
    gateway.connect(66 * S, request(4, A))
    assert gateway.counts[Count.FAILURES] == 2


def test_without_reuse_a_port_serves_one_destination():
    gateway = translator(ports_per_address=1, reuse=False)
    gateway.connect(0, request(0, A))
    gateway.connect(0, request(1, B))
    assert gateway.counts[Count.FAILURES] == 1


def test_tcp_and_udp_have_ports_of_their_own():
    for reuse in (True, False):
        gateway = translator(ports_per_address=1, reuse=reuse)
        gateway.connect(0, request(0, A))
        gateway.connect(0, request(1, A, protocol=UDP, end=CLOSED))
        assert gateway.counts[Count.FAILURES] == 0


@pytest.mark.parametrize(
    ("protocol", "end", "seconds"),
    [
        (TCP, FIN, 1 + 65),
        (TCP, RST, 1 + 16),
        (TCP, UNANSWERED, 30),
        (TCP, ABANDONED, 1 + 240),
        (UDP, CLOSED, 1 + 65),
        (UDP, ABANDONED, 1 + 240),
    ],
)
def test_each_end_has_its_timer(protocol, end, seconds):
    gateway = translator()
    gateway.connect(0, request(0, protocol=protocol, end=end))
    assert free_at(gateway, 0) == seconds


def test_the_idle_timeout_can_be_set_for_tcp_only_and_may_be_followed_by_a_hold():
    gateway = translator(idle_timeout_s=600, idle_hold_s=5)
    gateway.connect(0, request(0, end=ABANDONED))
    gateway.connect(0, request(1, protocol=UDP, end=ABANDONED))
    assert free_at(gateway, 1) == 246
    assert free_at(gateway, 0) == 606


def test_an_idle_timeout_is_silent_and_the_packet_after_it_gets_an_rst():
    gateway = translator()
    gateway.connect(0, request(0, life=1000, spacing=300))
    gateway.advance(240 * S)
    assert gateway.table == {}
    assert (gateway.counts[Count.SILENT_DROPS], gateway.counts[Count.LATE_PACKETS]) == (1, 0)
    gateway.advance(300 * S)
    assert gateway.counts[Count.LATE_PACKETS] == 1


def test_packets_within_the_idle_timeout_keep_an_entry():
    gateway = translator()
    gateway.connect(0, request(0, life=1000, spacing=240))
    gateway.advance(1000 * S)
    assert gateway.table[0].state == "held"
    assert gateway.counts[Count.SILENT_DROPS] == 0


def test_replies_are_translated_back_and_all_else_from_outside_is_dropped():
    gateway = translator(addresses=2)
    gateway.connect(0, request(0, A, life=10))
    entry = gateway.table[0]
    assert gateway.receive(1, A, TCP, entry.address, entry.port)
    assert not gateway.receive(1, B, TCP, entry.address, entry.port)
    assert not gateway.receive(1, A, UDP, entry.address, entry.port)
    assert not gateway.receive(1, A, TCP, 1 - entry.address, entry.port)
    assert not gateway.receive(1, A, TCP, entry.address, entry.port ^ 1)
    assert not gateway.receive(75 * S, A, TCP, entry.address, entry.port)
    assert (gateway.counts[Count.REPLIES], gateway.counts[Count.UNSOLICITED]) == (1, 5)


def test_endpoint_independent_mapping_keeps_the_translation_for_all_destinations():
    gateway = translator(mapping="endpoint-independent", ports_per_address=1)
    gateway.connect(0, request(0, A, source_port=5000))
    gateway.connect(S, request(1, B, source_port=5000))
    assert gateway.table[0].port == gateway.table[1].port
    gateway.connect(S, request(2, B, source_port=5001))
    assert gateway.counts[Count.FAILURES] == 1, "the port belongs to the first endpoint, whatever the destination"
    gateway.connect(66 * S, request(3, B, source_port=5001))
    assert gateway.counts[Count.FAILURES] == 2, "the second entry still holds it"
    gateway.connect(67 * S, request(4, B, source_port=5001))
    assert gateway.counts[Count.FAILURES] == 2


def test_endpoint_independent_mapping_lets_in_replies_only():
    gateway = translator(mapping="endpoint-independent")
    gateway.connect(0, request(0, A, life=10))
    entry = gateway.table[0]
    assert gateway.receive(1, A, TCP, entry.address, entry.port)
    assert not gateway.receive(1, B, TCP, entry.address, entry.port)


def fill_one_address(choice):
    """Open connections until an attempt draws an address that is full; return the gateway then."""
    gateway = translator(addresses=4, ports_per_address=1, address_choice=choice)
    for number in range(4):
        gateway.connect(0, request(number))
    return gateway


def test_a_random_choice_fails_on_a_full_address_and_a_free_one_tries_another():
    assert fill_one_address("random").counts[Count.FAILURES] > 0
    free = fill_one_address("free")
    assert free.counts[Count.FAILURES] == 0
    assert sorted(entry.address for entry in free.table.values()) == [0, 1, 2, 3]


def test_a_limit_on_active_connections_counts_open_and_half_open_but_not_held():
    gateway = translator(ports_per_address=9, active_limit=2)
    gateway.connect(0, request(0))
    gateway.connect(0, request(1, end=UNANSWERED))
    gateway.connect(0, request(2))
    assert gateway.counts[Count.FAILURES] == 1
    gateway.connect(0, request(3, B))
    gateway.connect(1 * S, request(4))
    assert gateway.counts[Count.FAILURES] == 1


def test_a_call_is_lost_when_its_last_attempt_fails_and_pauses_double():
    gateway = translator(retry=Retry(attempts=3, backoff_s=10), ports_per_address=1)
    gateway.connect(0, request(0, life=0))
    gateway.connect(0, request(1))
    counts = []
    for second in (9, 10, 29, 30):
        gateway.advance(second * S)
        counts.append((gateway.counts[Count.ATTEMPTS], gateway.counts[Count.WAITING], gateway.counts[Count.LOST_CALLS]))
    assert counts == [(2, 1, 0), (3, 1, 0), (3, 1, 0), (4, 0, 1)]


def test_a_call_comes_about_when_a_later_attempt_finds_a_port():
    gateway = translator(retry=Retry(attempts=2, backoff_s=66), ports_per_address=1)
    gateway.connect(0, request(0))
    gateway.connect(0, request(1))
    gateway.advance(66 * S)
    assert list(gateway.table) == [1]
    assert (gateway.counts[Count.FAILURES], gateway.counts[Count.LOST_CALLS]) == (1, 0)


def test_ports_and_addresses_are_chosen_evenly():
    seen = Translator(Gateway(addresses=4, ports_per_address=16), seed=3)
    found = []
    for number in range(8_000):
        seen.connect(number * 100 * S, request(number, source_port=1))
        found.append((seen.table[number].address, seen.table[number].port))
    expected = len(found) / 64
    chi_square = sum((found.count((a, 1024 + p)) - expected) ** 2 / expected for a in range(4) for p in range(16))
    assert chi_square < 63 + 4 * (2 * 63) ** 0.5
