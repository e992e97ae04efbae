from __future__ import annotations

import pulumi_azure_native as azure_native
import pytest
from nat_egress import PrivateNetwork
from pulumi import Output, ResourceOptions

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net"
GATEWAY = f"{GROUP}/providers/Microsoft.Network/natGateways/ng"
VNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet"
TABLE = f"{GROUP}/providers/Microsoft.Network/routeTables/rt"
DEFAULT_TO_FIREWALL = {
    "name": "all",
    "addressPrefix": "0.0.0.0/0",
    "nextHopType": "VirtualAppliance",
    "nextHopIpAddress": "10.0.9.4",
}


def network(**changes):
    args = {
        "resource_group_name": "rg",
        "address_space": ["10.0.0.0/16"],
        "gateway_id": GATEWAY,
        "subnets": {name: {"address_prefix": f"10.0.{n}.0/24"} for n, name in enumerate(["web", "jobs", "data"])},
    }
    return {key: value for key, value in (args | changes).items() if value is not None}


def test_makes_private_subnets_behind_the_gateway(run):
    done = run(lambda: PrivateNetwork("net", network()).subnet_ids)
    assert list(done.result) == ["web", "jobs", "data"]
    for name in done.result:
        subnet = done.one("Subnet", f"net-{name}")
        assert subnet.parent == "net"
        assert subnet.inputs["subnetName"] == name
        assert subnet.inputs["virtualNetworkName"] == "net"
        assert subnet.inputs["defaultOutboundAccess"] is False
        assert subnet.inputs["natGateway"] == {"id": GATEWAY}
    vnet = done.one("VirtualNetwork", "net").inputs
    assert vnet["addressSpace"] == {"addressPrefixes": ["10.0.0.0/16"]}
    assert "subnets" not in vnet


def test_subnets_are_written_one_after_another_in_the_order_of_the_arguments(run):
    done = run(lambda: PrivateNetwork("net", network()).subnet_ids)
    assert done.names("Subnet") == ["net-web", "net-jobs", "net-data"]
    chain = {name: done.one("Subnet", name).dependencies - {"net"} for name in done.names("Subnet")}
    assert chain == {"net-web": set(), "net-jobs": {"net-web"}, "net-data": {"net-jobs"}}


def test_a_subnet_in_the_middle_changes_nothing_of_the_others_but_their_order(run):
    subnets = network()["subnets"]
    more = {"web": subnets["web"], "new": {"address_prefix": "10.0.7.0/24"}, **subnets}
    before = run(lambda: PrivateNetwork("net", network()).subnet_ids)
    after = run(lambda: PrivateNetwork("net", network(subnets=more)).subnet_ids)
    assert after.one("Subnet", "net-jobs").dependencies == {"net", "net-new"}
    for name in before.names("Subnet"):
        assert after.one("Subnet", name).inputs == before.one("Subnet", name).inputs


def test_a_network_has_what_is_asked_for(run):
    args = network(name="vnet-shop", location="westeurope", dns_servers=["10.0.0.4", "10.0.0.5"], tags={"owner": "x"})
    inputs = run(lambda: PrivateNetwork("net", args).subnet_ids).one("VirtualNetwork", "net").inputs
    assert inputs["virtualNetworkName"] == "vnet-shop"
    assert inputs["location"] == "westeurope"
    assert inputs["dhcpOptions"] == {"dnsServers": ["10.0.0.4", "10.0.0.5"]}
    assert inputs["tags"] == {"owner": "x"}


def test_all_outputs_are_registered(run, monkeypatch):
    seen = []
    monkeypatch.setattr(PrivateNetwork, "register_outputs", lambda self, outputs: seen.append(set(outputs)))
    run(lambda: PrivateNetwork("net", network()).subnet_ids)
    assert seen == [{"virtualNetworkId", "virtualNetworkName", "subnetIds", "subnetPrefixes", "waysOut"}]


def test_a_subnet_has_what_is_asked_for(run):
    nsg = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg"
    web = {
        "address_prefix": "10.0.0.0/24",
        "egress": False,
        "default_outbound_access": True,
        "service_endpoints": ["Microsoft.Storage"],
        "delegations": ["Microsoft.Web/serverFarms"],
        "network_security_group_id": Output.from_input(nsg),
        "private_endpoint_network_policies": "Enabled",
        "route_table_id": TABLE,
    }
    done = run(lambda: PrivateNetwork("net", network(subnets={"web": web})).subnet_prefixes)
    inputs = done.one("Subnet", "net-web").inputs
    assert done.result == {"web": "10.0.0.0/24"}
    assert "natGateway" not in inputs
    assert inputs["defaultOutboundAccess"] is True
    assert inputs["serviceEndpoints"] == [{"service": "Microsoft.Storage"}]
    assert inputs["delegations"] == [{"name": "Microsoft.Web.serverFarms", "serviceName": "Microsoft.Web/serverFarms"}]
    assert inputs["networkSecurityGroup"] == {"id": nsg}
    assert inputs["privateEndpointNetworkPolicies"] == "Enabled"
    assert inputs["routeTable"] == {"id": TABLE}
    assert done.calls == []
    assert any("No subnet is attached" in warning for warning in done.warnings)


def test_an_adopted_network_is_left_as_it_is(run):
    args = network(virtual_network_id=Output.from_input(VNET), address_space=None, resource_group_name=None)

    def program():
        net = PrivateNetwork("net", args)
        return Output.all(net.virtual_network_id, net.virtual_network_name)

    done = run(program)
    assert done.result == [VNET, "vnet"]
    assert done.names("VirtualNetwork") == []
    inputs = done.one("Subnet", "net-web").inputs
    assert (inputs["resourceGroupName"], inputs["virtualNetworkName"]) == ("rg-net", "vnet")


def test_an_output_that_is_no_network_id_is_refused_when_it_is_known(run):
    args = network(virtual_network_id=Output.from_input(TABLE), address_space=None)
    with pytest.raises(Exception, match=r"it is the id of a Microsoft\.Network/routeTables"):
        run(lambda: PrivateNetwork("net", args))
    assert run.last.names("Subnet") == []


def test_an_output_that_is_no_route_table_id_is_refused_when_it_is_known(run):
    web = {"address_prefix": "10.0.0.0/24", "route_table_id": Output.from_input(VNET)}
    with pytest.raises(Exception, match=r"it is the id of a Microsoft\.Network/virtualNetworks"):
        run(lambda: PrivateNetwork("net", network(subnets={"web": web})))
    assert run.last.names("Subnet") == []


def test_the_subnets_depend_on_the_gateway_so_that_it_goes_after_them(run):
    def program():
        gateway = azure_native.network.NatGateway("gateway", resource_group_name="rg")
        return PrivateNetwork("net", network(gateway_id=gateway.id)).subnet_ids

    assert "gateway" in run(program).one("Subnet", "net-web").dependencies


def test_two_components_on_one_network_come_one_after_the_other(run):
    adopted = {"virtual_network_id": VNET, "address_space": None}

    def program():
        first = PrivateNetwork("first", network(**adopted))
        second = network(**adopted, subnets={"more": {"address_prefix": "10.0.9.0/24"}})
        return PrivateNetwork("second", second, ResourceOptions(depends_on=[first])).subnet_ids

    done = run(program)
    component = done.one("PrivateNetwork", "second")
    assert {"first-web", "first-jobs", "first-data"} <= component.dependencies
    assert done.names("Subnet")[-1] == "second-more"


@pytest.mark.parametrize("keep", [True, False])
def test_aliases_of_api_versions_are_kept_only_where_asked(run, keep):
    done = run(lambda: PrivateNetwork("net", network(keep_version_aliases=keep)).subnet_ids)
    assert (len(done.one("Subnet", "net-web").request.aliases) > 20) is keep


def test_a_route_table_is_made_for_routes(run):
    web = {
        "address_prefix": "10.0.0.0/24",
        "routes": {"lab": {"address_prefix": "192.0.2.0/24", "next_hop_type": "None"}},
    }
    done = run(lambda: PrivateNetwork("net", network(subnets={"web": web})).subnet_ids)
    table = done.one("RouteTable", "net-web").inputs
    assert table["routes"] == [{"name": "lab", "addressPrefix": "192.0.2.0/24", "nextHopType": "None"}]
    assert done.one("Subnet", "net-web").inputs["routeTable"]["id"].endswith("/routeTables/net-web")
    assert done.warnings == []


def test_a_route_around_the_gateway_is_warned_of(run):
    routes = {"all": {"address_prefix": "0.0.0.0/0", "next_hop_type": "VirtualNetworkGateway"}}
    web = {"address_prefix": "10.0.0.0/24", "routes": routes}
    done = run(lambda: PrivateNetwork("net", network(subnets={"web": web})).subnet_ids)
    (warning,) = done.warnings
    assert "subnets['web']" in warning
    assert "all (0.0.0.0/0 to VirtualNetworkGateway)" in warning
    assert done.names("Subnet") == ["net-web"]


def test_a_route_table_that_exists_is_read_and_warned_of(run):
    web = {"address_prefix": "10.0.0.0/24", "route_table_id": TABLE}
    done = run(
        lambda: PrivateNetwork("net", network(subnets={"web": web})).subnet_ids,
        existing={"rt": {"routes": [DEFAULT_TO_FIREWALL]}},
    )
    (call,) = done.calls
    assert call[0] == "azure-native:network:getRouteTable"
    assert call[1]["resourceGroupName"] == "rg-net"
    assert any("all (0.0.0.0/0 to VirtualAppliance)" in warning for warning in done.warnings)
    assert done.one("Subnet", "net-web").inputs["routeTable"] == {"id": TABLE}


def test_a_route_table_that_exists_is_refused_where_the_subnet_is_nat_only(run):
    web = {"address_prefix": "10.0.0.0/24", "route_table_id": TABLE, "nat_only": True}
    with pytest.raises(Exception, match=r"subnets\['web'\].route_table_id is all"):
        run(
            lambda: PrivateNetwork("net", network(subnets={"web": web})),
            existing={"rt": {"routes": [DEFAULT_TO_FIREWALL]}},
        )
    assert run.last.names("Subnet") == []


def test_a_route_table_that_is_not_known_yet_is_said_to_be_unchecked(run):
    def program():
        group = azure_native.resources.ResourceGroup("group")
        web = {
            "address_prefix": "10.0.0.0/24",
            "nat_only": True,
            "route_table_id": group.managed_by.apply(lambda value: value or ""),
        }
        PrivateNetwork("net", network(subnets={"web": web}))

    done = run(program, preview=True)
    assert any("route_table_id is not known yet" in warning for warning in done.warnings)
    assert done.calls == []


def test_an_explicit_provider_serves_the_look_ups_too(run):
    web = {"address_prefix": "10.0.0.0/24", "route_table_id": TABLE}

    def program():
        provider = azure_native.Provider("elsewhere", subscription_id="11111111-1111-1111-1111-111111111111")
        return PrivateNetwork("net", network(subnets={"web": web}), ResourceOptions(provider=provider)).subnet_ids

    done = run(program, existing={"rt": {"routes": []}})
    assert [call[2].split("::")[-2] for call in done.calls] == ["elsewhere"]
    assert "::elsewhere::" in done.one("Subnet", "net-web").request.provider


def test_a_long_chain_of_subnets(run):
    subnets = {f"s{n}": {"address_prefix": f"10.{n // 256}.{n % 256}.0/24"} for n in range(150)}
    done = run(lambda: PrivateNetwork("net", network(address_space=["10.0.0.0/8"], subnets=subnets)).subnet_ids)
    assert len(done.result) == 150
    assert done.one("Subnet", "net-s149").dependencies == {"net", "net-s148"}


def test_everything_wrong_is_said_at_once_and_nothing_is_registered(rejected):
    said = rejected(
        lambda: PrivateNetwork(
            "net",
            network(
                resource_group_name=None,
                address_space=["10.0.0.0/16", "10.0.1.5/24"],
                subnets={
                    "GATEWAYSUBNET": {"address_prefix": "10.0.0.0/27"},
                    "mi": {"address_prefix": "10.0.1.0/24", "delegations": ["Microsoft.Sql/managedInstances"]},
                    "tiny": {"address_prefix": "10.0.2.0/30"},
                    "twice": {"address_prefix": "10.0.1.128/25", "hosts": 200},
                    "bad name": {"addressprefix": "10.0.4.0/24"},
                    "firewalled": {
                        "address_prefix": "10.0.5.0/24",
                        "nat_only": True,
                        "routes": {"all": {"address_prefix": "0.0.0.0/0", "next_hop_type": "None"}},
                    },
                },
            ),
        )
    )
    for expected in (
        "resource_group_name is not set",
        "address_space[1] is 10.0.1.5/24: it has bits set after its first 24. Did you mean 10.0.1.0/24?",
        "subnets['GATEWAYSUBNET'] is attached: GatewaySubnet takes no NAT gateway",
        "subnets['mi'].delegations is Microsoft.Sql/managedInstances: a subnet of SQL Managed Instance",
        "subnets['tiny'].address_prefix is 10.0.2.0/30: Azure's ranges have a length of 2 to 29",
        "subnets['twice'].address_prefix is 10.0.1.128/25: it overlaps subnets['mi'].address_prefix",
        "it has room for 123 machines",
        "the name of subnets['bad name'] is bad name",
        "subnets['bad name'].addressprefix is given: there is no such argument. Did you mean address_prefix?",
        "subnets['firewalled'].routes is all (0.0.0.0/0 to None)",
    ):
        assert any(expected in line for line in said), (expected, said)
