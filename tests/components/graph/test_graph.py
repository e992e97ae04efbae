"""References between resources: by id where it is known, else by what the input depends on."""

import pytest
from nat_egress.graph import kinds
from nat_egress.graph.declare import declare
from nat_egress.graph.graph import Graph
from nat_egress.graph.references import arm_id, reference
from nat_egress.graph.values import MISSING, UNKNOWN

GROUP = "/subscriptions/S/resourceGroups/rg/providers/Microsoft.Network"


def urn(kind, name):
    return f"urn:pulumi:s::p::azure-native:{kind}::{name}"


def resource(kind, name, inputs, depends=None, known_as=""):
    return declare(urn(kind, name), f"azure-native:{kind}", inputs, property_dependencies=depends or {}, id=known_as)


def network(name="v", **inputs):
    return resource("network:VirtualNetwork", name, {"resourceGroupName": "rg", "virtualNetworkName": name, **inputs})


def subnet(name="app", **inputs):
    given = {"resourceGroupName": "rg", "virtualNetworkName": "v", "subnetName": name, **inputs}
    return resource("network:Subnet", name, given)


def interface(value, depends=()):
    inputs = {"ipConfigurations": [{"subnet": {"id": value}}]}
    return resource("network:NetworkInterface", "nic", inputs, {"ipConfigurations": list(depends)})


def followed(holder, *others):
    node = holder.inputs["ipConfigurations"][0]
    where = reference(holder, "ipConfigurations", node, "subnet")
    found = Graph([holder, *others]).follow(where, kinds.SUBNET, kinds.NETWORK)
    return [(target.resource.name, target.rest) for target in found.targets], found.outside


@pytest.mark.parametrize(
    "value",
    [
        f"{GROUP}/virtualNetworks/v/subnets/app",
        f"{GROUP.upper()}/VIRTUALNETWORKS/V/SUBNETS/APP",
        f"{GROUP}/virtualNetworks/v/subnets/app/",
    ],
)
def test_an_id_is_followed_without_letter_case(value):
    assert followed(interface(value), subnet()) == ([("app", ())], "")


def test_an_id_of_a_part_leads_to_what_declares_it():
    value = f"{GROUP}/virtualNetworks/v/subnets/app"
    assert followed(interface(value), network()) == ([("v", ("subnets", "app"))], "")


@pytest.mark.parametrize(
    "value",
    [f"{GROUP}/virtualNetworks/hub/subnets/app", GROUP.replace("rg", "net") + "/virtualNetworks/v/subnets/app"],
)
def test_an_id_of_another_stack_leads_outside(value):
    assert followed(interface(value), subnet()) == ([], value)


def test_a_group_that_is_not_known_may_be_any():
    value = f"{GROUP}/virtualNetworks/v/subnets/app"
    assert followed(interface(value), subnet(resourceGroupName=UNKNOWN)) == ([("app", ())], "")


def test_an_id_that_is_known_of_a_resource_comes_before_its_names():
    made = resource(
        "network:Subnet", "app", {"resourceGroupName": "x"}, known_as=f"{GROUP}/virtualNetworks/v/subnets/app-5f3a"
    )
    assert followed(interface(f"{GROUP}/virtualNetworks/v/subnets/app-5f3a"), made) == ([("app", ())], "")


def test_an_unknown_id_is_what_the_input_depends_on():
    others = [subnet(), subnet("db"), network()]
    group = resource("network:NetworkSecurityGroup", "nsg", {})
    holder = interface(UNKNOWN, [others[0].urn, group.urn])
    assert followed(holder, *others, group) == ([("app", None)], "")


def test_several_that_it_may_be_stay_several():
    others = [subnet(), subnet("db")]
    assert followed(interface(UNKNOWN, [one.urn for one in others]), *others) == ([("app", None), ("db", None)], "")


@pytest.mark.parametrize("value", [None, ""])
def test_no_id_leads_nowhere(value):
    assert followed(interface(value, [subnet().urn]), subnet()) == ([], "")


def test_what_is_no_id_at_all_is_as_good_as_unknown():
    assert followed(interface("app", [subnet().urn]), subnet()) == ([("app", None)], "")
    assert followed(interface("app"), subnet()) == ([], "app")


def test_a_resource_whose_name_is_not_known_may_have_the_id():
    nameless = subnet(subnetName=UNKNOWN)
    value = f"{GROUP}/virtualNetworks/v/subnets/app"
    assert followed(interface(value, [nameless.urn]), nameless) == ([("app", ())], "")


def test_a_child_belongs_to_its_parent_by_name_or_by_what_the_name_depends_on():
    parent, other = network(), network("w")
    by_name = subnet()
    depends = {"virtualNetworkName": [other.urn]}
    by_dependency = resource("network:Subnet", "db", {"virtualNetworkName": UNKNOWN, "subnetName": "db"}, depends)
    graph = Graph([parent, other, by_name, by_dependency])
    assert [one.name for one in graph.children(parent, kinds.SUBNET)] == ["app"]
    assert [one.name for one in graph.children(other, kinds.SUBNET)] == ["db"]
    assert [one.name for one in graph.parents(by_dependency, kinds.NETWORK)] == ["w"]


def test_what_is_referred_to_by_id_or_by_dependency():
    address = resource("network:PublicIPAddress", "a", {"resourceGroupName": "rg", "publicIpAddressName": "a"})
    prefix = resource("network:PublicIPPrefix", "p", {})
    unused = resource("network:PublicIPAddress", "u", {"resourceGroupName": "rg", "publicIpAddressName": "u"})
    gateway = resource(
        "network:NatGateway",
        "ng",
        {"publicIpAddresses": [{"id": f"{GROUP}/publicIPAddresses/A"}], "publicIpPrefixes": UNKNOWN},
        {"publicIpPrefixes": [prefix.urn]},
    )
    component = declare("urn:pulumi:s::p::my:c:C::c", "my:c:C", {}, property_dependencies={"x": [unused.urn]})
    found = Graph([address, prefix, unused, gateway, component]).referred_to()
    assert found == {address.urn, prefix.urn}


@pytest.mark.parametrize("text", ["", "x", "/subscriptions/s", "/subscriptions/s/resourceGroups/rg/providers", "//"])
def test_what_is_no_id(text):
    assert arm_id(text) is None


def test_a_description_in_the_place_of_a_reference_is_some_resource():
    holder = interface(None)
    assert reference(holder, "x", {"addressPrefix": "10.0.0.0/24"}).id is UNKNOWN
    assert reference(holder, "x", {}).id is MISSING
    assert reference(holder, "x", None).id is MISSING
