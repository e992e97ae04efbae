from __future__ import annotations

import pytest
from nat_egress import ids

PREFIX = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPPrefixes/p"


@pytest.mark.parametrize("text", [PREFIX, PREFIX.replace("resourceGroups", "resourcegroups"), f"{PREFIX}/"])
def test_reads_the_parts(text):
    assert ids.parse(text) == ids.ResourceId("s", "g", "Microsoft.Network/publicIPPrefixes", "p")


@pytest.mark.parametrize(
    "text",
    ["", "p", PREFIX[1:], PREFIX.rpartition("/")[0], f"{PREFIX}/children/c", PREFIX.replace("/g/", "//")],
)
def test_refuses_what_is_no_id(text):
    with pytest.raises(ValueError, match="is not an id"):
        ids.parse(text)


NETWORK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"


@pytest.mark.parametrize(
    "text",
    [
        f"{NETWORK}/subnets/web",
        f"{NETWORK}/subnets/web/",
        f"{NETWORK}/Subnets/web",
        f"{NETWORK.replace('Microsoft.Network/virtualNetworks', 'microsoft.network/VIRTUALNETWORKS')}/subnets/web",
    ],
)
def test_takes_the_id_of_a_subnet_apart(text):
    found = ids.parse_subnet(text)
    assert found.name == "web"
    assert found.network.folded == ("s", "g", "microsoft.network/virtualnetworks", "v")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "web",
        NETWORK,
        f"{NETWORK}/subnets",
        f"{NETWORK}/subnets/",
        f"{NETWORK}/subnets/web/more",
        f"{NETWORK}/peerings/web",
        f"{NETWORK}/subnets/web"[1:],
        f"{NETWORK.replace('virtualNetworks', 'natGateways')}/subnets/web",
        f"{NETWORK.replace('Network/', 'Compute/')}/subnets/web",
    ],
)
def test_what_is_no_subnet_is_none(text):
    assert ids.parse_subnet(text) is None


def test_ids_are_compared_without_case():
    one, other = ids.parse(NETWORK), ids.parse(NETWORK.upper())
    assert one != other
    assert one.folded == other.folded
