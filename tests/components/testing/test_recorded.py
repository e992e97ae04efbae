"""Values of a recording are copied, pickled and written by others."""

import copy
import dataclasses
import json
import operator
import pickle
from unittest.mock import ANY

import pulumi
import pytest
import yaml
from nat_egress.testing import Failure, Secret, UnknownUsed, assert_no_orphans, is_known, record
from nat_egress.testing.recorded import Elements, Properties
from pulumi_azure_native import network


def program():
    prefix = network.PublicIPPrefix("prefix", resource_group_name="rg", zones=["1"], sku={"name": "Standard"})
    network.NatGateway(
        "gateway",
        resource_group_name="rg",
        public_ip_prefixes=[{"id": prefix.id}],
        tags={"key": pulumi.Output.secret("hush")},
    )


def pickled(value):
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - the test's own


COPIES = [copy.copy, copy.deepcopy, pickled]


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_is_equal_and_knows_what_it_is_of(copied):
    inputs = record(program).one("PublicIPPrefix").inputs
    found = copied(inputs)
    assert found == inputs == {"resourceGroupName": "rg", "zones": ["1"], "sku": {"name": "Standard"}}
    assert found is not inputs
    assert (found.of, found["zones"].of) == ("PublicIPPrefix prefix", "zones of PublicIPPrefix prefix")


@pytest.mark.parametrize("copied", COPIES)
def test_what_is_not_known_stays_so(copied):
    gateway = record(program, preview=True).one("NatGateway")
    found = copied(gateway.inputs)["publicIpPrefixes"][0]["id"]
    assert not is_known(found)
    with pytest.raises(UnknownUsed, match=r"^publicIpPrefixes\[0\]\.id of NatGateway gateway is not known"):
        assert found == "x"
    assert not is_known(copied(gateway.outputs))
    assert copied(gateway.outputs)["resourceGroupName"] == "rg"


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_of_a_graph_is_one(copied, preview):
    graph = record(program, preview=preview)
    found = copied(graph)
    assert [one.urn for one in found] == [one.urn for one in graph]
    assert found.one("NatGateway").inputs["tags"] == {"key": Secret("hush")}
    assert found.one("NatGateway").request == graph.one("NatGateway").request
    assert found.to_json() == graph.to_json()
    assert_no_orphans(found, but=["gateway"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        *((change, "PublicIPPrefix prefix is what the program") for change in [
            lambda inputs: inputs.update(zones=[]),
            lambda inputs: inputs.pop("zones"),
            lambda inputs: inputs.popitem(),
            lambda inputs: inputs.setdefault("tags", {}),
            lambda inputs: inputs.clear(),
            lambda inputs: operator.setitem(inputs, "zones", []),
            lambda inputs: operator.delitem(inputs, "zones"),
            lambda inputs: operator.ior(inputs, {"zones": []}),
            lambda inputs: copy.deepcopy(inputs).clear(),
        ]),
        (lambda inputs: inputs["sku"].pop("name"), "sku of PublicIPPrefix prefix is what the program"),
        *((change, "zones of PublicIPPrefix prefix is what the program") for change in [
            lambda inputs: inputs["zones"].append("2"),
            lambda inputs: inputs["zones"].extend(["2"]),
            lambda inputs: inputs["zones"].insert(0, "2"),
            lambda inputs: inputs["zones"].remove("1"),
            lambda inputs: inputs["zones"].pop(),
            lambda inputs: inputs["zones"].clear(),
            lambda inputs: inputs["zones"].reverse(),
            lambda inputs: inputs["zones"].sort(),
            lambda inputs: operator.setitem(inputs["zones"], 0, "2"),
            lambda inputs: operator.delitem(inputs["zones"], 0),
            lambda inputs: operator.iadd(inputs["zones"], ["2"]),
            lambda inputs: operator.imul(inputs["zones"], 2),
        ]),
    ],
)  # fmt: skip
def test_it_cannot_be_changed(change, said):
    """Else a test is right or not by which others ran before it: they share what pulumi_graph gives."""
    inputs = record(program).one("PublicIPPrefix").inputs
    with pytest.raises(Failure, match=rf"^{said} registered, for all tests that look at it, and stays\. Change a copy"):
        change(inputs)
    assert inputs == {"resourceGroupName": "rg", "zones": ["1"], "sku": {"name": "Standard"}}


def test_every_way_to_change_a_dict_or_a_list_is_refused():
    """Else a Python that has a new one has a way round."""
    reading = {"copy", "fromkeys", "get", "items", "keys", "values", "count", "index"}
    in_place = {"__setitem__", "__delitem__", "__ior__", "__iadd__", "__imul__"}
    for kind, plain in ((Properties, dict), (Elements, list)):
        named = {name for name in vars(plain) if not name.startswith("__")}
        assert (named - reading) | (vars(plain).keys() & in_place) <= vars(kind).keys()


@pytest.mark.parametrize("preview", [True, False])
def test_a_secret_is_compared_with_a_secret(preview):
    """Else what a test says of one with != passes, whatever the secret is."""
    tags = record(program, preview=preview).one("NatGateway").inputs["tags"]
    assert tags["key"] == Secret("hush") == tags["key"] != Secret("other")
    assert {tags["key"]: 1} == {Secret("hush"): 1}
    for compare in (
        lambda: tags["key"] != "hush",
        lambda: tags["key"] == "hush",
        lambda: "hush" not in tags.values(),
        lambda: tags != {"key": "hush"},
    ):
        with pytest.raises(Failure, match=r"^tags\.key of NatGateway gateway is a secret, .* with Secret\(…\)\.$"):
            compare()


class Matcher:
    """What is equal to some values, as libraries of matchers have it."""

    def __init__(self, kind):
        self.kind = kind

    def __eq__(self, other):
        return isinstance(other, self.kind)

    __hash__ = None


@pytest.mark.parametrize("matcher", [ANY, Matcher(Secret)])
def test_a_matcher_of_the_test_may_stand_for_a_secret(matcher):
    tags = record(program).one("NatGateway").inputs["tags"]
    assert tags == {"key": matcher}
    assert {"key": matcher} == tags
    assert operator.ne(tags, {"key": matcher}) is False


def test_a_matcher_that_does_not_know_a_secret_says_nothing_of_it():
    """Else != passes, whatever the secret is: the matcher looks for a text, and sees a `Secret`."""
    key = record(program).one("NatGateway").inputs["tags"]["key"]
    for compare in (lambda: key != Matcher(str), lambda: key == Matcher(str), lambda: key != pytest.approx(1)):
        with pytest.raises(Failure, match=r"^tags\.key of NatGateway gateway is a secret, and differs"):
            compare()
    assert key == Secret(Matcher(str))
    assert key != Secret(Matcher(int))


def test_a_matcher_of_the_test_may_stand_for_what_is_not_known():
    inputs = record(program, preview=True).one("NatGateway").inputs
    assert inputs["publicIpPrefixes"] == [{"id": ANY}]
    with pytest.raises(UnknownUsed, match=r"^publicIpPrefixes\[0\]\.id of NatGateway gateway is not known"):
        assert inputs["publicIpPrefixes"] != [{"id": Matcher(str)}]


def test_what_is_not_known_is_asked_of_no_other_that_is_not_known_and_of_no_secret():
    inputs = record(program, preview=True).one("NatGateway").inputs
    unknown = inputs["publicIpPrefixes"][0]["id"]
    for compare in (lambda: unknown == copy.copy(unknown), lambda: unknown == inputs["tags"]["key"]):
        with pytest.raises(UnknownUsed, match=r"^publicIpPrefixes\[0\]\.id of NatGateway gateway"):
            compare()


@pytest.mark.parametrize(("value", "true"), [("hush", True), ("", False)])
def test_a_secret_is_true_if_what_it_holds_is(value, true):
    """Else a test that one is given passes of an empty one."""
    held = record(lambda: network.NatGateway("gateway", resource_group_name="rg", id=pulumi.Output.secret(value)))
    assert bool(held.one("NatGateway").inputs["id"]) is true


def test_of_a_secret_that_is_looked_into_it_is_said_where_what_it_holds_is():
    key = record(program).one("NatGateway").inputs["tags"]["key"]
    for look in (lambda: key["part"], lambda: "hush" in key, lambda: [*key]):
        with pytest.raises(Failure, match=r"^tags\.key of NatGateway gateway is a secret, .* holds is its \.value\."):
            look()
    with pytest.raises(AttributeError, match=r"^tags\.key of NatGateway gateway is a secret, and has no startswith\."):
        key.startswith("h")
    assert key.value.startswith("h")


def test_its_parts_are_not_written_field_by_field():
    """Else a library that writes a dataclass by its fields writes a secret into a file of the project."""
    gateway = record(program).one("NatGateway")
    written = dataclasses.asdict(gateway)
    assert written["inputs"] == gateway.inputs
    assert "hush" not in f"{written['inputs']}{written['asked']}{written['answered']}"
    assert not dataclasses.is_dataclass(gateway.inputs["tags"]["key"])
    with pytest.raises(Failure, match=r"^a part of a recording is what the program registered"):
        written["inputs"].clear()


def test_a_dict_made_of_it_is_a_plain_one():
    inputs = record(program).one("PublicIPPrefix").inputs
    assert type(inputs | {"zones": []}) is dict
    assert inputs | {"zones": []} == {"resourceGroupName": "rg", "zones": [], "sku": {"name": "Standard"}}


def test_what_is_plain_at_every_depth_is_written_by_others():
    def plain(values):
        return json.loads(json.dumps(values, default=str))  # as in docs/testing.md

    graph = record(program)
    assert yaml.safe_dump(plain(graph.one("PublicIPPrefix").inputs)) == (
        "resourceGroupName: rg\nsku:\n  name: Standard\nzones:\n- '1'\n"
    )
    assert plain(graph.one("NatGateway").inputs)["tags"] == {"key": "Secret(…)"}
    with pytest.raises(UnknownUsed, match="publicIpPrefixes"):
        plain(record(program, preview=True).one("NatGateway").inputs)
