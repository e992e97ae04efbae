"""The peer in simpy is the same model: with the same draws it counts the same, and its table is the same."""

from __future__ import annotations

from random import Random

import pytest
from nat_egress.capacity.simulator.counting import Count
from nat_egress.capacity.simulator.draws import attempt_key, draw
from nat_egress.capacity.simulator.engine import Simulation
from nat_egress.capacity.simulator.reference import Translator

from benchmarks.in_simpy import Chance, simulate
from benchmarks.simulator import MIXED, MIXED_RETRIES, mix

SECONDS = 600
SECOND = 1_000_000
SEED = 3


class Reference:
    """A pool that draws as the simulator does."""

    def __init__(self):
        self.translator = Translator(MIXED, seed=SEED)
        self.busy = [set() for _ in range(MIXED.addresses)]

    def take(self, number, attempt):
        key = attempt_key(SEED, number, attempt)
        address = draw(key, 0, MIXED.addresses)
        if len(self.busy[address]) == MIXED.ports_per_address:
            return None
        port = self.translator._port(self.busy[address], key)
        self.busy[address].add(port)
        return address, port

    def give_back(self, address, port):
        self.busy[address].remove(port)


@pytest.fixture(scope="module")
def connections():
    return mix(SECONDS)


def ours(connections, until):
    simulation = Simulation(MIXED, destinations=len(MIXED_RETRIES), seed=SEED, retries=MIXED_RETRIES)
    simulation.feed(connections[: int(connections.start.searchsorted(until, "right"))])
    simulation.finish(until)
    return simulation


@pytest.mark.parametrize("second", [10, 150, SECONDS, SECONDS + 60, 3 * SECONDS])
def test_counts_and_table_are_the_simulators(connections, second):
    until = second * SECOND
    peer = simulate(connections, MIXED, MIXED_RETRIES, Reference, until=until)
    simulation = ours(connections, until)
    assert dict(zip(Count, peer.counts, strict=True)) == dict(zip(Count, simulation.counts.tolist(), strict=True))
    table = [(number, entry.address, entry.port, entry.state, entry.timer) for number, entry in peer.table.items()]
    names = ("connection", "address", "port", "state", "timer")
    assert sorted(table) == [tuple(row[name] for name in names) for row in simulation.table()]


def test_the_mix_has_all_states(connections):
    simulation = ours(connections, SECONDS * SECOND)
    outside = {Count.UNSOLICITED, Count.REPLIES}
    assert [count for count in Count if simulation.counts[count] == 0 and count not in outside] == []
    assert {row["protocol"] for row in simulation.table()} == {"tcp", "udp"}


def test_with_draws_of_its_own_it_comes_to_nearly_the_same(connections):
    random = Random(1)  # noqa: S311 - a simulation
    peer = simulate(connections, MIXED, MIXED_RETRIES, lambda: Chance(MIXED, random), until=SECONDS * SECOND)
    simulation = ours(connections, SECONDS * SECOND)
    assert peer.counts[Count.CALLS] == simulation.counts[Count.CALLS]
    for count in (Count.FAILURES, Count.LOST_CALLS, Count.SILENT_DROPS, Count.OPEN, Count.HELD):
        assert peer.counts[count] == pytest.approx(simulation.counts[count], rel=0.1)
