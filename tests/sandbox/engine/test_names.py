import pytest
from azure_sandbox.engine.aliases import alias_urns, normalize
from azure_sandbox.engine.default_providers import default_name
from azure_sandbox.engine.goals import Alias, Goal
from azure_sandbox.engine.refusals import EngineError
from azure_sandbox.engine.requests import seconds
from azure_sandbox.engine.urn import is_default_provider, make_urn, parse_reference, qualified_type, urn_name, urn_type
from azure_sandbox.engine.version_range import version_in_range
from nat_egress.state.model import ResourceState

ROOT = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"


def test_a_urn_carries_its_parents_types_but_the_stacks():
    group = make_urn("dev", "p", ROOT, "a:b:Group", "g")
    thing = make_urn("dev", "p", group, "a:b:Thing", "x::y")
    assert group == "urn:pulumi:dev::p::a:b:Group::g"
    assert thing == "urn:pulumi:dev::p::a:b:Group$a:b:Thing::x::y"
    assert (qualified_type(thing), urn_type(thing), urn_name(thing)) == ("a:b:Group$a:b:Thing", "a:b:Thing", "x::y")


def test_a_provider_reference_is_a_urn_and_an_id():
    reference = parse_reference("urn:pulumi:dev::p::pulumi:providers:a::default_1::id-7")
    assert reference.id == "id-7"
    assert is_default_provider(reference.urn)
    with pytest.raises(ValueError, match="no provider reference"):
        parse_reference("urn:pulumi:dev::p::a:b:C::n::id")


@pytest.mark.parametrize(
    ("version", "url", "name"),
    [
        ("3.29.0", "", "default_3_29_0"),
        ("1.0.0-alpha.1+x", "", "default_1_0_0_alpha_1_x"),
        ("", "", "default"),
    ],
)
def test_the_name_of_a_default_provider(version, url, name):
    assert default_name(version, url) == name


def thing(*aliases, parent=ROOT, name="new"):
    return Goal("a:b:Thing", name, custom=True, parent=parent, aliases=list(aliases))


@pytest.mark.parametrize(
    ("alias", "urn"),
    [
        (Alias(name="old"), "urn:pulumi:dev::p::a:b:Thing::old"),
        (Alias(type="a:b:Old"), "urn:pulumi:dev::p::a:b:Old::new"),
        (Alias(stack="s", project="q"), "urn:pulumi:s::q::a:b:Thing::new"),
        (Alias(parent="urn:pulumi:dev::p::a:b:Group::g"), "urn:pulumi:dev::p::a:b:Group$a:b:Thing::new"),
        (Alias(no_parent=True), "urn:pulumi:dev::p::a:b:Thing::new"),
        (Alias(urn="urn:pulumi:dev::p::t::n"), "urn:pulumi:dev::p::t::n"),
    ],
)
def test_what_an_alias_means(alias, urn):
    assert alias_urns(thing(alias), {}, "dev", "p") == [urn]


def test_aliases_of_the_parent_are_multiplied_with_ones_own():
    parent = "urn:pulumi:dev::p::a:b:Group::site"
    renamed = {parent: "urn:pulumi:dev::p::a:b:Group::app"}
    child = thing(Alias(name="site-old"), parent=parent, name="site-disk")
    assert alias_urns(child, renamed, "dev", "p") == [
        "urn:pulumi:dev::p::a:b:Group$a:b:Thing::site-old",
        "urn:pulumi:dev::p::a:b:Group$a:b:Thing::app-disk",
        "urn:pulumi:dev::p::a:b:Group$a:b:Thing::app-old",
    ]


def test_mentions_of_an_earlier_name_are_replaced_in_what_is_not_touched_yet():
    group = ResourceState("urn:pulumi:dev::p::a:b:New::g", "a:b:New", aliases=["urn:pulumi:dev::p::a:b:Old::g"])
    child = ResourceState("urn:pulumi:dev::p::a:b:Old$a:b:T::c", "a:b:T", parent=group.aliases[0])
    other = ResourceState("urn:pulumi:dev::p::a:b:T::d", "a:b:T", dependencies=[child.urn])
    rows = normalize([group, child, other])
    assert rows[0].aliases == []
    assert rows[1].parent == group.urn
    assert rows[1].urn == "urn:pulumi:dev::p::a:b:New$a:b:T::c"
    assert rows[2].dependencies == [rows[1].urn]
    assert child.parent == "urn:pulumi:dev::p::a:b:Old::g"


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (">=3.0.0", True),
        (">=3.0.0 <3.1.0", False),
        ("<3.0.0 || >=3.259.0", True),
        ("3.259.0", True),
        ("!3.259.0", False),
        (">= 3.1", True),
    ],
)
def test_version_ranges(text, fits):
    assert version_in_range("3.259.0", text) is fits


def test_what_is_no_version_range_is_refused():
    with pytest.raises(ValueError, match="no version range"):
        version_in_range("3.0.0", "newest")


@pytest.mark.parametrize(("text", "value"), [("1h30m", 5400), ("45s", 45), ("1.5m", 90), ("500ms", 0.5)])
def test_durations(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["soon", "5", "5 m"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(EngineError, match="unable to parse"):
        seconds(text)
