from __future__ import annotations

import pulumi_azure_native as azure_native
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress import BastionHost, InvalidArguments, PrivateNetwork
from nat_egress.bastion import BastionHostArgs, read_bastion
from pulumi import Output, ResourceOptions
from pulumi.output import Unknown

BASE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network"
NETWORK = f"{BASE}/virtualNetworks/vnet"
SUBNET = f"{NETWORK}/subnets/AzureBastionSubnet"
ARGS = {"resource_group_name": "rg", "virtual_network_id": NETWORK, "address_prefix": "10.0.255.0/26"}


def bastion(opts=None, **changes):
    args = {key: value for key, value in (ARGS | changes).items() if value is not None}
    return BastionHost("bastion", args, opts)


def all_outputs(one):
    return Output.all(
        host_id=one.host_id,
        host_name=one.host_name,
        dns_name=one.dns_name,
        subnet_id=one.subnet_id,
        public_address=one.public_address,
    )


def test_makes_a_host_with_a_subnet_a_security_group_and_an_address(run):
    done = run(lambda: all_outputs(bastion(location="westeurope", tags={"owner": "platform"})))
    subnet = done.one("Subnet", "bastion-subnet")
    group = done.one("NetworkSecurityGroup", "bastion-subnet")
    address = done.one("PublicIPAddress", "bastion")
    host = done.registered[-1]
    assert (host.type, host.name) == ("azure-native:network:BastionHost", "bastion")
    assert {one.parent for one in (subnet, group, address, host)} == {"bastion"}

    assert subnet.inputs["subnetName"] == "AzureBastionSubnet"
    assert (subnet.inputs["resourceGroupName"], subnet.inputs["virtualNetworkName"]) == ("rg-net", "vnet")
    assert subnet.inputs["addressPrefix"] == "10.0.255.0/26"
    assert subnet.inputs["defaultOutboundAccess"] is False
    assert subnet.inputs["networkSecurityGroup"]["id"].endswith("/networkSecurityGroups/bastion-subnet")
    assert "natGateway" not in subnet.inputs

    assert address.inputs["sku"] == {"name": "Standard"}
    assert address.inputs["publicIPAllocationMethod"] == "Static"
    assert "zones" not in address.inputs

    assert host.dependencies == {"bastion-subnet", "bastion"}
    assert host.inputs["sku"] == {"name": "Basic"}
    (configuration,) = host.inputs["ipConfigurations"]
    assert configuration["subnet"]["id"].endswith("/virtualNetworks/vnet/subnets/AzureBastionSubnet")
    assert configuration["publicIPAddress"]["id"].endswith("/bastion")
    assert host.inputs["scaleUnits"] == 2
    assert host.inputs["enableShareableLink"] is False
    assert host.inputs["disableCopyPaste"] is False
    assert "virtualNetwork" not in host.inputs
    assert "bastionHostName" not in host.inputs
    for one in (group, address, host):
        assert one.inputs["resourceGroupName"] == "rg"
        assert one.inputs["location"] == "westeurope"
        assert one.inputs["tags"] == {"owner": "platform"}
    assert done.result == {
        "host_id": done.result["host_id"],
        "host_name": "bastion",
        "dns_name": "bst-1.bastion.azure.com",
        "subnet_id": configuration["subnet"]["id"],
        "public_address": "198.51.100.7",
    }
    assert done.warnings == []


def host_of(done):
    (host,) = [one for one in done.registered if one.type == "azure-native:network:BastionHost"]
    return host.inputs


def test_the_rules_of_the_security_group(run):
    done = run(lambda: bastion(allowed_sources=["203.0.113.0/24", "198.51.100.7", "Storage"]).host_id)
    rules = {rule["name"]: rule for rule in done.one("NetworkSecurityGroup", "bastion-subnet").inputs["securityRules"]}
    assert len(rules) == 9
    assert {rule["access"] for rule in rules.values()} == {"Allow"}
    assert {rule["sourcePortRange"] for rule in rules.values()} == {"*"}
    ranges, tag = rules["AllowHttpsInbound"], rules["AllowHttpsInbound1"]
    assert ranges["sourceAddressPrefixes"] == ["203.0.113.0/24", "198.51.100.7"]
    assert "sourceAddressPrefix" not in ranges
    assert tag["sourceAddressPrefix"] == "Storage"
    assert (ranges["destinationPortRange"], ranges["protocol"], ranges["priority"], tag["priority"]) == (
        "443",
        "Tcp",
        200,
        201,
    )
    hosts = rules["AllowBastionHostCommunication"]
    assert hosts["destinationPortRanges"] == ["8080", "5701"]
    assert "destinationPortRange" not in hosts


FEATURES = {
    "tunneling": "enableTunneling",
    "ip_connect": "enableIpConnect",
    "file_copy": "enableFileCopy",
    "kerberos": "enableKerberos",
    "session_recording": "enableSessionRecording",
}


@pytest.mark.parametrize("feature", FEATURES)
def test_features(run, feature):
    host = host_of(run(lambda: bastion(sku="Premium", **{feature: True}).host_id))
    assert {name for name in FEATURES.values() if host[name]} == {FEATURES[feature]}
    assert host["sku"] == {"name": "Premium"}
    assert host["enableShareableLink"] is False


def test_what_else_can_be_asked_for(run):
    done = run(lambda: bastion(sku="Standard", name="bas", zones=["1", "2"], scale_units=50, copy_paste=False).host_id)
    host = host_of(done)
    assert host["bastionHostName"] == "bas"
    assert host["zones"] == ["1", "2"]
    assert host["scaleUnits"] == 50
    assert host["disableCopyPaste"] is True
    assert done.one("PublicIPAddress", "bastion").inputs["zones"] == ["1", "2", "3"]
    assert "publicIpAddressName" not in done.one("PublicIPAddress", "bastion").inputs


def test_a_shared_host_has_nothing_of_its_own(run):
    done = run(lambda: all_outputs(bastion(sku="Developer", address_prefix=None)))
    assert [one.type.rpartition(":")[2] for one in done.registered] == ["BastionHost", "BastionHost"]
    host = host_of(done)
    assert host["virtualNetwork"] == {"id": NETWORK}
    assert "ipConfigurations" not in host
    assert "scaleUnits" not in host
    assert (done.result["subnet_id"], done.result["public_address"]) == ("", "")


def test_a_private_host_has_no_public_address(run):
    done = run(lambda: all_outputs(bastion(sku="Premium", private_only=True)))
    assert done.names("PublicIPAddress") == []
    (configuration,) = host_of(done)["ipConfigurations"]
    assert "publicIPAddress" not in configuration
    assert host_of(done)["enablePrivateOnlyBastion"] is True
    assert done.result["public_address"] == ""


@pytest.mark.parametrize("known", [True, False])
def test_an_adopted_subnet_is_left_as_it_is(run, known):
    subnet = SUBNET if known else Output.from_input(SUBNET)
    done = run(lambda: all_outputs(bastion(virtual_network_id=None, address_prefix=None, subnet_id=subnet)))
    assert done.names("Subnet") == done.names("NetworkSecurityGroup") == []
    (configuration,) = host_of(done)["ipConfigurations"]
    assert configuration["subnet"] == {"id": SUBNET}
    assert done.result["subnet_id"] == SUBNET


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"subnet_id": f"{NETWORK}/subnets/web", "virtual_network_id": None},
            "a subnet of the name AzureBastionSubnet",
        ),
        ({"virtual_network_id": SUBNET}, "it is not an id such as"),
    ],
)
def test_an_output_is_refused_when_it_is_known(run, changes, expected):
    outputs = {key: value and Output.from_input(value) for key, value in changes.items()}
    prefix = {"address_prefix": None} if "subnet_id" in changes else {}
    with pytest.raises(InvalidArguments, match=f"BastionHost 'bastion' has a problem:\n.*{expected}"):
        run(lambda: bastion(**outputs, **prefix).host_id)
    assert [one.type for one in run.last.registered if one.type.endswith(":Subnet")] == []
    assert [one.type for one in run.last.registered if one.type == "azure-native:network:BastionHost"] == []


def test_the_subnet_comes_after_what_the_component_depends_on(run):
    def program():
        subnets = {"web": {"address_prefix": "10.0.0.0/24"}, "jobs": {"address_prefix": "10.0.1.0/24"}}
        network = {"resource_group_name": "rg", "address_space": ["10.0.0.0/16"], "subnets": subnets}
        net = PrivateNetwork("net", network)
        id_ = net.virtual_network_id.apply(lambda _: NETWORK)
        return bastion(ResourceOptions(depends_on=[net]), virtual_network_id=id_).host_id

    done = run(program)
    assert {"net-web", "net-jobs"} <= done.one("Subnet", "bastion-subnet").dependencies
    assert done.names("Subnet")[-1] == "bastion-subnet"


@pytest.mark.parametrize("depends_on", [None, [], "one"])
def test_what_it_depends_on_is_given_in_any_form(run, depends_on):
    def program():
        group = azure_native.resources.ResourceGroup("group")
        return bastion(ResourceOptions(depends_on=group if depends_on == "one" else depends_on)).host_id

    dependencies = run(program).one("Subnet", "bastion-subnet").dependencies
    assert ("group" in dependencies) is (depends_on == "one")


def test_a_network_that_is_not_known_yet_is_no_obstacle_to_a_preview(run):
    def program():
        vnet = azure_native.network.VirtualNetwork("vnet", resource_group_name="rg")
        bastion(virtual_network_id=vnet.etag.apply(lambda tag: tag or ""))
        return "ran"

    done = run(program, preview=True)
    assert done.result == "ran"
    subnet = done.one("Subnet", "bastion-subnet")
    assert isinstance(subnet.inputs["virtualNetworkName"], Unknown)
    assert "vnet" in subnet.dependencies
    assert host_of(done)["ipConfigurations"]


def test_what_azure_cannot_change_is_replaced(run):
    done = run(lambda: bastion().host_id)
    (host,) = [one for one in done.registered if one.type == "azure-native:network:BastionHost"]
    assert set(host.request.replaceOnChanges) == {"zones", "location", "ipConfigurations", "virtualNetwork"}
    assert host.request.deleteBeforeReplace
    address = done.one("PublicIPAddress", "bastion").request
    assert set(address.replaceOnChanges) == {"sku", "zones", "location"}
    assert address.deleteBeforeReplaceDefined
    assert not address.deleteBeforeReplace
    assert list(done.one("Subnet", "bastion-subnet").request.replaceOnChanges) == ["addressPrefix"]
    assert list(done.one("NetworkSecurityGroup", "bastion-subnet").request.replaceOnChanges) == ["location"]


def test_the_guard_is_on_the_component(run):
    done = run(lambda: bastion(sku="Standard").host_id)
    (component,) = [one for one in done.registered if one.type == "nat-egress:index:BastionHost"]
    assert component.inputs == {"sku": "Standard"}
    assert list(component.request.hooks.before_update) == ["BastionHost/bastion/change"]
    assert component.dependencies == set()


def test_all_outputs_are_registered(run, monkeypatch):
    seen = []
    monkeypatch.setattr(BastionHost, "register_outputs", lambda self, outputs: seen.append(set(outputs)))
    run(lambda: bastion().host_id)
    assert seen == [{"hostId", "hostName", "dnsName", "subnetId", "publicAddress"}]


def test_everything_wrong_is_said_at_once_and_nothing_is_registered(rejected):
    said = rejected(
        lambda: BastionHost(
            "bastion",
            {
                "resourcegroup": "rg",
                "virtual_network_id": 7,
                "address_prefix": "10.0.0.0/28",
                "sku": "Basic",
                "zones": "1",
                "scale_units": "3",
                "tunneling": True,
                "kerberos": "yes",
                "allowed_sources": ["*"],
                "tags": [],
            },
        )
    )
    for expected in (
        "resourcegroup is given: there is no such argument. Did you mean resource_group_name?",
        "resource_group_name is not set: it is required. Give the host's resource group.",
        "virtual_network_id is 7: it must be text",
        "address_prefix is 10.0.0.0/28: AzureBastionSubnet is a /26 or larger",
        "zones is 1: it must be a list of texts",
        "scale_units is 3: it must be a whole number",
        "tunneling is true: that takes SKU Standard",
        "kerberos is yes: it must be True or False",
        "allowed_sources is *: it is neither",
        "tags is []: it must be a mapping",
    ):
        assert any(line.startswith(expected) for line in said), (expected, said)


@pytest.mark.parametrize("nothing", [[], ()])
def test_a_list_of_nobody_does_not_let_in_everyone(rejected, nothing):
    (line,) = rejected(lambda: bastion(allowed_sources=nothing))
    assert line == (
        "allowed_sources is empty: a list of nothing would let in nobody. Name who may reach the host, or remove it "
        "for everyone."
    )


PLAIN = sorted(
    set(BastionHostArgs.__annotations__) - {"resource_group_name", "virtual_network_id", "subnet_id", "location"}
)


@pytest.mark.parametrize("key", PLAIN)
def test_an_output_is_refused_where_a_plain_value_decides(rejected, key):
    said = rejected(lambda: bastion(**{key: Output.from_input("x")}))
    assert any(line.startswith(f"{key} is an output: it decides which resources exist") for line in said), said


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 60)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Premium", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=200, deadline=None)
@given(
    args=st.dictionaries(st.sampled_from(list(BastionHostArgs.__annotations__)), anything).map(lambda some: ARGS | some)
    | anything
)
def test_whatever_is_written_is_understood_or_refused(args):
    try:
        spec = read_bastion("BastionHost 'bastion'", args)
    except InvalidArguments as refusal:
        complete = [bool(problem.rule and problem.remedy) for problem in refusal.problems]
    else:
        complete = [2 <= spec.scale_units <= 50]
    assert complete
    assert all(complete)
