from __future__ import annotations

import pulumi
from nat_egress.ordering import only_after
from pulumi import ResourceOptions


class Thing(pulumi.CustomResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Thing", name, {}, opts)


def chain(length):
    things = [Thing("t0")]
    for n in range(1, length):
        things.append(Thing(f"t{n}", ResourceOptions(depends_on=[only_after(things[-1])])))
    return things


def test_the_engine_is_told_of_the_dependency(run):
    done = run(lambda: chain(3)[-1].id)
    assert [one.dependencies for one in done.registered] == [set(), {"t0"}, {"t1"}]


def test_a_chain_longer_than_the_stack_is_deep(run):
    done = run(lambda: chain(1_200)[-1].id)
    assert done.one("Thing", "t1199").dependencies == {"t1198"}
    assert len(done.registered) == 1_200


def test_it_depends_on_one_that_is_ahead_only(run):
    def program():
        things = chain(2)
        return Thing("after", ResourceOptions(depends_on=[only_after(things[1]), things[0]])).id

    assert run(program).one("Thing", "after").dependencies == {"t0", "t1"}
