"""Inputs of the wrong type, nulls, and whatever else may come, never break a rule nor hide what is exposed."""

import random
from dataclasses import replace

import pytest
from nat_egress.exposure.configuration import Configuration
from nat_egress.exposure.evaluate import of_stack
from nat_egress.exposure.finding import Verdict
from nat_egress.graph.declare import declare

from tests.policies.corpus import UNKNOWN, cases

CASES = cases()
MUTATIONS = 10_000
WRONG = (7, -1.5, True, False, [], [[]], [7], [None], "x", {"x": {}}, UNKNOWN, {"id": 7}, [{"id": []}])
GONE = (None, "", {}, "DROP")


def declared(one):
    return declare(
        one.urn,
        one.type,
        one.inputs,
        parent=one.parent,
        property_dependencies=one.property_dependencies,
        dependencies=[urn for urns in one.property_dependencies.values() for urn in urns],
    )


def found(stack):
    return of_stack(map(declared, stack), Configuration())


def places(value, path=()):
    """Yield the path of each value inside `value`."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in steps:
        yield (*path, key)
        yield from places(item, (*path, key))


def at(inputs, path):
    for key in path:
        inputs = inputs[key]
    return inputs


def of_other_types(value):
    """Return what Azure does not take in the place of `value`: what says nothing, and so must hide nothing."""
    return [each for each in (7, [7], "x", {"x": {}}) if type(each) is not type(value)]


def put(inputs, path, value):
    """Return `inputs` with `value` at `path`, or without what stands there: new on the way, and shared beside it."""
    key, *way = path
    changed = inputs.copy()
    if way:
        changed[key] = put(inputs[key], way, value)
    elif value == "DROP":
        del changed[key]
    else:
        changed[key] = value
    return changed


def changed(resource, path, value):
    return replace(resource, inputs=put(resource.inputs, path, value))


def with_at(stack, position, resource):
    return [*stack[:position], resource, *stack[position + 1 :]]


def mutated(stack, chance, values):
    """Return a stack with one value replaced, or as it is where no resource has any."""
    positions = [position for position, one in enumerate(stack) if one.inputs]
    if not positions:
        return stack
    position = chance.choice(positions)
    path = chance.choice(list(places(stack[position].inputs)))
    return with_at(stack, position, changed(stack[position], path, chance.choice(values)))


@pytest.mark.parametrize("seed", range(4))
def test_nothing_breaks_a_rule(seed):
    chance = random.Random(seed)  # noqa: S311 - the same each time
    stacks = [case.stack(phase) for case in CASES for phase in case.phases]
    for _ in range(MUTATIONS // 4):
        stack = chance.choice(stacks)
        for _ in range(chance.randint(1, 4)):
            stack = mutated(stack, chance, (*WRONG, *GONE))
        for finding in found(stack):
            assert isinstance(finding.verdict, Verdict)
            assert str(finding)


DENIED = [case for case in CASES if case.verdict == "deny"]


@pytest.mark.parametrize("case", DENIED, ids=lambda case: case.id)
def test_a_wrong_type_never_hides_what_is_exposed(case):
    for phase in case.phases:
        stack = case.stack(phase)
        resources = [declared(one) for one in stack]
        for position, resource in enumerate(stack):
            for path in places(resource.inputs):
                # An id that is not known says as much as one that is: that there is a reference.
                unknown = [] if path[-1] == "id" else [UNKNOWN]
                for value in of_other_types(at(resource.inputs, path)) + unknown:
                    wrong = declared(changed(resource, path, value))
                    findings = of_stack(with_at(resources, position, wrong), Configuration())
                    assert findings, (phase, resource.name, path, value)
