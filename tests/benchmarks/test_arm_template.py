"""An estate as ARM JSON: the same resources, where Azure has their settings."""

import pytest

from benchmarks.arm_template import template
from benchmarks.estate import estate

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/estate/providers"


@pytest.fixture
def resources():
    return {resource["type"].rpartition("/")[2]: resource for resource in template(estate(20))["resources"]}


@pytest.mark.parametrize("count", [1, 20, 100])
@pytest.mark.parametrize("one_network", [False, True])
def test_every_resource_has_a_type_and_a_name_of_its_own(count, one_network):
    found = template(estate(count, one_network=one_network))["resources"]
    assert len({(one["type"], one["name"]) for one in found}) == len(found) == count


def test_parts_of_the_network_have_properties_of_their_own(resources):
    rule = resources["networkSecurityGroups"]["properties"]["securityRules"][0]
    assert set(rule) == {"name", "properties"}
    assert rule["properties"]["destinationPortRanges"] == ["443", "8443"]
    assert "vmSize" in resources["virtualMachines"]["properties"]["hardwareProfile"]


def test_names_of_children_and_ids_are_written_out(resources):
    subnet = resources["subnets"]
    assert subnet["name"] == "net0/w0-back"
    assert subnet["properties"]["natGateway"] == {"id": f"{GROUP}/Microsoft.Network/natGateways/net0-nat"}
    [primary] = resources["networkInterfaces"]["properties"]["ipConfigurations"]
    assert primary["properties"]["subnet"]["id"] == (f"{GROUP}/Microsoft.Network/virtualNetworks/net0/subnets/w0-back")
    assert primary["properties"]["loadBalancerBackendAddressPools"] == [
        {"id": f"{GROUP}/Microsoft.Network/loadBalancers/w0-lb/backendAddressPools/web"}
    ]


def test_location_tags_zones_and_sku_stand_beside_properties(resources):
    address = resources["publicIPAddresses"]
    assert (address["sku"], address["zones"], address["location"]) == ({"name": "Standard"}, ["1"], "westeurope")
    assert set(address["properties"]) == {"publicIPAllocationMethod"}
