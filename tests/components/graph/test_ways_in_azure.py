"""The ways of the graph are those that the sandbox's own Azure tells, on random networks and on the corpus."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from azure_sandbox.arm import ControlPlane
from azure_sandbox.provider.client import ArmRequestError
from nat_egress.graph import kinds
from nat_egress.graph.network import Network
from nat_egress.graph.values import UNKNOWN
from nat_egress.graph.ways import out_of_machine
from nat_egress.ways_out import WayOut

from tests.components.graph.agreement import compare
from tests.components.graph.corpus_in_azure import completed, unknown_types
from tests.components.graph.in_azure import Azure
from tests.components.graph.topologies import topology
from tests.policies.corpus import cases

BATCHES, EACH = 5, 100

CASES = [case for case in cases() if not unknown_types(case.resources) and "up" in case.phases]
REFUSED = {
    "PIP-006": "SubnetWithNatGatewayAndBasicSkuResourceNotAllowed",
    "PIP-008": "SandboxMachineInterfaceConfigurations",
    "PIP-009": "SandboxMachineInterfaceConfigurations",
    "PIP-033": "LinkedInvalidPropertyId",
    "LB-011": "SandboxMachineInterfaceConfigurations",
    "EG-035": "LinkedInvalidPropertyId",
    "OK-016": "NetworkSecurityGroupNotCompliantForAzureBastionSubnet",
    "OWN-PIP-8": "LinkedInvalidPropertyId",
    "OWN-LB-2": "InvalidResourceReference",
    "OWN-LB-7": "SandboxLoadBalancerFrontEnd",
    "OWN-NSG-4": "NetworkSecurityGroupNotCompliantForAzureBastionSubnet",
    "OWN-NSG-5": "SecurityRuleInvalidPriority",
    "OWN-EG-24": "LinkedInvalidPropertyId",
    "OWN-EG-27": "LinkedInvalidPropertyId",
    "OWN-EG-28": "InvalidRequestFormat",
}
"""Cases that Azure, or the sandbox, doesn't take: the code by which they are refused."""


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
        stack = azure()
        stack.group("rg")
        stack.create(topology(Random(seed)))  # noqa: S311 - networks that can be made again
        try:
            met.update(compare(stack.after, stack.plane))
            before.update(previewed(stack))
        except AssertionError as error:
            error.add_note(f"the network of seed {seed}")
            raise
    words = set(WayOut) - {WayOut.ROUTE_TABLE}
    assert set(met) == words, "each way is met, that apart which is told of route tables of other stacks"
    assert before["known"] > before["unknown"], "much of it is known before the update"


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
    found = compare(stack.after, stack.plane)
    machines = [one for one in needed.own if one["type"].endswith(":VirtualMachine")]
    assert len(found) >= len(machines), "there is an answer for each"
    previewed(stack)
    _without_the_other_stacks(stack, elsewhere)


def test_the_corpus_is_told_of_as_far_as_the_sandbox_has_its_types():
    assert set(REFUSED) <= {case.id for case in CASES}
    assert len(CASES) >= 79


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
