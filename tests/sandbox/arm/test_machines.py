"""The way out of every machine, read from what is there."""

from __future__ import annotations

import pytest
from azure_sandbox.arm.ways_out import Exit, Method, Part


def only(azure):
    (way,) = azure.plane.ways_out(azure.subscription)
    return way


def gateway_on(azure, **lists):
    azure.gateway_with(**lists)
    azure.put_subnet(natGateway={"id": azure.id("natGateways", "ng")})


def address(azure, name="pip"):
    return azure.properties(azure.id("publicIPAddresses", name))["ipAddress"]


def test_no_machine_no_way(network):
    network.put_interface()
    assert network.plane.ways_out() == []


def test_where_a_machine_is(network):
    network.put_interface()
    network.put_machine(zones=["2"])
    way = only(network)
    assert (way.machine, way.interface, way.primary) == (
        network.compute_id("virtualMachines", "vm"),
        network.id("networkInterfaces", "nic"),
        True,
    )
    assert (way.zone, way.private_address, way.subnet) == ("2", "10.0.1.4", network.subnet_id())
    assert (way.exit, way.parts, way.inbound) == (Exit(Method.DEFAULT), (), ())


def test_a_private_subnet_has_no_way_of_its_own(machine):
    machine.put_subnet(defaultOutboundAccess=False)
    assert only(machine).exit == Exit(Method.NONE)


def test_the_addresses_of_the_gateway(machine):
    machine.put_address()
    machine.put_prefix()
    gateway_on(
        machine,
        publicIpAddresses=[machine.id("publicIPAddresses", "pip")],
        publicIpPrefixes=[machine.id("publicIPPrefixes", "pfx")],
    )
    prefix = machine.properties(machine.id("publicIPPrefixes", "pfx"))["ipPrefix"]
    gateway = Exit(Method.NAT_GATEWAY, machine.id("natGateways", "ng"), (address(machine), prefix))
    assert only(machine).exit == gateway


def test_a_public_address_serves_inbound_only_beside_a_gateway(machine):
    machine.put_address("own")
    machine.put_address()
    machine.put_interface(publicIPAddress={"id": machine.id("publicIPAddresses", "own")})
    own = address(machine, "own")
    assert (only(machine).exit, only(machine).inbound) == (Exit(Method.INSTANCE, addresses=(own,)), (own,))
    gateway_on(machine, publicIpAddresses=[machine.id("publicIPAddresses", "pip")])
    assert (only(machine).exit.method, only(machine).inbound) == (Method.NAT_GATEWAY, (own,))


def test_routes_come_first(machine):
    table = machine.id("routeTables", "rt")
    hop = {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.1.100"}
    direct = {"addressPrefix": "203.0.113.0/24", "nextHopType": "Internet"}
    routes = [{"name": "all", "properties": hop}, {"name": "some", "properties": direct}]
    machine.put(table, {"location": "westeurope", "properties": {"routes": routes}})
    machine.put_subnet(routeTable={"id": table}, defaultOutboundAccess=False)
    way = only(machine)
    assert way.exit == Exit(Method.APPLIANCE, "10.0.1.100")
    assert way.parts == (Part("203.0.113.0/24", Exit(Method.NONE)),)


def test_each_interface_has_its_way_the_primary_one_first(network):
    network.put_subnet("private", prefix="10.0.2.0/24", defaultOutboundAccess=False)
    network.put_interface("a")
    network.put_interface("b", network.subnet_id("private"))
    network.put_machine(nics=("b", "a"))
    found = [(way.interface.rpartition("/")[2], way.primary, way.exit.method) for way in network.plane.ways_out()]
    assert found == [("b", True, Method.NONE), ("a", False, Method.DEFAULT)]


def test_the_first_configuration_counts_and_every_address_is_a_way_in(network):
    network.put_address(sku={"name": "Basic"})
    bare = {"subnet": {"id": network.subnet_id()}, "primary": True}
    public = {"subnet": bare["subnet"], "publicIPAddress": {"id": network.id("publicIPAddresses", "pip")}}
    items = [{"name": "second", "properties": public}, {"name": "first", "properties": bare}]
    id_ = network.id("networkInterfaces", "nic")
    assert network.put(id_, {"location": "westeurope", "properties": {"ipConfigurations": items}}).ok
    network.put_machine()
    way = only(network)
    assert (way.private_address, way.exit.method) == ("10.0.1.5", Method.DEFAULT)
    assert way.inbound == (address(network),)


@pytest.mark.parametrize(("sku", "method"), [("Standard", Method.NONE), ("Basic", Method.DEFAULT)])
def test_a_standard_address_closes_default_outbound_access_to_its_whole_machine(network, sku, method):
    network.put_address(sku={"name": sku})
    network.put_interface("a", publicIPAddress={"id": network.id("publicIPAddresses", "pip")})
    network.put_interface("b")
    network.put_interface("alone")
    network.put_machine(nics=("a", "b"))
    network.put_machine("other", ("alone",))
    found = {way.interface.rpartition("/")[2]: way.exit.method for way in network.plane.ways_out()}
    assert found == {"a": Method.INSTANCE, "b": method, "alone": Method.DEFAULT}


def test_machines_come_in_the_order_of_their_ids(network):
    for name in ("b", "a", "c"):
        network.put_interface(name)
        assert network.put_machine(name, (name,)).ok
    assert [way.machine[-1] for way in network.plane.ways_out()] == ["a", "b", "c"]


def test_machines_of_one_subscription(machine):
    assert machine.plane.ways_out("another") == []
    assert len(machine.plane.ways_out()) == 1


def test_looking_is_no_request(machine):
    before = machine.plane.requests()
    machine.plane.ways_out()
    assert machine.plane.requests() == before


def balanced_machine(azure, *, end=None, interface=None, **of_balancer):
    """Make a load balancer with these rules, and the machine's interface in its pool."""
    made = azure.put_balancer(end=end, **of_balancer)
    assert made.ok, made
    joined = azure.put_interface(**(azure.in_pool() if interface is None else interface))
    assert joined.ok, joined


def by_balancer(azure, *addresses):
    return Exit(Method.LOAD_BALANCER, azure.id("loadBalancers", "lb"), addresses)


def test_outbound_rules_let_a_pool_out(machine):
    machine.put_address()
    machine.put_prefix()
    prefix = machine.id("publicIPPrefixes", "pfx")
    listed = [
        {"name": "fe", "properties": {"publicIPAddress": {"id": machine.id("publicIPAddresses", "pip")}}},
        {"name": "more", "properties": {"publicIPPrefix": {"id": prefix}}},
    ]
    several = [{"id": machine.part_id("frontendIPConfigurations", name)} for name in ("fe", "more")]
    rule = machine.outbound(frontendIPConfigurations=several)
    balanced_machine(machine, frontendIPConfigurations=listed, outboundRules=[rule])
    seen = (address(machine), machine.properties(prefix)["ipPrefix"])
    assert (only(machine).exit, only(machine).inbound) == (by_balancer(machine, *seen), ())
    machine.put_subnet(defaultOutboundAccess=False)
    assert only(machine).exit == by_balancer(machine, *seen)


def test_a_load_balancing_rule_lets_its_pool_out_and_the_internet_in(machine):
    machine.put_address()
    balanced_machine(machine, loadBalancingRules=[machine.balancing()])
    own = address(machine)
    assert (only(machine).exit, only(machine).inbound) == (by_balancer(machine, own), (own,))
    balanced_machine(machine, loadBalancingRules=[machine.balancing(disableOutboundSnat=True)])
    assert (only(machine).exit, only(machine).inbound) == (Exit(Method.NONE), (own,))


def test_what_is_behind_a_load_balancer_has_no_default_outbound_access(machine):
    assert only(machine).exit == Exit(Method.DEFAULT)
    balanced_machine(machine, end={"subnet": {"id": machine.subnet_id()}}, loadBalancingRules=[machine.balancing()])
    assert (only(machine).exit, only(machine).inbound) == (Exit(Method.NONE), ())


def test_an_inbound_nat_rule_lets_nobody_out(machine):
    machine.put_address()
    rule = machine.part_id("inboundNatRules", "ssh")
    machine.put_balancer()
    machine.put(rule, {"properties": machine.inbound()})
    assert machine.put_interface(loadBalancerInboundNatRules=[{"id": rule}]).ok
    assert (only(machine).exit, only(machine).inbound) == (Exit(Method.NONE), (address(machine),))


def test_an_inbound_nat_rule_leads_to_a_pool(machine):
    machine.put_address()
    balanced_machine(machine)
    ranged = {"frontendPort": None, "frontendPortRangeStart": 500, "frontendPortRangeEnd": 600}
    pool = {"backendAddressPool": {"id": machine.part_id("backendAddressPools", "pool")}}
    machine.put(machine.part_id("inboundNatRules", "ssh"), {"properties": machine.inbound(**ranged, **pool)})
    assert only(machine).inbound == (address(machine),)


def test_a_rule_of_another_pool_counts_for_nothing(machine):
    machine.put_address()
    other = {"backendAddressPool": {"id": machine.part_id("backendAddressPools", "other")}}
    pools = [{"name": "pool"}, {"name": "other"}]
    balanced_machine(
        machine, backendAddressPools=pools, loadBalancingRules=[machine.balancing(**other, disableOutboundSnat=True)]
    )
    assert (only(machine).exit, only(machine).inbound) == (Exit(Method.NONE), ())
    balanced_machine(machine, backendAddressPools=pools, outboundRules=[machine.outbound(**other)])
    assert (only(machine).exit, only(machine).inbound) == (Exit(Method.NONE), ())


def test_an_ipv6_front_end_lets_no_ipv4_out(machine):
    machine.put_address(properties={"publicIPAddressVersion": "IPv6"})
    balanced_machine(machine, outboundRules=[machine.outbound()])
    assert only(machine).exit == Exit(Method.NONE)


def test_the_primary_configuration_alone_goes_out_by_a_load_balancer(machine):
    machine.put_address()
    machine.put_balancer(loadBalancingRules=[machine.balancing()])
    subnet = {"subnet": {"id": machine.subnet_id()}}
    configurations = [
        {"name": "first", "properties": {**subnet, "primary": True}},
        {"name": "second", "properties": {**subnet, **machine.in_pool()}},
    ]
    body = {"location": "westeurope", "properties": {"ipConfigurations": configurations}}
    assert machine.put(machine.id("networkInterfaces", "nic"), body).ok
    assert (only(machine).exit, only(machine).inbound) == (Exit(Method.DEFAULT), (address(machine),))


def test_what_comes_before_a_load_balancer(machine):
    machine.put_address("own")
    machine.put_address("lb-pip")
    end = {"publicIPAddress": {"id": machine.id("publicIPAddresses", "lb-pip")}}
    own = {"publicIPAddress": {"id": machine.id("publicIPAddresses", "own")}}
    rules = {"outboundRules": [machine.outbound()]}
    balanced_machine(machine, end=end, interface={**own, **machine.in_pool()}, **rules)
    assert only(machine).exit == Exit(Method.INSTANCE, addresses=(address(machine, "own"),))
    machine.put_address()
    gateway_on(machine, publicIpAddresses=[machine.id("publicIPAddresses", "pip")])
    assert only(machine).exit.method is Method.NAT_GATEWAY
