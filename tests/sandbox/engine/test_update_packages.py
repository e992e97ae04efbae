"""Stacks whose resources come from more than one provider."""

import sys
from pathlib import Path

import pytest
from azure_sandbox.engine.request import Plugin

SCRIPTED = str(Path(__file__).with_name("scripted_provider.py"))
ONE = 'Thing("a")\n'
TWO = (
    ONE
    + """
late = ResourceOptions(version="2.0.0")
b = Thing("b", {}, late, type_="late:index:Thing")
Thing("c", {"of": b.computed}, late, type_="late:index:Thing")
"""
)


@pytest.fixture
def plugins(tmp_path):
    """Two packages, of which the second is not started early; each start is a line in a file."""

    def plugin(name, version, *, early):
        script = f'echo {name} >> "{tmp_path}/starts"; exec "{sys.executable}" "{SCRIPTED}" "$@"'
        return Plugin(name, version, ("sh", "-c", script, name), early=early)

    return plugin("scripted", "1.0.0", early=True), plugin("late", "2.0.0", early=False)


@pytest.fixture
def starts(tmp_path):
    """Return the providers that were started since the last look."""

    def look():
        file = tmp_path / "starts"
        names = file.read_text().split() if file.exists() else []
        file.unlink(missing_ok=True)
        return sorted(names)

    return look


def test_a_provider_that_no_resource_needs_is_not_started(stack, plugins, starts):
    stack.preview(ONE, plugins=plugins)
    stack.up(plugins=plugins)
    assert starts() == ["scripted", "scripted"]
    stack.destroy(plugins=plugins)
    assert starts() == ["scripted"]


def test_a_provider_starts_once_however_many_resources_need_it(stack, plugins, starts):
    stack.up(TWO, plugins=plugins)
    assert starts() == ["late", "scripted"]
    stack.up(plugins=plugins)
    assert starts() == ["late", "scripted"]
    stack.destroy(plugins=plugins)
    assert starts() == ["late", "scripted"]


def test_each_resource_goes_to_the_default_provider_of_its_package(stack, plugins):
    ran = stack.up(TWO, plugins=plugins)
    assert (ran.result.succeeded, ran.errors) == (True, [])
    assert {row.inputs["version"]: row.type for row in stack.snapshot.resources if "providers:" in row.type} == {
        "1.0.0": "pulumi:providers:scripted",
        "2.0.0": "pulumi:providers:late",
    }
    assert stack.row("a").provider.startswith(stack.row("default_1_0_0").urn)
    assert stack.row("b").provider.startswith(stack.row("default_2_0_0").urn)
    processes = {call["urn"][-1]: call["pid"] for call in ran.calls if call["call"] == "Create"}
    assert processes["b"] == processes["c"] != processes["a"]


def test_a_second_update_changes_nothing_and_a_destroy_takes_both_away(stack, plugins):
    stack.up(TWO, plugins=plugins)
    ran = stack.up(plugins=plugins)
    assert {op for op, _ in ran.steps} == {"same"}
    ran = stack.destroy(plugins=plugins)
    assert sorted(ran.did("Deleted")) == ["a", "b", "c"]
    assert ran.did("Deleted").index("c") < ran.did("Deleted").index("b")
    assert stack.snapshot.resources == []


def test_what_a_program_no_longer_has_goes_though_its_provider_is_needed_by_nothing_else(stack, plugins, starts):
    stack.up(TWO, plugins=plugins)
    ran = stack.up(ONE, plugins=plugins)
    assert sorted(ran.did("Deleted")) == ["b", "c"]
    starts()
    stack.up(plugins=plugins)
    assert starts() == ["scripted"]


def test_configuration_reaches_the_package_that_it_is_for(stack, plugins):
    stack.config = {"scripted:account": "one", "late:account": "two"}
    ran = stack.up(TWO, plugins=plugins)
    configured = [call["variables"] for call in ran.calls if call["call"] == "Configure"]
    assert sorted(configured, key=str) == [{"late:config:account": "two"}, {"scripted:config:account": "one"}]


def test_a_component_hands_each_child_the_provider_of_its_package(stack, plugins):
    stack.up(
        """
class Late(pulumi.ProviderResource):
    def __init__(self, name):
        super().__init__("late", name, {}, ResourceOptions(version="2.0.0"))

group = Group("g", opts=ResourceOptions(providers=[Provider("west"), Late("east")]))
child = ResourceOptions(parent=group)
Thing("a", {}, child)
Thing("b", {}, child, type_="late:index:Thing")
""",
        plugins=plugins,
    )
    assert "::west::" in stack.row("a").provider
    assert "::east::" in stack.row("b").provider


def test_a_package_that_there_is_no_provider_for_is_told_with_those_that_there_are(stack, plugins):
    ran = stack.preview('Thing("a", type_="aws:s3:Bucket")', plugins=plugins)
    assert "no provider for package aws (it has scripted, late)" in ran.errors[0]
