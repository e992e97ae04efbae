"""What the simulator says of connections, a Linux router does with real packets: the same pool, the same outcomes.

Linux is not Azure. What both share is what is held against it here: docs/simulator.md says what is not.
"""

from __future__ import annotations

import socket

import pytest
from nat_egress.capacity.simulator.connections import ABANDONED, CLOSED, FIN, RST, TCP, UDP, UNANSWERED

from tests.components.capacity.reality.both import Ports
from tests.components.capacity.reality.places import DESTINATIONS, ONE, OTHER, SILENT

pytestmark = pytest.mark.process
POOL = list(range(1_024, 1_032))
BOTH_PROTOCOLS = pytest.mark.parametrize("protocol", [TCP, UDP], ids=["tcp", "udp"])


@BOTH_PROTOCOLS
def test_the_internet_sees_the_gateways_address_and_a_port_of_its_pool(side_by_side, protocol):
    both = side_by_side()
    for source in (ONE, OTHER):
        both.connect(source=source, source_port=40_000, protocol=protocol)
    for table in both.tables():
        assert [row[:5] for row in table] == [(protocol, source, 40_000, 0, 0) for source in (ONE, OTHER)]
        assert {row.port for row in table} < set(POOL)


@BOTH_PROTOCOLS
def test_open_connections_use_up_every_port_of_the_pool_and_then_there_is_none(side_by_side, protocol):
    both = side_by_side()
    opened = both.fill(protocol=protocol)
    assert sorted(one.linux.port for one in opened) == sorted(one.simulator.port for one in opened) == POOL
    assert both.connect(source=OTHER, protocol=protocol) is None
    assert len(both.tables()[0]) == len(POOL)


def test_a_port_serves_another_destination_at_once(side_by_side):
    both = side_by_side()
    for destination in (0, 1, 2):
        assert len(both.fill(destination)) == len(POOL)
    for table in both.tables():
        for destination in (0, 1, 2):
            assert sorted(row.port for row in table if row.destination == destination) == POOL


def test_tcp_and_udp_have_ports_of_their_own(side_by_side):
    both = side_by_side()
    assert len(both.fill(protocol=TCP)) == len(both.fill(protocol=UDP)) == len(POOL)


def test_one_private_port_has_a_translation_for_each_destination(side_by_side):
    both = side_by_side()
    for destination in range(len(DESTINATIONS)):
        both.connect(destination, source_port=40_000)
    for table in both.tables():
        assert len(table) == len(DESTINATIONS)
        assert len({row.port for row in table}) > 1, "a mapping that depends on the destination too"


@BOTH_PROTOCOLS
def test_a_connection_keeps_its_translation(side_by_side, protocol):
    both = side_by_side()
    first = both.connect(protocol=protocol)
    both.fill(protocol=protocol, source=OTHER)
    both.fill(1, protocol=protocol)
    assert both.linux.again(first.request, first.linux) == (first.linux.address, first.linux.port)
    assert both.receive(0, protocol, first.ports) == (ONE, first.request.source_port)
    linux, simulator = both.tables()
    assert first.linux in linux
    assert first.simulator in simulator


@BOTH_PROTOCOLS
def test_replies_come_back_and_nothing_else_comes_in(side_by_side, protocol):
    both = side_by_side()
    opened = [both.connect(source=source, protocol=protocol) for source in (ONE, OTHER)]
    another = TCP if protocol == UDP else UDP
    unused = Ports(*(next(port for port in POOL if port not in {row.port for row in table}) for table in both.tables()))
    for one in opened:
        assert both.receive(1, protocol, one.ports) is None, "another sender"
        assert both.receive(0, another, one.ports) is None, "the other protocol"
        assert both.receive(0, protocol, one.ports) == (one.request.source, one.request.source_port)
    assert both.receive(0, protocol, unused) is None
    assert both.receive(0, protocol, Ports(443, 443)) is None, "no port of the pool"


def test_an_address_is_drawn_and_where_it_is_full_the_attempt_fails(side_by_side):
    both = side_by_side(addresses=2, ports_per_address=4)
    attempts = [both.attempt(destination) for destination in range(len(DESTINATIONS)) for _ in range(8)]
    for side in (1, 2):
        rows = [attempt[side] for attempt in attempts if attempt[side]]
        assert len(rows) < len(attempts), "a destination's eight draws were four and four only by chance"
        assert {row.address for row in rows} == {0, 1}
        for destination in range(len(DESTINATIONS)):
            used = [sorted(row.port for row in rows if row[3:5] == (destination, address)) for address in (0, 1)]
            assert POOL[:4] in used, "of eight draws one address has four or more"


def test_a_port_is_held_after_the_end_and_then_free(side_by_side):
    both = side_by_side(ports_per_address=2, fin_hold_s=2, rst_hold_s=3, udp_hold_s=4, half_open_s=5)
    ends = [(SILENT, TCP, UNANSWERED), (2, UDP, CLOSED), (1, TCP, RST), (0, TCP, FIN)]
    for destination, protocol, end in ends:
        assert len(both.fill(destination, protocol=protocol, end=end, life_s=0)) == 2, "and the third was refused"
    both.outlast()
    for destination, protocol, end in ends:
        assert both.connect(destination, protocol=protocol, end=end, life_s=0)


def test_silence_ends_a_connection_and_nobody_is_told(side_by_side):
    both = side_by_side(ports_per_address=2, idle_timeout_s=2)
    opened = both.fill(end=ABANDONED, life_s=0)
    assert len(opened) == 2
    both.outlast()
    for one in opened:
        assert both.receive(0, TCP, one.ports) is None, "what the destination still sends comes no further"


def test_the_network_of_this_machine_is_left_alone(side_by_side):
    before = socket.if_nameindex()
    side_by_side().connect()
    assert socket.if_nameindex() == before
