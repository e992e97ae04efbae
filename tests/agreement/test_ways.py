"""The ways of the graph are those that the sandbox's own Azure tells, on random networks and on the corpus."""

from __future__ import annotations

from collections import Counter
from random import Random, SystemRandom

import pytest
from azure_sandbox.arm import ControlPlane
from azure_sandbox.provider.client import ArmRequestError
from nat_egress.graph import kinds, tokens
from nat_egress.graph.network import Network
from nat_egress.graph.values import UNKNOWN
from nat_egress.graph.ways import out_of_machine
from nat_egress.ways_out import WayOut

from tests.agreement.comparing import compare, compare_instance
from tests.agreement.corpus_in_azure import completed
from tests.agreement.in_azure import Azure, serves
from tests.agreement.not_compared import BESIDE, NOTHING_LEAVES, ONLY_PREVIEWED, REFUSED
from tests.agreement.topologies import topology
from tests.policies.corpus import cases

BATCHES, EACH, FRESH = 5, 100, 50

CASES = [case for case in cases() if "up" in case.phases]
WITHOUT_A_MACHINE = {id_ for ids in NOTHING_LEAVES.values() for id_ in ids}


@pytest.fixture
def azure(tmp_path):
    planes = []

    def made():
        planes.append(ControlPlane(tmp_path / f"azure-{len(planes)}.sqlite"))
        return Azure(planes[-1])

    yield made
    for plane in planes:
        plane.close()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_networks(azure, batch):
    met, before = Counter(), Counter()
    for seed in range(batch * EACH, (batch + 1) * EACH):
        ways, told = _compared(azure(), seed)
        met.update(ways)
        before.update(told)
    words = set(WayOut) - {WayOut.ROUTE_TABLE}
    assert set(met) == words, "each way is met, that apart which is told of route tables of other stacks"
    assert before["known"] > before["unknown"], "much of it is known before the update"


def test_networks_that_no_run_has_seen(azure):
    """A failure names the seed, by which the network is made again."""
    for _ in range(FRESH):
        _compared(azure(), SystemRandom().randrange(BATCHES * EACH, 1 << 32))


def _compared(stack, seed):
    """Compare the network of a seed after the update with the sandbox, and before with after."""
    stack.group("rg")
    try:
        stack.create(topology(Random(seed)))  # noqa: S311 - networks that can be made again
        return compare(stack.after, stack.plane), previewed(stack)
    except Exception as error:
        error.add_note(f"the network of seed {seed}")
        raise


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_corpus(azure, case):
    stack, needed = azure(), completed(case.resources)
    for group in needed.groups:
        stack.group(group)
    stack.create(needed.elsewhere)
    elsewhere = list(stack.after)
    if case.id in REFUSED:
        with pytest.raises(ArmRequestError, match=f'Code="{REFUSED[case.id]}"'):
            stack.create(needed.own)
        return
    stack.create(needed.own)
    stack.beside(needed.beside)
    found = compare(stack.after, stack.plane)
    for described, instance in needed.instances.items():
        found += compare_instance(stack.after, stack.plane, described, stack.ids[instance])
    assert bool(found) is (case.id not in WITHOUT_A_MACHINE)
    previewed(stack)
    _without_the_other_stacks(stack, elsewhere)


def test_no_case_of_the_corpus_is_left_out_silently():
    listed = [*REFUSED, *(id_ for ids in NOTHING_LEAVES.values() for id_ in ids), *ONLY_PREVIEWED]
    assert len(listed) == len(set(listed))
    assert set(listed) <= {case.id for case in cases()}
    assert {case.id for case in cases()} - {case.id for case in CASES} == set(ONLY_PREVIEWED)
    assert len(CASES) - len(REFUSED) - len(WITHOUT_A_MACHINE) >= 81


def test_no_type_of_the_corpus_is_left_out_silently():
    types = {tokens.unversioned(one["type"]) for case in CASES for one in case.resources}
    assert {one.removeprefix("azure-native:") for one in types if not serves(one)} == {
        one for listed in BESIDE.values() for one in listed
    }


def _without_the_other_stacks(stack, elsewhere):
    """Assert that what is told of a stack alone is right, or that it is not known here."""
    networks = [Network([one for one in stack.after if one not in elsewhere]), Network(stack.after)]
    for early, late in zip(*(network.graph.of(kinds.MACHINE) for network in networks), strict=True):
        there = out_of_machine(networks[1], late)
        for alone, whole in zip(out_of_machine(networks[0], early), there, strict=True):
            assert alone.exit.way in (UNKNOWN, WayOut.ROUTE_TABLE, whole.exit.way)
            assert all(one in (UNKNOWN, *whole.exit.addresses) for one in alone.exit.addresses)


def previewed(stack):
    """Assert that what a preview tells holds after the update; count what it tells."""
    told = Counter()
    networks = [Network(stack.before), Network(stack.after)]
    for now, then in zip(*(network.graph.of(kinds.MACHINE) for network in networks), strict=True):
        ways = [out_of_machine(network, one) for network, one in zip(networks, (now, then), strict=True)]
        if len(ways[0]) == 1:
            for early, late in zip(*ways, strict=True):
                told["unknown" if early.exit.way is UNKNOWN else "known"] += 1
                assert early.exit.way in (UNKNOWN, late.exit.way)
                assert all(one in (UNKNOWN, *late.exit.addresses) for one in early.exit.addresses)
    return told
