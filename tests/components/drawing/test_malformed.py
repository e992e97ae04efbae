"""Whatever stands in a state, or is not known, it is drawn: no crash, and JSON that keeps to its schema."""

from __future__ import annotations

import random

import pytest
from nat_egress.drawing.describe import drawing_of
from nat_egress.drawing.document import document_of
from nat_egress.drawing.dot import dot
from nat_egress.drawing.mermaid import mermaid
from nat_egress.drawing.network_chart import network_chart
from nat_egress.drawing.page import page
from nat_egress.graph.declare import declare
from nat_egress.graph.network import Network

from tests.components.drawing.test_document import validator
from tests.components.exposure.test_malformed import GONE, WRONG, mutated
from tests.policies.corpus import cases

CASES = cases()
STACKS = [case.stack(phase) for case in CASES for phase in case.phases]
MUTATIONS = 400


def drawn(stack):
    resources = [
        declare(
            one.urn,
            one.type,
            one.inputs,
            outputs=one.outputs,
            parent=one.parent,
            property_dependencies=one.property_dependencies,
        )
        for one in stack
    ]
    drawing = drawing_of(Network(resources), "organization/shop/dev", preview=True)
    assert list(validator("drawing").iter_errors(document_of(drawing))) == []
    chart = network_chart(drawing)
    assert dot(chart)
    assert mermaid(chart)
    assert page(drawing)
    return drawing


def test_every_case_of_the_corpus():
    """Machines of all shapes, in other stacks and in this one; each is somewhere."""
    for stack in STACKS:
        drawing = drawn(stack)
        shown = {
            member.urn
            for net in drawing.nets
            for here in (net, *net.subnets)
            for one in here.groups
            for member in one.members
        }
        machines = {one.urn for one in stack if one.type.endswith(":VirtualMachine") and "devtestlab" not in one.type}
        assert machines <= shown


@pytest.mark.parametrize("seed", range(2))
def test_whatever_stands_there(seed):
    chance = random.Random(seed)  # noqa: S311 - the same each time
    for _ in range(MUTATIONS // 2):
        stack = chance.choice(STACKS)
        for _ in range(chance.randint(1, 4)):
            stack = mutated(stack, chance, (*WRONG, *GONE))
        drawn(stack)
