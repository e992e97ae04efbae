"""The compiled engine does what the reference does, entry by entry."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
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
)
from nat_egress.capacity.simulator.counting import Count
from nat_egress.capacity.simulator.engine import Simulation
from nat_egress.capacity.simulator.reference import Translator
from nat_egress.capacity.simulator.settings import Gateway, Retry

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
probes = st.tuples(times, st.integers(0, DESTINATIONS - 1), st.integers(0, 1), st.integers(0, 3), st.integers(1020, 1034))


def connections_of(found) -> Connections:
    """Build connections from rows of gap, life, spacing, source, source port, destination, (protocol, end)."""
    gaps, *others, kinds = [list(column) for column in zip(*found, strict=True)] if found else [[]] * 7
    columns = [np.cumsum(gaps), *others, *(zip(*kinds, strict=True) if kinds else ([], []))]
    return Connections(
        **{name: np.array(column, TYPES[name]) for name, column in zip(COLUMNS, columns, strict=True)}
    )


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


def same(simulation: Simulation, translator: Translator) -> None:
    assert dict(zip(Count, simulation.counts.tolist(), strict=True)) == dict(zip(Count, translator.counts, strict=True))
    assert simulation.table() == table_of(translator)
    assert simulation.peak_ports == translator.peak_ports


@settings(max_examples=200, deadline=None)
@given(gateways, retries, st.lists(rows, max_size=60), st.lists(probes, max_size=20), st.integers(0, 2**70))
def test_the_engine_does_what_the_reference_does(gateway, retry, found, packets, seed):
    connections, outside = connections_of(found), probes_of(packets)
    translator = Translator(gateway, seed=seed, retry=retry)
    simulation = Simulation(gateway, destinations=DESTINATIONS, seed=seed, retry=retry)
    for _ in translator.run(connections, outside):
        pass
    simulation.feed(connections, outside)
    translator.advance(simulation.now)
    same(simulation, translator)
    for later in (0, 1, 7 * SECOND, 500 * SECOND, 10**12):
        simulation.finish(simulation.now + later)
        translator.advance(simulation.now)
        same(simulation, translator)


@settings(max_examples=100, deadline=None)
@given(gateways, retries, st.lists(rows, min_size=1, max_size=40), st.integers(0, 9))
def test_the_tables_agree_after_each_connection(gateway, retry, found, seed):
    connections = connections_of(found)
    translator = Translator(gateway, seed=seed, retry=retry)
    simulation = Simulation(gateway, destinations=DESTINATIONS, seed=seed, retry=retry)
    for row, time in enumerate(translator.run(connections)):
        simulation.feed(connections[row : row + 1])
        translator.advance(time)
        same(simulation, translator)
