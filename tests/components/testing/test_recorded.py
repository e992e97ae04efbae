"""Values of a recording are copied, pickled and written by others."""

import copy
import json
import pickle

import pulumi
import pytest
import yaml
from nat_egress.testing import Secret, UnknownUsed, assert_no_orphans, is_known, record
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
