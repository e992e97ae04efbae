"""Each assertion holds of a program that is right, and shows the way where it is not."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pulumi
import pytest
from nat_egress import PrivateMachine
from nat_egress.capacity import read_profile
from nat_egress.exposure.configuration import read
from nat_egress.testing import (
    Failure,
    UnknownUsed,
    assert_dependency,
    assert_egress,
    assert_no_orphans,
    assert_port_capacity,
    assert_private,
    assert_serialised,
    record,
)
from nat_egress.ways_out import WayOut
from pulumi_azure_native import compute
from pulumi_azure_native import network as azure

GATEWAY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/n"
SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f test"
TODAY = date(2026, 11, 25)


def subnet(name="web", number=0, **inputs):
    return azure.Subnet(
        name,
        resource_group_name="rg",
        virtual_network_name="v",
        subnet_name=name,
        address_prefix=f"10.0.{number}.0/24",
        **{"default_outbound_access": False, **inputs},
    )


def gateway(**inputs):
    return azure.NatGateway("gateway", resource_group_name="rg", sku={"name": "Standard"}, **inputs)


def address(name="address"):
    return azure.PublicIPAddress(name, resource_group_name="rg", sku={"name": "Standard"})


def interface(place, **configuration):
    return azure.NetworkInterface(
        "nic", resource_group_name="rg", ip_configurations=[{"name": "a", "subnet": {"id": place.id}, **configuration}]
    )


def egress(addresses=1, **inputs):
    """A gateway with so many addresses, and a subnet behind it."""
    made = gateway(public_ip_addresses=[{"id": address(f"a{number}").id} for number in range(addresses)])
    return subnet(nat_gateway={"id": made.id}, **inputs)


def everything(steps):
    """A machine, `vm`, with one interface, `nic`, and each of the ways out that are named."""
    more = {"default_outbound_access": "default" in steps}
    if "route" in steps:
        hop = {"address_prefix": "0.0.0.0/0", "next_hop_type": "VirtualAppliance", "next_hop_ip_address": "10.9.0.4"}
        table = azure.RouteTable("table", resource_group_name="rg", routes=[{"name": "all", **hop}])
        more["route_table"] = {"id": table.id}
    if "gateway" in steps:
        more["nat_gateway"] = {"id": gateway(public_ip_addresses=[{"id": address("gateway-pip").id}]).id}
    place, own = subnet(**more), {}
    if "own" in steps:
        own["public_ip_address"] = {"id": address("own-pip").id}
    if "balancer" in steps:
        end, pool = {"id": "$self/frontendIPConfigurations/fe"}, {"id": "$self/backendAddressPools/pool"}
        balancer = azure.LoadBalancer(
            "lb",
            resource_group_name="rg",
            load_balancer_name="lb",
            sku={"name": "Standard"},
            frontend_ip_configurations=[{"name": "fe", "public_ip_address": {"id": address("lb-pip").id}}],
            backend_address_pools=[{"name": "pool"}],
            outbound_rules=[
                {"name": "o", "protocol": "All", "frontend_ip_configurations": [end], "backend_address_pool": pool}
            ],
        )
        own["load_balancer_backend_address_pools"] = [{"id": balancer.id.apply(lambda id_: f"{id_}/{POOL}")}]
    nic = interface(place, **own)
    compute.VirtualMachine("vm", resource_group_name="rg", network_profile={"network_interfaces": [{"id": nic.id}]})


POOL = "backendAddressPools/pool"


def failure(assertion, *arguments, **options):
    with pytest.raises(Failure) as caught:
        assertion(*arguments, **options)
    return str(caught.value)


class TestPrivate:
    def test_a_private_program(self):
        assert_private(record(lambda: interface(egress())))

    @pytest.mark.parametrize("preview", [True, False])
    def test_a_machine_with_a_public_address(self, preview):
        def program():
            interface(egress(), public_ip_address={"id": address().id})

        said = failure(assert_private, record(program, preview=preview))
        assert said.startswith("project/stack is not private:\n  - vm-no-public-ip: ")
        assert "nic" in said
        assert "internet > public address > network interface nic" in said

    def test_a_subnet_with_default_outbound_access(self):
        said = failure(assert_private, record(lambda: interface(subnet(default_outbound_access=True))))
        assert "egress-nat-only" in said
        assert "nic in subnet web > default outbound access > internet" in said

    def test_what_is_not_decidable_here_fails_too(self):
        def program():
            azure.NetworkInterface(
                "nic",
                resource_group_name="rg",
                ip_configurations=[{"name": "a", "subnet": {"id": SUBNET}}],
            )

        graph = record(program)
        assert "egress-nat-only: not decidable here: nic is in a subnet that is not in this stack" in failure(
            assert_private, graph
        )
        known = read({"egress-nat-only": {"approvedSubnets": ["/subscriptions/s/*/subnets/*"]}}, TODAY)
        assert_private(graph, known)

    def test_what_a_policy_only_advises_does_not_fail(self):
        assert_private(record(lambda: subnet(service_endpoints=[{"service": "Microsoft.Storage"}])))

    def test_an_exception_holds_until_it_ends(self):
        def program():
            place = egress()
            PrivateMachine(
                "vm",
                {
                    "resource_group_name": "rg",
                    "subnet_id": place.id,
                    "size": "Standard_D2s_v5",
                    "ssh_public_keys": [KEY],
                    "inbound": {
                        "reason": "partners",
                        "expires": date.today().isoformat(),  # noqa: DTZ011 - as the component has it
                        "ports": [443],
                        "sources": ["203.0.113.0/24"],
                    },
                },
            )

        today = date.today()  # noqa: DTZ011
        existing = {"getSubnet": {"natGateway": {"id": GATEWAY}}}
        graph = record(program, invokes=existing)
        assert_private(graph, today=today)
        assert "vm-no-public-ip" in failure(assert_private, graph, today=date(today.year + 1, 12, 31))

    def test_a_program_that_exposes_nothing_because_it_has_nothing(self):
        said = failure(assert_private, record(address))
        assert said == ("The program has no network, subnet or machine that could be exposed. It has: PublicIPAddress.")


class TestEgress:
    def test_the_way_out_and_what_the_other_side_sees(self, network):
        graph = record(network)
        range_ = graph.one("PublicIPPrefix").outputs["ipPrefix"]
        assert_egress(graph, "web")
        assert_egress(graph, "network-web", addresses=[range_])
        assert_egress(graph, "web", addresses=graph.by_urn(graph.one("NatEgress").urn).outputs["addresses"])

    def test_other_addresses(self):
        graph = record(egress, outputs={"PublicIPAddress": {"ipAddress": "192.0.2.1"}})
        said = failure(assert_egress, graph, "web", addresses=["192.0.2.1", "192.0.2.2"])
        assert said == (
            "The other side sees machines of subnet web as 192.0.2.1/32, and not as 192.0.2.1/32, 192.0.2.2/32: "
            "subnet web > NAT gateway gateway > internet."
        )

    def test_what_is_no_way_out(self):
        said = failure(assert_egress, record(egress), "web", way="Gateway")
        assert said.startswith("way='Gateway' is no way out. There are: VirtualAppliance, ")

    def test_what_is_no_range_of_addresses(self):
        said = failure(assert_egress, record(egress), "web", addresses=["192.0.2.1/24"])
        assert said == "Not all of addresses= are public addresses or ranges: 192.0.2.1/24 has host bits set."

    def test_one_address_need_not_be_in_a_list(self):
        assert_egress(
            record(egress, outputs={"PublicIPAddress": {"ipAddress": "192.0.2.1"}}), "web", addresses="192.0.2.1"
        )

    def test_addresses_that_are_left_out(self):
        graph = record(egress, outputs={"PublicIPAddress": {"ipAddress": "192.0.2.0"}})
        assert "as 192.0.2.0/32, and not as nobody" in failure(assert_egress, graph, "web", addresses=[])

    @pytest.mark.parametrize(
        ("inputs", "way", "path"),
        [
            ({}, WayOut.NONE, "subnet web > no way out"),
            (
                {"default_outbound_access": True},
                WayOut.DEFAULT_OUTBOUND_ACCESS,
                "subnet web > default outbound access > internet",
            ),
        ],
    )
    def test_another_way(self, inputs, way, path):
        graph = record(lambda: subnet(**inputs))
        assert_egress(graph, "web", way=way)
        assert_egress(graph, "web", way=str(way))
        assert failure(assert_egress, graph, "web") == (
            f"Machines of subnet web leave by {way}, and not by NatGateway: {path}."
        )

    @pytest.mark.parametrize("apart", [True, False])
    def test_a_route_goes_before_the_gateway(self, apart):
        def program():
            route = {
                "address_prefix": "0.0.0.0/0",
                "next_hop_type": "VirtualAppliance",
                "next_hop_ip_address": "10.9.0.4",
            }
            table = azure.RouteTable(
                "table",
                resource_group_name="rg",
                route_table_name="t",
                routes=[] if apart else [{"name": "all", **route}],
            )
            if apart:
                azure.Route("all", resource_group_name="rg", route_table_name=table.name, route_name="all", **route)
            egress(route_table={"id": table.id})

        graph = record(program)
        assert_egress(graph, "web", way=WayOut.VIRTUAL_APPLIANCE)
        said = "subnet web > route all (0.0.0.0/0 to VirtualAppliance) > virtual appliance 10.9.0.4 > internet"
        assert said in failure(assert_egress, graph, "web")

    def test_a_part_of_the_internet_that_leaves_another_way(self):
        def program():
            half = {"name": "half", "address_prefix": "0.0.0.0/1", "next_hop_type": "VirtualAppliance"}
            routes = [{**half, "next_hop_ip_address": "10.9.0.4"}]
            egress(route_table={"id": azure.RouteTable("table", resource_group_name="rg", routes=routes).id})

        said = failure(assert_egress, record(program), "web")
        assert said.startswith("Machines of subnet web leave by NatGateway, but for 0.0.0.0/1 by route half")

    def test_a_gateway_that_is_not_known_before_the_update(self):
        def program():
            policies = azure.ServiceEndpointPolicy("p", resource_group_name="rg")
            subnet(nat_gateway=policies.id.apply(lambda _: {"id": GATEWAY}))

        said = failure(assert_egress, record(program, preview=True), "web")
        assert said.startswith(
            "Which way machines of subnet web leave is not known before the update: subnet web > not"
        )

    def test_a_route_to_the_internet_leaves_it_to_the_gateway(self):
        def program():
            routes = [{"name": "all", "address_prefix": "0.0.0.0/0", "next_hop_type": "Internet"}]
            table = azure.RouteTable("table", resource_group_name="rg", routes=routes)
            egress(route_table={"id": table.id})

        assert_egress(record(program), "web")

    def test_a_route_table_of_another_stack_is_not_guessed_at(self):
        graph = record(lambda: egress(route_table={"id": GATEWAY.replace("natGateways", "routeTables")}))
        assert "The route table of subnet web is not in this stack" in failure(assert_egress, graph, "web")

    def test_an_address_of_another_stack_is_not_guessed_at(self):
        other = GATEWAY.replace("natGateways", "publicIPAddresses")

        def program():
            subnet(nat_gateway={"id": gateway(public_ip_addresses=[{"id": other}]).id})

        graph = record(program)
        assert_egress(graph, "web")
        assert f"The address {other} of NAT gateway gateway is not in this stack" in failure(
            assert_egress, graph, "web", addresses=[]
        )

    def test_in_a_preview_addresses_are_not_known(self):
        graph = record(egress, preview=True)
        assert_egress(graph, "web")
        with pytest.raises(UnknownUsed, match="ipAddress of PublicIPAddress a0"):
            assert_egress(graph, "web", addresses=[])

    @pytest.mark.parametrize(
        ("steps", "way", "seen"),
        [
            (["route", "gateway", "own", "balancer", "default"], WayOut.VIRTUAL_APPLIANCE, None),
            (["gateway", "own", "balancer", "default"], WayOut.NAT_GATEWAY, "gateway-pip"),
            (["own", "balancer", "default"], WayOut.PUBLIC_ADDRESS, "own-pip"),
            (["balancer", "default"], WayOut.LOAD_BALANCER, "lb-pip"),
            (["default"], WayOut.DEFAULT_OUTBOUND_ACCESS, None),
            ([], WayOut.NONE, []),
        ],
    )
    @pytest.mark.parametrize("of", ["nic", "vm"])
    def test_the_order_of_precedence(self, steps, way, seen, of):
        graph = record(lambda: everything(steps))
        assert_egress(graph, of, way=way)
        if seen is not None:
            addresses = [graph.one("PublicIPAddress", seen).outputs["ipAddress"]] if seen else []
            assert_egress(graph, of, way=way, addresses=addresses)
            assert "The other side sees connections of" in failure(
                assert_egress, graph, of, way=way, addresses=["198.51.100.77"]
            )
        else:
            assert f"What the other side sees of connections of {'machine' if of == 'vm' else 'network interface'}" in (
                failure(assert_egress, graph, of, way=way, addresses=[])
            )

    def test_a_subnet_is_told_of_for_machines_behind_nothing(self):
        graph = record(lambda: everything(["own", "balancer"]))
        assert_egress(graph, "web", way=WayOut.NONE, addresses=[])
        said = failure(assert_egress, graph, "nic", way=WayOut.NONE)
        assert said.startswith("Connections of network interface nic leave by PublicAddress, and not by None: ")

    def test_an_interface_is_told_of_with_the_others_of_its_machine(self):
        def program():
            place = subnet(default_outbound_access=True)
            first = interface(place, public_ip_address={"id": address("own-pip").id})
            second = azure.NetworkInterface(
                "second", resource_group_name="rg", ip_configurations=[{"name": "a", "subnet": {"id": place.id}}]
            )
            listed = [{"id": first.id, "primary": True}, {"id": second.id, "primary": False}]
            compute.VirtualMachine("vm", resource_group_name="rg", network_profile={"network_interfaces": listed})

        assert_egress(record(program), "second", way=WayOut.NONE)
        assert "Connections of machine vm leave by None" in failure(
            assert_egress, record(program), "vm", way=WayOut.PUBLIC_ADDRESS
        )

    def test_what_is_of_no_subnet_interface_or_machine_is_told(self):
        said = failure(assert_egress, record(lambda: everything([])), "nowhere")
        assert said == "No subnets are called nowhere. There are: web. Network interfaces and machines: nic, vm."

    def test_a_name_that_an_interface_and_a_machine_have_is_told(self):
        def program():
            nic = interface(subnet())
            profile = {"network_interfaces": [{"id": nic.id}]}
            compute.VirtualMachine("nic", resource_group_name="rg", network_profile=profile)

        graph = record(program)
        said = failure(assert_egress, graph, "nic")
        assert said.startswith("2 network interfaces and machines are called nic.")
        assert 'Say which: graph.one("VirtualMachine", "nic").' in said
        for kind, who in [("VirtualMachine", "machine"), ("NetworkInterface", "network interface")]:
            assert_egress(graph, graph.one(kind, "nic"), way=WayOut.NONE)
            said = failure(assert_egress, graph, graph.one(kind, "nic"))
            assert said.startswith(f"Connections of {who} nic leave by None, and not by NatGateway: ")

    def test_a_subnet_may_be_given_itself(self):
        def program():
            egress()
            subnet("other")

        graph = record(program)
        assert_egress(graph, graph.one("Subnet", "web"))
        said = failure(assert_egress, graph, graph.one("Subnet", "other"))
        assert said.startswith("Machines of subnet other leave by None, and not by NatGateway: ")
        said = failure(assert_egress, graph, graph.one("NatGateway"))
        assert said.startswith("No subnets are called gateway. There are: ")

    def test_a_subnet_that_there_is_not(self):
        assert failure(assert_egress, record(egress), "wb") == "No subnets are called wb. There are: web."


class TestPortCapacity:
    @pytest.fixture
    def profile(self):
        return read_profile(Path(__file__).parents[3] / "stacks" / "prod.profile.yaml")

    def test_enough(self, profile):
        assert_port_capacity(record(lambda: egress(8)), profile)

    def test_not_enough(self, profile):
        said = failure(assert_port_capacity, record(lambda: egress(1)), profile)
        assert said.startswith("The NAT gateway gateway has 1 public IPv4 addresses (")
        assert "and the profile needs 6" in said

    def test_a_gateway_without_addresses(self, profile):
        said = failure(assert_port_capacity, record(gateway), profile)
        assert "has 0 public IPv4 addresses" in said

    def test_more_than_one_gateway_carries(self, profile):
        more = replace(profile, traffic=profile.traffic.scaled(1_000))
        said = failure(assert_port_capacity, record(lambda: egress(16)), more)
        assert said.startswith("One NAT gateway does not carry this profile, whatever its addresses: ")


class TestDependency:
    def test_directly_through_others_and_by_an_input(self):
        graph = record(egress)
        place, made, first = graph.one("Subnet"), graph.one("NatGateway"), graph.one("PublicIPAddress")
        assert_dependency(graph, place, made)
        assert_dependency(graph, place, made, by="natGateway")
        assert_dependency(graph, place, first)
        assert failure(assert_dependency, graph, place, first, by="natGateway") == (
            "Subnet web does not depend on PublicIPAddress a0 by its input natGateway. "
            "It depends by its input natGateway on: NatGateway gateway."
        )

    def test_by_another_input(self):
        def program():
            group = azure.NetworkSecurityGroup("group", resource_group_name="rg")
            return egress(network_security_group={"id": group.id})

        graph = record(program)
        place, group = graph.one("Subnet"), graph.one("NetworkSecurityGroup")
        assert_dependency(graph, place, group, by="networkSecurityGroup")
        assert failure(assert_dependency, graph, place, group, by="natGateway") == (
            "Subnet web does not depend on NetworkSecurityGroup group by its input natGateway. "
            "It depends by its input natGateway on: NatGateway gateway."
        )

    def test_not_at_all(self):
        graph = record(egress)
        assert failure(assert_dependency, graph, graph.one("PublicIPAddress"), graph.one("Subnet")) == (
            "PublicIPAddress a0 does not depend on Subnet web. It depends on: nothing."
        )


class TestSerialised:
    def test_one_after_the_other(self, network):
        assert_serialised(record(network))

    @pytest.mark.parametrize("chained", [(), (0,), (1,)])
    def test_two_at_a_time(self, chained):
        def program():
            made = []
            for number in range(3):
                opts = pulumi.ResourceOptions(depends_on=made[-1:] if number - 1 in chained else [])
                made.append(subnet(f"s{number}", number, opts=opts))

        said = failure(assert_serialised, record(program))
        assert said.startswith("Subnets of network v may be written at the same time, which Azure refuses: ")
        assert ("s0 and s1" in said) is (0 not in chained)
        assert ("s1 and s2" in said) is (1 not in chained)
        assert "s0 and s2" in said

    def test_of_two_networks_each_for_itself(self):
        def program():
            for name in ("v", "w"):
                azure.Subnet(name, resource_group_name="rg", virtual_network_name=name, subnet_name="s")

        assert_serialised(record(program))

    @pytest.mark.parametrize("preview", [False, True])
    @pytest.mark.parametrize("chained", [False, True])
    def test_of_a_network_whose_name_azure_native_makes(self, preview, chained):
        def program():
            network = azure.VirtualNetwork("n", resource_group_name="rg")
            other = azure.VirtualNetwork("o", resource_group_name="rg")
            first = azure.Subnet("s0", resource_group_name="rg", virtual_network_name=network.name)
            opts = pulumi.ResourceOptions(depends_on=[first] if chained else [])
            azure.Subnet("s1", resource_group_name="rg", virtual_network_name=network.name, opts=opts)
            azure.Subnet("s2", resource_group_name="rg", virtual_network_name=other.name)

        graph = record(program, preview=preview)
        if chained:
            assert_serialised(graph)
        else:
            said = failure(assert_serialised, graph)
            assert said.startswith("Subnets of network n")
            assert said.endswith(
                " may be written at the same time, which Azure refuses: s0 and s1. "
                "Have each depend on the one before it (depends_on)."
            )

    @pytest.mark.parametrize("declared", [False, True])
    def test_of_networks_of_one_name_in_two_groups(self, declared):
        def program():
            for group in ("a", "b"):
                if declared:
                    azure.VirtualNetwork(group, resource_group_name=group, virtual_network_name="v")
                azure.Subnet(group, resource_group_name=group, virtual_network_name="v", subnet_name="s")
            azure.Subnet("c", resource_group_name="A", virtual_network_name="V", subnet_name="t")

        assert ": a and c. " in failure(assert_serialised, record(program))

    def test_of_a_network_that_nobody_knows(self):
        def program():
            unknown = pulumi.Output.from_input(pulumi.UNKNOWN)
            azure.Subnet("s", resource_group_name="rg", virtual_network_name=unknown)

        with pytest.raises(UnknownUsed, match="virtualNetworkName of Subnet s is not known"):
            assert_serialised(record(program, preview=True))

    def test_no_subnets(self):
        assert "registers no network:Subnet" in failure(assert_serialised, record(address))
        assert "nothing that could be serialised" in failure(assert_serialised, record(address), [])


class TestOrphans:
    def test_all_in_use(self, network):
        assert_no_orphans(record(network))
        assert_no_orphans(record(network, preview=True))

    def test_one_that_nobody_uses(self):
        def program():
            egress()
            address("spare")
            azure.NetworkSecurityGroup("group", resource_group_name="rg")

        graph = record(program)
        assert failure(assert_no_orphans, graph) == (
            "No resource of the program uses PublicIPAddress spare, NetworkSecurityGroup group. "
            "Attach them, remove them, or name them in but=."
        )
        assert_no_orphans(graph, but=["spare", "group"])
        assert failure(assert_no_orphans, graph, but="spare").startswith("No resource of the program uses NetworkSecu")
        assert "None is called spar." in failure(assert_no_orphans, graph, but=["spar"])

    def test_nothing_to_look_at(self):
        assert "has nothing that another resource would use" in failure(assert_no_orphans, record(subnet))


def test_the_components_hold_all_of_it(network):
    graph = record(network)
    assert_private(graph)
    assert_no_orphans(graph)
    assert_serialised(graph)
