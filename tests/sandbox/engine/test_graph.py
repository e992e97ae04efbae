from azure_sandbox.engine.graph import DependencyGraph, schedule_deletions
from azure_sandbox.engine.protection import protected_with_needs
from hypothesis import given
from hypothesis import strategies as st
from nat_egress.state.model import ResourceState


def urn(name, type_="a:b:T"):
    return f"urn:pulumi:dev::p::{type_}::{name}"


def row(name, *dependencies, parent="", custom=True, **fields):
    return ResourceState(
        urn(name),
        "a:b:T",
        custom=custom,
        parent=urn(parent) if parent else "",
        dependencies=[urn(d) for d in dependencies],
        **fields,
    )


def names(states):
    return [state.urn.rsplit("::", 1)[-1] for state in states]


def test_groups_are_deleted_from_the_last_dependent_on():
    rows = [row("a"), row("b", "a"), row("c", "a"), row("d", "b"), row("e")]
    assert [sorted(names(group)) for group in schedule_deletions(rows, rows)] == [["d"], ["b", "c"], ["a", "e"]]


def test_what_depends_on_a_component_depends_on_what_is_in_it():
    rows = [row("g", custom=False), row("child", parent="g"), row("inner", parent="child"), row("user", "g")]
    assert names(DependencyGraph(rows).dependencies_of(rows[3])) == ["g", "child", "inner"]
    assert [names(group) for group in schedule_deletions(rows, rows)] == [["user"], ["inner"], ["child"], ["g"]]


def test_dependents_are_found_through_properties_and_providers_but_not_through_parents():
    provider = ResourceState("urn:pulumi:dev::p::pulumi:providers:a::x", "pulumi:providers:a", custom=True, id="1")
    rows = [
        provider,
        row("a", provider=f"{provider.urn}::1"),
        row("b", property_dependencies={"of": [urn("a")]}),
        row("child", parent="a"),
        row("c", deleted_with=urn("b")),
    ]
    graph = DependencyGraph(rows)
    assert names(graph.depending_on(provider, ())) == ["a", "b", "c"]
    assert names(graph.depending_on(provider, {urn("b")})) == ["a"]


def test_what_is_protected_keeps_all_it_needs():
    rows = [row("a"), row("g", custom=False), row("b", "a", parent="g", protect=True), row("c", "b")]
    assert [name.rsplit("::", 1)[-1] for name in protected_with_needs(rows)] == ["a", "g", "b"]


def test_what_is_left_alone_keeps_what_is_in_the_components_that_it_needs():
    rows = [row("a"), row("g", custom=False), row("child", "a", parent="g"), row("b", "g"), row("c", "b"), row("d")]
    graph = DependencyGraph(rows)
    assert graph.with_dependencies([urn("b")]) == {urn(name) for name in ("b", "g", "child", "a")}
    assert graph.with_dependencies([urn("nobody")]) == set()


def test_what_is_needed_is_a_component_without_what_is_in_it():
    rows = [row("g", custom=False), row("child", parent="g"), row("b", "g", protect=True)]
    assert names(DependencyGraph(rows).transitive_dependencies_of([rows[2]])) == ["g"]
    assert [name.rsplit("::", 1)[-1] for name in protected_with_needs(rows)] == ["g", "b"]


def test_what_is_needed_is_not_what_is_to_be_deleted_but_by_what_is_so_too():
    rows = [row("a"), row("b", "a"), row("a", delete=True), row("b", "a", delete=True)]
    graph = DependencyGraph(rows)
    for user, needed in ((rows[1], rows[0]), (rows[3], rows[2])):
        [found] = graph.transitive_dependencies_of([user])
        assert found is needed


@given(st.lists(st.sets(st.integers(0, 14), max_size=4), max_size=15))
def test_nothing_is_deleted_before_what_depends_on_it(edges):
    rows = [row(str(i), *(str(d) for d in deps if d < i)) for i, deps in enumerate(edges)]
    when = {name: turn for turn, group in enumerate(schedule_deletions(rows, rows)) for name in names(group)}
    assert len(when) == len(rows)
    for i, deps in enumerate(edges):
        assert all(when[str(i)] < when[str(d)] for d in deps if d < i)
