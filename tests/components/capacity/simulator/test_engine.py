"""The compiled engine does what the reference does, entry by entry."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress.capacity.simulator import engine
from nat_egress.capacity.simulator.connections import (
    ABANDONED,
    CLOSED,
    COLUMNS,
    FIN,
    RST,
    TCP,
    TYPES,
    UDP,
    UNANSWERED,
    Connections,
    Probes,
    merge,
)
from nat_egress.capacity.simulator.counting import Count
from nat_egress.capacity.simulator.engine import Simulation, simulate
from nat_egress.capacity.simulator.errors import CannotSimulate
from nat_egress.capacity.simulator.reference import Request, Translator
from nat_egress.capacity.simulator.settings import Gateway, Retry
from nat_egress.capacity.simulator.traffic import Poisson, pieces

DESTINATIONS = 3
SECOND = 1_000_000

times = st.one_of(st.integers(0, 40), st.integers(0, 40).map(lambda seconds: seconds * SECOND))
"""Microseconds apart, or seconds, so that much happens at the same instant."""
timers = st.sampled_from([0.0, 0.000_01, 1.0, 7.0, 16.0])
tcp = st.tuples(st.just(TCP), st.sampled_from([FIN, RST, ABANDONED, UNANSWERED]))
udp = st.tuples(st.just(UDP), st.sampled_from([CLOSED, ABANDONED]))
rows = st.tuples(
    times,
    times,
    st.one_of(st.just(0), times),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(0, DESTINATIONS - 1),
    st.one_of(tcp, udp),
)
probes = st.tuples(
    times, st.integers(0, DESTINATIONS - 1), st.integers(0, 1), st.integers(0, 3), st.integers(1020, 1034)
)


def connections_of(found) -> Connections:
    """Build connections from rows of gap, life, spacing, source, source port, destination, (protocol, end)."""
    gaps, *others, kinds = [list(column) for column in zip(*found, strict=True)] if found else [[]] * 7
    columns = [np.cumsum(gaps), *others, *(zip(*kinds, strict=True) if kinds else ([], []))]
    return Connections(**{name: np.array(column, TYPES[name]) for name, column in zip(COLUMNS, columns, strict=True)})


def probes_of(found) -> Probes:
    gaps, destination, protocol, address, port = zip(*found, strict=True) if found else [()] * 5
    return Probes(
        time=np.cumsum(np.array(gaps, np.int64)),
        destination=np.array(destination, np.int32),
        protocol=np.array(protocol, np.uint8),
        address=np.array(address, np.uint8),
        port=np.array(port, np.uint16),
    )


gateways = st.builds(
    Gateway,
    addresses=st.integers(1, 3),
    ports_per_address=st.sampled_from([1, 2, 3, 5, 8, 70]),
    address_choice=st.sampled_from(["random", "free"]),
    mapping=st.sampled_from(["address-and-port-dependent", "endpoint-independent"]),
    reuse=st.booleans(),
    fin_hold_s=timers,
    rst_hold_s=timers,
    udp_hold_s=timers,
    half_open_s=timers,
    idle_timeout_s=timers,
    udp_idle_timeout_s=timers,
    idle_hold_s=timers,
    active_limit=st.one_of(st.none(), st.integers(1, 3)),
)
retries = st.builds(Retry, attempts=st.integers(1, 4), backoff_s=timers)


def table_of(translator: Translator) -> list[dict[str, object]]:
    return [
        {
            "connection": number,
            "address": entry.address,
            "port": entry.port,
            "destination": entry.request.destination,
            "protocol": ("tcp", "udp")[entry.request.protocol],
            "state": entry.state,
            "timer": entry.timer,
            "source": f"0.0.0.{entry.request.source}",
            "source_port": entry.request.source_port,
        }
        for number, entry in sorted(translator.table.items())
    ]


def request_of(connections: Connections, number: int) -> Request:
    return Request(number, *(int(getattr(connections, name)[number]) for name in COLUMNS[1:]))


def same(simulation: Simulation, translator: Translator) -> None:
    assert dict(zip(Count, simulation.counts.tolist(), strict=True)) == dict(zip(Count, translator.counts, strict=True))
    assert simulation.table() == table_of(translator)
    assert simulation.peak_ports == translator.peak_ports


@settings(max_examples=200, deadline=None)
@given(gateways, retries, st.lists(rows, max_size=60), st.lists(probes, max_size=20), st.integers(0, 2**70))
def test_the_engine_does_what_the_reference_does(gateway, retry, found, packets, seed):
    connections, outside = connections_of(found), probes_of(packets)
    translator = Translator(gateway, seed=seed, retries=[retry] * DESTINATIONS)
    simulation = Simulation(gateway, destinations=DESTINATIONS, seed=seed, retries=[retry] * DESTINATIONS)
    for _ in translator.run(connections, outside):
        pass
    simulation.feed(connections, outside)
    translator.advance(simulation.now)
    same(simulation, translator)
    for later in (0, 1, 7 * SECOND, 500 * SECOND, 10_000 * SECOND):
        simulation.finish(simulation.now + later)
        translator.advance(simulation.now)
        same(simulation, translator)


@settings(max_examples=100, deadline=None)
@given(gateways, retries, st.lists(rows, min_size=1, max_size=40), st.integers(0, 9))
def test_the_tables_agree_after_each_connection(gateway, retry, found, seed):
    connections = connections_of(found)
    translator = Translator(gateway, seed=seed, retries=[retry] * DESTINATIONS)
    simulation = Simulation(gateway, destinations=DESTINATIONS, seed=seed, retries=[retry] * DESTINATIONS)
    for row, time in enumerate(translator.run(connections)):
        simulation.feed(connections[row : row + 1])
        translator.advance(time)
        same(simulation, translator)


@pytest.mark.parametrize("choice", ["random", "free"])
@pytest.mark.parametrize("mapping", ["address-and-port-dependent", "endpoint-independent"])
@pytest.mark.parametrize("ports", [17, 40, 130, 1030, 2100])
def test_nearly_full_addresses_agree_too(ports, mapping, choice):
    """Where few ports are free, one is found by its rank: over words of 64 and blocks of 1,024, some cut short."""
    random = np.random.default_rng(ports)
    count, zeros = 4 * ports, np.zeros(4 * ports, np.int64)
    connections = Connections(
        start=np.sort(random.integers(0, 100 * SECOND, count)),
        life=random.integers(0, 100 * SECOND, count),
        spacing=zeros,
        source=np.full(count, 1, np.uint32),
        source_port=np.arange(count, dtype=np.uint16),
        destination=zeros.astype(np.int32),
        protocol=zeros.astype(np.uint8),
        end=zeros.astype(np.uint8),
    )
    gateway = Gateway(addresses=2, ports_per_address=ports, address_choice=choice, mapping=mapping, fin_hold_s=16)
    translator = Translator(gateway, seed=1, retries=[Retry(attempts=3)])
    simulation = Simulation(gateway, destinations=1, seed=1, retries=[Retry(attempts=3)])
    for _ in translator.run(connections):
        pass
    simulation.feed(connections)
    translator.advance(simulation.now)
    assert simulation.counts[Count.FAILURES] > 0
    same(simulation, translator)


@pytest.mark.parametrize(
    "settings", [{}, {"reuse": False}, {"mapping": "endpoint-independent"}], ids=["azure", "no reuse", "textbook"]
)
def test_tcp_and_udp_have_ports_of_their_own(settings):
    simulation = Simulation(Gateway(ports_per_address=1, **settings), destinations=1, seed=1)
    simulation.feed(connections_of([(0, 9, 0, 1, 1, 0, (TCP, FIN)), (0, 9, 0, 1, 1, 0, (UDP, CLOSED))]))
    assert simulation.counts[Count.FAILURES] == 0
    assert [(row["protocol"], row["port"]) for row in simulation.table()] == [("tcp", 1024), ("udp", 1024)]
    simulation.feed(connections_of([(1, 9, 0, 2, 2, 0, (TCP, FIN)), (0, 9, 0, 2, 2, 0, (UDP, CLOSED))]))
    assert simulation.counts[Count.FAILURES] == 2


@pytest.mark.parametrize("cuts", [[1], range(77, 5000, 77)], ids=["one, then all others", "by 77"])
def test_what_is_fed_in_pieces_comes_to_the_same(cuts):
    kinds = [Poisson(rates_per_s=(50.0,), life_s=3.0), Poisson(rates_per_s=(9.0,), life_s=300.0, destination=1)]
    connections = merge(list(pieces(kinds, seconds=100, seed=5)))
    gateway = Gateway(addresses=2, ports_per_address=1000)
    whole = Simulation(gateway, destinations=2, seed=5)
    whole.feed(connections)
    cut = Simulation(gateway, destinations=2, seed=5)
    for first, end in pairwise([0, *cuts, len(connections)]):
        cut.feed(connections[first:end])
    assert whole.table() == cut.table()
    assert whole.series.tolist() == cut.series.tolist()
    other = Simulation(gateway, destinations=2, seed=6)
    other.feed(connections)
    assert whole.table() != other.table()


@pytest.mark.parametrize(
    ("life", "ends", "gateway"),
    [
        (1.0, (1.0, 0.0, 0.0, 0.0), Gateway(ports_per_address=100, fin_hold_s=7)),
        (1.0, (0.7, 0.1, 0.1, 0.1), Gateway(ports_per_address=100, fin_hold_s=7, rst_hold_s=1, idle_timeout_s=3)),
        (7.0, (1.0, 0.0, 0.0, 0.0), Gateway(ports_per_address=100, fin_hold_s=0.05)),
        (1.0, (1.0, 0.0, 0.0, 0.0), Gateway(ports_per_address=300, fin_hold_s=7, active_limit=17)),
    ],
    ids=["full", "of all ends", "of short holds", "at the limit of active connections"],
)
def test_the_series_holds_the_reference_at_the_end_of_each_step(life, ends, gateway):
    connections = merge(list(pieces([Poisson(rates_per_s=(20.0,), life_s=life, ends=ends)], seconds=30, seed=5)))
    simulation = Simulation(gateway, destinations=1, seed=5, step_s=2.0)
    simulation.feed(connections)
    simulation.finish(30 * SECOND)
    translator = Translator(gateway, seed=5)
    rows = []
    for time, number in zip(connections.start, range(len(connections)), strict=True):
        while (len(rows) + 1) * 2 * SECOND <= time:
            translator.advance((len(rows) + 1) * 2 * SECOND)
            rows.append([*translator.counts, len(translator.table)])
        translator.connect(int(time), request_of(connections, number))
    translator.advance(30 * SECOND)
    rows.append([*translator.counts, len(translator.table)])
    assert simulation.series.tolist() == rows
    assert sum(row[Count.FAILURES] for row in rows) > 0


def test_progress_is_heard_of(monkeypatch):
    now = iter(range(0, 1000, 3))
    monkeypatch.setattr(engine.clock, "monotonic", lambda: next(now))
    heard = []
    kinds = [Poisson(rates_per_s=(400_000.0,), life_s=1.0)]
    simulate(Gateway(), pieces(kinds, seconds=5, seed=1), destinations=1, seed=1, seconds=5, progress=heard.append)
    assert len(heard) >= 3
    assert heard == sorted(heard)
    assert 0 < heard[0] < heard[-1] <= 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"start": [5, 4]}, r"connection 1 .* starts before the one above"),
        ({"start": [-1, 4]}, r"connection 0 .* starts before"),
        ({"start": [0, 2**62]}, "starts after"),
        ({"life": [0, -1]}, "connection 1 .* has a life below 0"),
        ({"life": [2**62, 1]}, "connection 0 .* has a life below 0 or above"),
        ({"spacing": [-1, 1]}, "spacing below 0"),
        ({"destination": [0, 3]}, "none of the 3 destinations"),
        ({"destination": [-1, 0]}, "none of the 3 destinations"),
        ({"protocol": [2, 0]}, "neither TCP nor UDP"),
        ({"end": [9, 0]}, "end that is not known"),
        ({"protocol": [1, 0]}, "is UDP"),
        ({"end": [0, CLOSED]}, "connection 1 .* is TCP"),
    ],
)
def test_connections_that_cannot_be_are_refused(change, reason):
    good = connections_of([(1, 1, 0, 1, 1, 0, (TCP, FIN))] * 2)
    columns = {name: np.array(change.get(name, getattr(good, name)), TYPES[name]) for name in COLUMNS}
    with pytest.raises(CannotSimulate, match=reason):
        Simulation(Gateway(), destinations=3, seed=0).feed(Connections(**columns))


def test_time_does_not_go_back():
    simulation = Simulation(Gateway(), destinations=1, seed=0)
    simulation.finish(10)
    with pytest.raises(CannotSimulate, match="cannot go back"):
        simulation.finish(9)
    with pytest.raises(CannotSimulate, match="packet 0 from outside"):
        simulation.feed(connections_of([]), probes_of([(9, 0, 0, 0, 2000)]))


def test_an_entry_takes_at_most_64_bytes():
    gateway = Gateway(addresses=2)
    kinds = [Poisson(rates_per_s=(0.92 * 2 * 64_512 / 65.2,), life_s=0.2)]
    simulation = simulate(gateway, pieces(kinds, seconds=70, seed=1), destinations=1, seed=1, seconds=70)
    assert simulation.live > 100_000
    assert simulation.bytes_used / simulation.live <= 64
