"""What a program only reads, or takes from another stack, is not guessed; what it declares inline is followed."""

import pulumi
import pytest
from nat_egress.testing import (
    Failure,
    assert_egress,
    assert_no_orphans,
    assert_private,
    assert_serialised,
    record,
)
from pulumi_azure_native import compute, network

SHARED = "/subscriptions/0/resourceGroups/shared/providers/Microsoft.Network"
SUBNET = f"{SHARED}/virtualNetworks/v/subnets/s"
GATEWAY = f"{SHARED}/natGateways/n"
GIVEN = {"Subnet existing": {"natGateway": {"id": GATEWAY}, "defaultOutboundAccess": False}}


def interface(subnet, name="nic", **configuration):
    return network.NetworkInterface(
        name, resource_group_name="rg", ip_configurations=[{"name": "a", "subnet": {"id": subnet}, **configuration}]
    )


def in_a_subnet_that_is_read():
    interface(network.Subnet.get("existing", SUBNET).id)


@pytest.mark.parametrize("preview", [True, False])
def test_how_a_subnet_is_set_up_that_is_only_read_is_not_known(preview):
    """Else it counts as one with nothing attached, and what is private fails as much as what is not."""
    graph = record(in_a_subnet_that_is_read, preview=preview)
    with pytest.raises(Failure, match=r"^Subnet existing is only read, .* Say it: record\(…, outputs={\"Subnet exist"):
        assert_egress(graph, "existing")
    with pytest.raises(Failure, match="subnet of another stack"):
        assert_egress(graph, "nic", way="DefaultOutboundAccess")
    with pytest.raises(Failure, match="egress-nat-only: not decidable here: nic is in a subnet that is not in this"):
        assert_private(graph)


def test_it_is_as_the_test_says():
    graph = record(in_a_subnet_that_is_read, outputs=GIVEN)
    assert_egress(graph, "existing")
    assert_egress(graph, graph.one("Subnet"))
    assert_egress(graph, "nic")
    assert_private(graph)
    open_one = {"Subnet existing": {"addressPrefix": "10.0.0.0/24"}}
    assert_egress(record(in_a_subnet_that_is_read, outputs=open_one), "nic", way="DefaultOutboundAccess")


def test_what_is_only_read_is_not_written_and_needs_no_user():
    def program():
        network.Subnet.get("existing", SUBNET)
        network.PublicIPAddress.get("address", f"{SHARED}/publicIPAddresses/a")
        network.RouteTable.get("routes", f"{SHARED}/routeTables/r")

    graph = record(program)
    with pytest.raises(Failure, match=r"^The subnets are only read, so there is nothing that could be serialised"):
        assert_serialised(graph)
    with pytest.raises(Failure, match="nothing that another resource would use"):
        assert_no_orphans(graph)


@pytest.mark.parametrize(
    "attached",
    [lambda: GATEWAY, lambda: network.NatGateway.get("gateway", GATEWAY).id],
)
@pytest.mark.parametrize("addresses", [[], ["192.0.2.1"]])
def test_the_addresses_of_a_gateway_of_another_stack_are_not_known(attached, addresses):
    """Else nobody is seen, and a test that expects nobody passes."""

    def program():
        network.Subnet(
            "web",
            resource_group_name="rg",
            virtual_network_name="v",
            nat_gateway={"id": attached()},
            address_prefix="10.0.0.0/24",
        )

    graph = record(program)
    assert_egress(graph, "web")
    with pytest.raises(
        Failure, match=r"^What the other side sees of machines of subnet web is not known here: .* NAT g"
    ):
        assert_egress(graph, "web", addresses=addresses)


def gateway():
    address = network.PublicIPAddress("address", resource_group_name="rg", sku={"name": "Standard"})
    return network.NatGateway(
        "gateway", resource_group_name="rg", sku={"name": "Standard"}, public_ip_addresses=[{"id": address.id}]
    )


@pytest.mark.parametrize("preview", [True, False])
def test_a_subnet_that_is_declared_in_its_network_is_followed(preview):
    """A program has its id from the network's outputs."""

    def program():
        vnet = network.VirtualNetwork(
            "vnet",
            resource_group_name="rg",
            subnets=[
                {"name": "web", "nat_gateway": {"id": gateway().id}, "default_outbound_access": False},
                {"name": "other", "default_outbound_access": False},
            ],
        )
        interface(vnet.subnets[0].id, "nic")
        interface(vnet.subnets.apply(lambda subnets: subnets[1].id), "without")

    graph = record(program, preview=preview)
    if preview:  # in which any of the subnets may be meant
        with pytest.raises(Failure, match="not known before the update"):
            assert_egress(graph, "nic")
    else:
        assert_egress(graph, "nic")
        assert_egress(graph, "without", way="None")


def test_a_pool_that_is_declared_in_its_load_balancer_is_followed():
    front = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb"

    def program():
        address = network.PublicIPAddress("address", resource_group_name="rg", sku={"name": "Standard"})
        balancer = network.LoadBalancer(
            "balancer",
            resource_group_name="rg",
            load_balancer_name="lb",
            sku={"name": "Standard"},
            frontend_ip_configurations=[{"name": "front", "public_ip_address": {"id": address.id}}],
            backend_address_pools=[{"name": "pool"}],
            outbound_rules=[
                {
                    "name": "out",
                    "protocol": "All",
                    "frontend_ip_configurations": [{"id": f"{front}/frontendIPConfigurations/front"}],
                    "backend_address_pool": {"id": f"{front}/backendAddressPools/pool"},
                }
            ],
        )
        subnet = network.Subnet(
            "web",
            resource_group_name="rg",
            virtual_network_name="v",
            default_outbound_access=False,
            address_prefix="10.0.0.0/24",
        )
        interface(subnet.id, load_balancer_backend_address_pools=[{"id": balancer.backend_address_pools[0].id}])
        pulumi.export("address", address.ip_address)

    graph = record(program)
    assert_egress(graph, "nic", way="LoadBalancer", addresses=[graph.outputs["address"]])


def test_the_way_of_a_scale_set_is_that_of_its_machines():
    def program():
        attached = network.Subnet(
            "web", resource_group_name="rg", virtual_network_name="v", nat_gateway={"id": gateway().id}
        )
        configuration = {"name": "a", "subnet": {"id": attached.id}}
        interfaces = [{"name": "nic", "primary": True, "ip_configurations": [configuration]}]
        compute.VirtualMachineScaleSet(
            "workers",
            resource_group_name="rg",
            virtual_machine_profile={"network_profile": {"network_interface_configurations": interfaces}},
        )

    graph = record(program)
    for of in ("workers", graph.one("VirtualMachineScaleSet")):
        assert_egress(graph, of, addresses=[graph.one("PublicIPAddress").outputs["ipAddress"]])
        with pytest.raises(Failure, match=r"^Connections of scale set workers leave by NatGateway, and not by None"):
            assert_egress(graph, of, way="None")


def test_a_firewalls_private_address_is_a_next_hop():
    def program():
        firewall = network.AzureFirewall(
            "firewall", resource_group_name="rg", ip_configurations=[{"name": "a", "subnet": {"id": SUBNET}}]
        )
        hop = firewall.ip_configurations[0].private_ip_address
        pulumi.export("hop", hop)
        network.RouteTable(
            "routes",
            resource_group_name="rg",
            routes=[
                {
                    "name": "out",
                    "address_prefix": "0.0.0.0/0",
                    "next_hop_type": "VirtualAppliance",
                    "next_hop_ip_address": hop,
                }
            ],
        )

    graph = record(program)
    assert graph.one("RouteTable").inputs["routes"][0]["nextHopIpAddress"] == graph.outputs["hop"]
    assert graph.outputs["hop"].startswith("10.")


@pytest.mark.parametrize("kind", ["machine", "scale set"])
@pytest.mark.parametrize("preview", [True, False])
def test_identities_are_assigned_to_it(kind, preview):
    identity = {"type": "UserAssigned", "user_assigned_identities": [f"{SHARED}/identity"]}

    def program():
        made = (compute.VirtualMachine if kind == "machine" else compute.VirtualMachineScaleSet)(
            "it", resource_group_name="rg", identity=identity
        )
        pulumi.export("type", made.identity.type)

    graph = record(program, preview=preview)
    assert preview or graph.outputs == {"type": "UserAssigned"}


def test_of_several_subnets_of_one_name_it_is_said_how_to_say_which():
    def program():
        for region in ("west", "north"):
            network.Subnet(
                f"web-{region}",
                resource_group_name="rg",
                virtual_network_name=region,
                subnet_name="web",
                address_prefix="10.0.0.0/24",
            )
        network.VirtualNetwork("inner", resource_group_name="rg", subnets=[{"name": "web"}])

    said = r'^3 subnets are called web: web-west, web-north, one in inner\. Say which: graph\.one\("Subnet", "web-w'
    with pytest.raises(Failure, match=said):
        assert_egress(record(program), "web")
