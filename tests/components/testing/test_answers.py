"""Answers are such as Azure gives."""

from ipaddress import IPv4Address, ip_network

import pytest
from nat_egress.graph.kinds import KINDS
from nat_egress.state.values import UNKNOWN, Secret
from nat_egress.testing import Failure
from nat_egress.testing.answers import Asked, AzureAnswers
from nat_egress.testing.arm_ids import id_of, own_name
from nat_egress.testing.ranges import PUBLIC, Ranges

SUBSCRIPTION = "/subscriptions/s"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg/providers"


def asked(kind, name="it", *, preview=False, **inputs):
    token = kind if kind.count(":") > 1 else f"azure-native:{kind}"
    return Asked(token, name, {"resourceGroupName": "rg", **inputs}, custom=True, preview=preview)


# Ids as Azure writes them (learn.microsoft.com/azure/templates, 2026-08): the types of their pages.
IDS = [
    ("network:NatGateway", {}, "Microsoft.Network/natGateways/it"),
    ("network:NatGateway", {"natGatewayName": "ng"}, "Microsoft.Network/natGateways/ng"),
    ("network:PublicIPAddress", {}, "Microsoft.Network/publicIPAddresses/it"),
    ("network:PublicIPPrefix", {}, "Microsoft.Network/publicIPPrefixes/it"),
    (
        "network:Subnet",
        {"virtualNetworkName": "v", "subnetName": "s"},
        "Microsoft.Network/virtualNetworks/v/subnets/s",
    ),
    (
        "network:LoadBalancerBackendAddressPool",
        {"loadBalancerName": "l", "backendAddressPoolName": "p"},
        "Microsoft.Network/loadBalancers/l/backendAddressPools/p",
    ),
    (
        "network:SecurityRule",
        {"networkSecurityGroupName": "g", "securityRuleName": "r"},
        "Microsoft.Network/networkSecurityGroups/g/securityRules/r",
    ),
    (
        "network:InboundNatRule",
        {"loadBalancerName": "l", "inboundNatRuleName": "r"},
        "Microsoft.Network/loadBalancers/l/inboundNatRules/r",
    ),
    ("network:Route", {"routeTableName": "t", "routeName": "r"}, "Microsoft.Network/routeTables/t/routes/r"),
    ("compute:VirtualMachine", {"vmName": "m"}, "Microsoft.Compute/virtualMachines/m"),
    ("compute:VirtualMachineScaleSet", {"vmScaleSetName": "m"}, "Microsoft.Compute/virtualMachineScaleSets/m"),
    ("containerservice:ManagedCluster", {"resourceName": "k"}, "Microsoft.ContainerService/managedClusters/k"),
    ("network:ApplicationGateway", {}, "Microsoft.Network/applicationGateways/it"),
    ("network:AzureFirewall", {}, "Microsoft.Network/azureFirewalls/it"),
    ("network:BastionHost", {}, "Microsoft.Network/bastionHosts/it"),
    ("network:NetworkInterface", {}, "Microsoft.Network/networkInterfaces/it"),
    ("network:PrivateEndpoint", {}, "Microsoft.Network/privateEndpoints/it"),
    ("monitor:MetricAlert", {}, "Microsoft.Insights/metricAlerts/it"),
    ("monitor:ActionGroup", {"actionGroupName": "a"}, "Microsoft.Insights/actionGroups/a"),
    ("network:IpGroup", {"ipGroupsName": "i"}, "Microsoft.Network/ipGroups/it"),
    ("network:DdosCustomPolicy", {}, "Microsoft.Network/ddosCustomPolicies/it"),
]


@pytest.mark.parametrize(("kind", "inputs", "path"), IDS)
def test_ids(kind, inputs, path):
    assert id_of(kind, "it", {"resourceGroupName": "rg", **inputs}, "s") == f"{GROUP}/{path}"


def test_the_id_of_a_group_and_of_what_is_none_of_azures():
    assert id_of("resources:ResourceGroup", "it", {"resourceGroupName": "rg-net"}, "s").endswith(
        "/resourceGroups/rg-net"
    )
    assert id_of("random:index/randomPassword:RandomPassword", "it", {}, "s") == "it"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_an_id_of_its_own_type(kind):
    inputs = {key: f"name-{number}" for number, key in enumerate(KINDS[kind].names)}
    path = id_of(kind, "it", {"resourceGroupName": "rg", **inputs}, "s").removeprefix(f"{GROUP}/").split("/")
    assert "/".join([path[0], *path[1::2]]).lower() == KINDS[kind].arm
    assert path[2::2] == [f"name-{number}" for number in range(len(KINDS[kind].names))]


@pytest.mark.parametrize("hidden", [UNKNOWN, Secret("x"), None, True, ["a"]])
def test_a_name_that_is_no_text_is_as_one_that_is_not_given(hidden):
    assert own_name("network:NatGateway", "it", {"natGatewayName": hidden}) == "it"
    answers = AzureAnswers()
    for kind in ("NatGateway", "PublicIPPrefix", "Subnet", "NetworkInterface", "PublicIPAddress"):
        keys = ("prefixLength", "addressPrefixes", "ipConfigurations", "publicIPAddressVersion", "location")
        found, outputs = answers.resource(asked(f"network:{kind}", **dict.fromkeys(keys, hidden)))
        assert found.startswith("/subscriptions/")
        assert outputs["name"] == "it"


def test_in_a_preview_there_is_no_id_and_only_what_was_asked():
    assert AzureAnswers().resource(asked("network:PublicIPPrefix", preview=True, prefixLength=28)) == (
        "",
        {"resourceGroupName": "rg", "prefixLength": 28},
    )


@pytest.mark.parametrize("length", [28, 31, 32])
def test_ranges_have_the_length_that_is_asked_for_and_overlap_with_no_other(length):
    answers = AzureAnswers()
    found = [
        ip_network(answers.resource(asked("network:PublicIPPrefix", f"p{n}", prefixLength=length))[1]["ipPrefix"])
        for n in range(200)
    ]
    assert {one.prefixlen for one in found} == {length}
    assert not any(one.overlaps(other) for n, one in enumerate(found) for other in found[n + 1 :])
    assert all(one.subnet_of(PUBLIC) for one in found)


def test_ipv6_addresses():
    answers = AzureAnswers()
    ipv6 = {"publicIPAddressVersion": "IPv6"}
    assert ":" in answers.resource(asked("network:PublicIPAddress", **ipv6))[1]["ipAddress"]
    assert answers.resource(asked("network:PublicIPPrefix", prefixLength=127, **ipv6))[1]["ipPrefix"].endswith("/127")


def test_the_ranges_come_to_an_end():
    ranges = Ranges()
    assert ranges.public("all", 15) == "198.18.0.0/15"
    with pytest.raises(Failure, match="No range of /31 is left"):
        ranges.public("one more", 31)


@pytest.mark.parametrize("length", [14, 33])
def test_a_length_that_there_is_not(length):
    with pytest.raises(Failure, match=f"x has a prefix length of {length}, which is none of 15 to 32"):
        Ranges().public("x", length)


def test_private_addresses_are_of_the_subnet_and_none_of_azures_own():
    answers = AzureAnswers()
    subnet, _ = answers.resource(
        asked("network:Subnet", virtualNetworkName="v", subnetName="s", addressPrefix="10.1.2.0/28")
    )
    found = set()
    for number in range(11):
        configuration = {"name": "a", "subnet": {"id": subnet.upper()}}
        _, outputs = answers.resource(
            asked("network:NetworkInterface", f"nic{number}", ipConfigurations=[configuration])
        )
        found.add(IPv4Address(outputs["ipConfigurations"][0]["privateIPAddress"]))
    assert found == {IPv4Address("10.1.2.4") + number for number in range(11)}
    with pytest.raises(Failure, match=r"No address is left in the subnet 10\.1\.2\.0/28"):
        answers.resource(asked("network:NetworkInterface", "more", ipConfigurations=[configuration]))


@pytest.mark.parametrize(
    ("kind", "key", "path"),
    [
        ("network:VirtualNetwork", "subnets", "virtualNetworks/it/subnets/web"),
        ("network:NetworkInterface", "ipConfigurations", "networkInterfaces/it/ipConfigurations/web"),
        ("network:RouteTable", "routes", "routeTables/it/routes/web"),
        ("network:NetworkSecurityGroup", "securityRules", "networkSecurityGroups/it/securityRules/web"),
        ("network:AzureFirewall", "ipConfigurations", "azureFirewalls/it/azureFirewallIpConfigurations/web"),
        ("network:LoadBalancer", "backendAddressPools", "loadBalancers/it/backendAddressPools/web"),
        ("network:LoadBalancer", "frontendIPConfigurations", "loadBalancers/it/frontendIPConfigurations/web"),
        ("network:ApplicationGateway", "backendAddressPools", "applicationGateways/it/backendAddressPools/web"),
    ],
)
def test_a_part_has_an_id_which_a_preview_does_not_know(kind, key, path):
    parts = {key: [{"name": "web", "tag": 1}, {"name": "own", "id": "given"}, UNKNOWN]}
    _, outputs = AzureAnswers(subscription="s").resource(asked(kind, **parts))
    assert outputs[key][0] == {"name": "web", "tag": 1, "id": f"{GROUP}/Microsoft.Network/{path}"}
    assert outputs[key][1:] == parts[key][1:]
    _, before = AzureAnswers(subscription="s").resource(asked(kind, **parts, preview=True))
    assert before[key] == [{"name": "web", "tag": 1, "id": UNKNOWN}, *parts[key][1:]]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("network:NetworkInterface", "ipConfigurations"),
        ("network:AzureFirewall", "ipConfigurations"),
        ("network:LoadBalancer", "frontendIPConfigurations"),
    ],
)
def test_a_part_in_a_subnet_has_a_private_address_which_a_preview_does_not_know(kind, key):
    answers = AzureAnswers(subscription="s")
    subnet, _ = answers.resource(asked("network:Subnet", virtualNetworkName="v", addressPrefix="10.7.0.0/24"))
    parts = {key: [{"name": "in", "subnet": {"id": subnet}}, {"name": "out", "publicIPAddress": {"id": "x"}}]}
    _, outputs = answers.resource(asked(kind, **parts))
    inside, outside = outputs[key]
    assert IPv4Address(inside["privateIPAddress"]) in ip_network("10.7.0.0/24")
    assert "privateIPAddress" not in outside
    _, before = answers.resource(asked(kind, **parts, preview=True))
    assert before[key][0]["privateIPAddress"] is UNKNOWN


@pytest.mark.parametrize("kind", ["compute:VirtualMachineScaleSet", "containerservice:ManagedCluster", "web:WebApp"])
def test_identities_that_are_assigned_are_a_dict_in_the_answer_of_any_kind(kind):
    """Else the SDK refuses the answer, whose type it knows."""
    identity = {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": ["/one", "/two"]}
    _, outputs = AzureAnswers().resource(asked(kind, identity=identity))
    assert outputs["identity"]["userAssignedIdentities"] == {"/one": {}, "/two": {}}
    assert outputs["identity"]["principalId"] == "principal-of-it"
    _, before = AzureAnswers().resource(asked(kind, identity=identity, preview=True))
    assert before["identity"]["userAssignedIdentities"] is before["identity"]["principalId"] is UNKNOWN


def test_a_private_address_that_is_asked_for_is_kept():
    given = {"name": "a", "privateIPAddress": "10.9.9.9"}
    _, outputs = AzureAnswers().resource(asked("network:NetworkInterface", ipConfigurations=[given]))
    (found,) = outputs["ipConfigurations"]
    assert found == {**given, "id": found["id"]}


def test_identities():
    _, outputs = AzureAnswers().resource(
        asked(
            "compute:VirtualMachine",
            identity={"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": ["/u"]},
        )
    )
    assert outputs["identity"]["principalId"] == "principal-of-it"
    assert outputs["identity"]["userAssignedIdentities"] == {"/u": {}}
    _, outputs = AzureAnswers().resource(asked("compute:VirtualMachine", identity={"type": "UserAssigned"}))
    assert "principalId" not in outputs["identity"]


def test_where_a_resource_is():
    answers = AzureAnswers(location="northeurope")
    assert answers.resource(asked("network:NatGateway"))[1]["location"] == "northeurope"
    assert answers.resource(asked("network:NatGateway", location="x"))[1]["location"] == "x"
    assert "location" not in answers.resource(asked("network:Subnet", virtualNetworkName="v"))[1]


def test_passwords_are_made_up():
    assert AzureAnswers().resource(asked("random:index/randomPassword:RandomPassword"))[1]["result"] == "Generated-it"
