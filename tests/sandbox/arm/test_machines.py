"""The way out of every machine, read from what is there."""

from __future__ import annotations

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
    network.put_address()
    bare = {"subnet": {"id": network.subnet_id()}, "primary": True}
    public = {"subnet": bare["subnet"], "publicIPAddress": {"id": network.id("publicIPAddresses", "pip")}}
    items = [{"name": "second", "properties": public}, {"name": "first", "properties": bare}]
    id_ = network.id("networkInterfaces", "nic")
    assert network.put(id_, {"location": "westeurope", "properties": {"ipConfigurations": items}}).ok
    network.put_machine()
    way = only(network)
    assert (way.private_address, way.exit.method) == ("10.0.1.5", Method.DEFAULT)
    assert way.inbound == (address(network),)


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
