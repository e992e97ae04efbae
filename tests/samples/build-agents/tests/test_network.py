import pytest
from nat_egress.testing import assert_egress, assert_private, assert_serialised, record

pytestmark = pytest.mark.pulumi(program=".", stack="ci")


def test_every_pool_leaves_through_the_addresses_that_github_allows(pulumi_graph):
    assert_private(pulumi_graph)
    for pool in pulumi_graph.names("Subnet"):
        assert_egress(pulumi_graph, pool, addresses=pulumi_graph.outputs["github-allow-list"])


def test_pools_are_written_one_after_the_other(pulumi_graph):
    assert_serialised(pulumi_graph)


def test_a_pool_more():
    graph = record(".", stack="ci", config={"pools": {"mac": "10.40.2.0/24"}})
    assert graph.names("Subnet") == ["mac"]
