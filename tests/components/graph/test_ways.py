"""The effective way out, and the ways in: what the sandbox's Azure can't tell, and what is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nat_egress.graph.declare import declare
from nat_egress.graph.network import Network
from nat_egress.graph.values import MISSING, UNKNOWN
from nat_egress.graph.ways import out_of_interface, out_of_machine, out_of_subnet
from nat_egress.graph.ways_in import into_interface, into_machine
from nat_egress.ways_out import WayOut

GROUP = "/subscriptions/S/resourceGroups/rg/providers/Microsoft.Network"
ELSEWHERE = GROUP.replace("rg", "net")
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "10.0.9.4"}
IDS = {
    "Subnet": ("virtualNetworkName", "subnetName"),
    "NatGateway": ("natGatewayName",),
    "PublicIPAddress": ("publicIpAddressName",),
    "PublicIPPrefix": ("publicIpPrefixName",),
    "RouteTable": ("routeTableName",),
    "NetworkInterface": ("networkInterfaceName",),
    "LoadBalancer": ("loadBalancerName",),
}


def urn(kind, name):
    return f"urn:pulumi:s::p::azure-native:{kind}::{name}"


def made(kind, name, inputs=None, outputs=None, depends=None):
    names = dict(zip(IDS.get(kind, ()), ("v", name)[-len(IDS.get(kind, ())) :], strict=False))
    module = "compute" if kind.startswith("VirtualMachine") else "network"
    return declare(
        urn(kind, name),
        f"azure-native:{module}:{kind}",
        {"resourceGroupName": "rg", **names, **(inputs or {})},
        outputs=outputs,
        property_dependencies={key: [urn(*one) for one in ones] for key, ones in (depends or {}).items()},
    )


def subnet(depends=None, **inputs):
    return made("Subnet", "app", {"defaultOutboundAccess": False, **inputs}, depends=depends)


def gateway(name="ng", **inputs):
    return made("NatGateway", name, {"publicIpAddresses": [{"id": f"{GROUP}/publicIPAddresses/{name}-pip"}], **inputs})


def address(name="ng-pip", ip="192.0.2.1"):
    return made("PublicIPAddress", name, outputs={"ipAddress": ip} if ip else None)


def table(*routes, name="rt"):
    listed = [
        {"name": f"r{number}", "addressPrefix": prefix, "nextHopType": hop, "nextHopIpAddress": via}
        for number, (prefix, hop, via) in enumerate(routes)
    ]
    return made("RouteTable", name, {"routes": listed})


def interface(name="nic", depends=None, **configuration):
    one = {"name": "c", "subnet": {"id": f"{GROUP}/virtualNetworks/v/subnets/app"}, **configuration}
    return made("NetworkInterface", name, {"ipConfigurations": [one]}, depends={"ipConfigurations": depends or []})


def to(kind, name):
    return {"id": f"{GROUP}/{kind}/{name}"}


NVA = ("0.0.0.0/0", "VirtualAppliance", "10.0.9.4")
ATTACHED, ROUTED = {"natGateway": to("natGateways", "ng")}, {"routeTable": to("routeTables", "rt")}
UNKNOWN_IDS = {"natGateway": {"id": UNKNOWN}}


def of_subnet(*resources):
    network = Network(resources)
    return out_of_subnet(network, network.subnets.all[0])


@pytest.mark.parametrize(
    ("resources", "way", "addresses", "path"),
    [
        ([subnet()], WayOut.NONE, (), ("subnet app", "no way out")),
        (
            [subnet(defaultOutboundAccess=True)],
            WayOut.DEFAULT_OUTBOUND_ACCESS,
            (UNKNOWN,),
            ("subnet app", "default outbound access", "internet"),
        ),
        (
            [subnet(**ATTACHED), gateway(), address()],
            WayOut.NAT_GATEWAY,
            ("192.0.2.1",),
            ("subnet app", "NAT gateway ng", "internet"),
        ),
        (
            [subnet(**ATTACHED, **ROUTED), gateway(), address(), table(NVA)],
            WayOut.VIRTUAL_APPLIANCE,
            (UNKNOWN,),
            (
                "subnet app",
                "route r0 (0.0.0.0/0 to VirtualAppliance)",
                "virtual appliance 10.0.9.4",
                "internet",
            ),
        ),
        (
            [subnet(**ROUTED), table(("0.0.0.0/0", "VirtualAppliance", SECRET))],
            WayOut.VIRTUAL_APPLIANCE,
            (UNKNOWN,),
            ("subnet app", "route r0 (0.0.0.0/0 to VirtualAppliance)", "virtual appliance [secret]", "internet"),
        ),
        (
            [subnet(**ATTACHED, **ROUTED), gateway(), address(), table(("0.0.0.0/0", "None", None))],
            WayOut.NONE,
            (),
            ("subnet app", "route r0 (0.0.0.0/0 to None)", "no way out"),
        ),
    ],
)
def test_a_way_out_in_words(resources, way, addresses, path):
    found = of_subnet(*resources)
    assert (found.exit.way, found.exit.addresses, found.path) == (way, addresses, path)


@pytest.mark.parametrize(
    ("resources", "way", "addresses"),
    [
        # What is not known before the update, or not from this stack.
        ([subnet(natGateway=UNKNOWN)], UNKNOWN, (UNKNOWN,)),
        ([subnet(defaultOutboundAccess=UNKNOWN)], UNKNOWN, (UNKNOWN,)),
        ([subnet(routeTable=UNKNOWN)], UNKNOWN, (UNKNOWN,)),
        ([subnet(routeTable={"id": f"{ELSEWHERE}/routeTables/rt"})], WayOut.ROUTE_TABLE, (UNKNOWN,)),
        ([subnet(natGateway={"id": f"{ELSEWHERE}/natGateways/ng"})], WayOut.NAT_GATEWAY, (UNKNOWN,)),
        ([subnet(**ATTACHED), gateway(), address(ip="")], WayOut.NAT_GATEWAY, (UNKNOWN,)),
        ([subnet(**ROUTED), table((UNKNOWN, "VirtualAppliance", "10.0.9.4"))], UNKNOWN, (UNKNOWN,)),
        ([subnet(**ROUTED), table(("0.0.0.0/0", UNKNOWN, None))], UNKNOWN, (UNKNOWN,)),
        # An id that is not known is of what the input depends on.
        (
            [subnet({"natGateway": [("NatGateway", "ng")]}, **UNKNOWN_IDS), gateway(), address()],
            WayOut.NAT_GATEWAY,
            ("192.0.2.1",),
        ),
        (
            [
                subnet({"natGateway": [("NatGateway", "ng"), ("NatGateway", "other")]}, **UNKNOWN_IDS),
                *(gateway(), gateway("other"), address(), address("other-pip", "192.0.2.2")),
            ],
            WayOut.NAT_GATEWAY,
            (UNKNOWN,),
        ),
        (
            [
                subnet({"natGateway": [("NatGateway", "ng"), ("NatGateway", "bare")]}, **UNKNOWN_IDS),
                *(gateway(), address(), gateway("bare", publicIpAddresses=[])),
            ],
            UNKNOWN,
            (UNKNOWN,),
        ),
        (
            [
                subnet(
                    {"routeTable": [("RouteTable", "rt"), ("RouteTable", "empty")]},
                    **ATTACHED,
                    routeTable={"id": UNKNOWN},
                ),
                *(gateway(), address(), table(NVA), table(name="empty")),
            ],
            UNKNOWN,
            (UNKNOWN,),
        ),
        # A gateway without an IPv4 address does nothing.
        ([subnet(**ATTACHED), gateway(publicIpAddresses=[])], WayOut.NONE, ()),
        (
            [
                subnet(**ATTACHED, defaultOutboundAccess=True),
                gateway(publicIpAddresses=None, publicIpAddressesV6=[to("publicIPAddresses", "six")]),
            ],
            WayOut.DEFAULT_OUTBOUND_ACCESS,
            (UNKNOWN,),
        ),
        ([subnet(**ATTACHED), gateway(publicIpAddresses=UNKNOWN)], UNKNOWN, (UNKNOWN,)),
    ],
)
def test_what_is_not_known_stays_so(resources, way, addresses):
    found = of_subnet(*resources)
    assert (found.exit.way, found.exit.addresses) == (way, addresses)


def test_addresses_and_prefixes_of_a_gateway():
    prefix = made("PublicIPPrefix", "p", outputs={"ipPrefix": "203.0.113.0/30"})
    given = gateway(publicIpPrefixes=[to("publicIPPrefixes", "p"), {"id": f"{ELSEWHERE}/publicIPPrefixes/q"}])
    found = of_subnet(subnet(**ATTACHED), given, address(), prefix)
    assert found.exit.addresses == ("192.0.2.1", "203.0.113.0/30", UNKNOWN)
    assert [one.name for one in found.exit.through] == ["ng"]


@pytest.mark.parametrize(
    ("value", "seen"),
    [([{"id": UNKNOWN}] * 2, ("192.0.2.1", "192.0.2.2")), ([{"id": UNKNOWN}], (UNKNOWN,)), (UNKNOWN, (UNKNOWN,))],
)
def test_addresses_whose_ids_are_not_known_are_those_that_the_gateway_depends_on(value, seen):
    depends = {"publicIpAddresses": [("PublicIPAddress", "a"), ("PublicIPAddress", "b")]}
    given = made("NatGateway", "ng", {"publicIpAddresses": value}, depends=depends)
    found = of_subnet(subnet(**ATTACHED), given, address("a", "192.0.2.1"), address("b", "192.0.2.2"))
    assert (found.exit.way, found.exit.addresses) == (WayOut.NAT_GATEWAY, seen)


def test_routes_to_a_part_of_the_internet():
    routes = [
        ("8.0.0.0/6", "VirtualAppliance", "10.0.9.4"),
        ("8.8.8.0/24", "Internet", None),
        ("Storage", "None", None),
    ]
    found = of_subnet(subnet(**ATTACHED, **ROUTED), gateway(), address(), table(*routes, ("10.0.0.0/8", "None", None)))
    assert found.exit.way is WayOut.NAT_GATEWAY
    assert [(one.destination, one.exit.way) for one in found.parts] == [
        ("8.0.0.0/6", WayOut.VIRTUAL_APPLIANCE),
        ("8.8.8.0/24", WayOut.NAT_GATEWAY),
        ("Storage", WayOut.NONE),
    ]


@pytest.mark.parametrize(
    ("second", "way", "next_hop", "parts"),
    [
        (("VirtualAppliance", "10.0.9.4"), WayOut.VIRTUAL_APPLIANCE, "10.0.9.4", 0),
        (("VirtualAppliance", "10.0.9.5"), WayOut.VIRTUAL_APPLIANCE, MISSING, 2),
        (("Internet", None), WayOut.SEVERAL_ROUTES, MISSING, 2),
    ],
)
def test_halves(second, way, next_hop, parts):
    halves = [("0.0.0.0/1", "VirtualAppliance", "10.0.9.4"), ("128.0.0.0/1", *second)]
    found = of_subnet(subnet(**ATTACHED, **ROUTED), gateway(), address(), table(*halves))
    assert (found.exit.way, found.exit.next_hop, len(found.parts)) == (way, next_hop, parts)
    assert found.path[:2] == ("subnet app", "routes r0, r1")


def test_a_route_that_is_not_known_beside_a_default_one_is_a_part():
    found = of_subnet(subnet(**ROUTED), table(NVA, (UNKNOWN, "Internet", None)))
    assert found.exit.way is WayOut.VIRTUAL_APPLIANCE
    assert [(one.destination, one.exit.way) for one in found.parts] == [(UNKNOWN, UNKNOWN)]


IN_POOL = {"loadBalancerBackendAddressPools": [to("loadBalancers", "lb/backendAddressPools/pool")]}
PUBLIC_END = {"publicIPAddress": to("publicIPAddresses", "lb-pip")}


def balancer(key="outboundRules", end=None, pools=("pool",), **rule):
    ends = "frontendIPConfigurations" if key == "outboundRules" else "frontendIPConfiguration"
    front = to("loadBalancers", "lb/frontendIPConfigurations/fe")
    given = {
        "name": "rule",
        ends: [front] if key == "outboundRules" else front,
        "backendAddressPool": to("loadBalancers", "lb/backendAddressPools/pool"),
        **rule,
    }
    inputs = {
        "frontendIPConfigurations": [{"name": "fe", **(PUBLIC_END if end is None else end)}],
        "backendAddressPools": [{"name": pool} for pool in pools],
        key: [given],
    }
    return [made("LoadBalancer", "lb", inputs), address("lb-pip", "192.0.2.9")]


IN_SOME_POOL = {"loadBalancerBackendAddressPools": [{"id": UNKNOWN}]}
IN_APP = {"ipConfigurations": [("Subnet", "app")]}
BY_BALANCER = (WayOut.LOAD_BALANCER, ("192.0.2.9",))
BY_ADDRESS = (WayOut.PUBLIC_ADDRESS, ("192.0.2.7",))
OWN = {"publicIPAddress": to("publicIPAddresses", "own")}


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([subnet(), interface(**IN_POOL), *balancer()], BY_BALANCER),
        ([subnet(), interface(), *balancer()], (WayOut.NONE, ())),
        (
            [subnet(), interface(**IN_POOL), *balancer(end={"subnet": to("virtualNetworks", "v/subnets/app")})],
            (WayOut.NONE, ()),
        ),
        ([subnet(), interface(**IN_POOL), *balancer("loadBalancingRules")], BY_BALANCER),
        (
            [subnet(), interface(**IN_POOL), *balancer("loadBalancingRules", disableOutboundSnat=True)],
            (WayOut.NONE, ()),
        ),
        (
            [subnet(), interface(**IN_POOL), *balancer("loadBalancingRules", disableOutboundSnat=UNKNOWN)],
            (UNKNOWN, (UNKNOWN,)),
        ),
        ([subnet(), interface(**IN_POOL), *balancer("inboundNatRules")], (WayOut.NONE, ())),
        ([subnet(), interface(**IN_POOL), *balancer(end=PUBLIC_END)[:1]], (WayOut.LOAD_BALANCER, (UNKNOWN,))),
        # The order: route, gateway, own address, load balancer, default.
        ([subnet(defaultOutboundAccess=True), interface(**IN_POOL), *balancer()], BY_BALANCER),
        ([subnet(), interface(**IN_POOL, **OWN), *balancer(), address("own", "192.0.2.7")], BY_ADDRESS),
        (
            [subnet(**ATTACHED), interface(**IN_POOL, **OWN), *balancer(), gateway(), address()],
            (WayOut.NAT_GATEWAY, ("192.0.2.1",)),
        ),
        (
            [subnet(**ATTACHED, **ROUTED), interface(**IN_POOL, **OWN), *balancer(), gateway(), address(), table(NVA)],
            (WayOut.VIRTUAL_APPLIANCE, (UNKNOWN,)),
        ),
        # What is not known.
        ([subnet(), interface(depends=[("LoadBalancer", "lb")], **IN_SOME_POOL), *balancer()], BY_BALANCER),
        (
            [subnet(), interface(depends=[("LoadBalancer", "lb")], **IN_SOME_POOL), *balancer(pools=("pool", "other"))],
            (UNKNOWN, (UNKNOWN,)),
        ),
        (
            [subnet(), interface(**IN_POOL)],
            (UNKNOWN, (UNKNOWN,)),
        ),
        ([subnet(), interface(publicIPAddress={"id": UNKNOWN})], (WayOut.PUBLIC_ADDRESS, (UNKNOWN,))),
        ([interface()], (UNKNOWN, (UNKNOWN,))),
        ([made("NetworkInterface", "nic", {"ipConfigurations": UNKNOWN}), subnet()], (UNKNOWN, (UNKNOWN,))),
        (
            [made("NetworkInterface", "nic", {"ipConfigurations": UNKNOWN}, depends=IN_APP), subnet()],
            (UNKNOWN, (UNKNOWN,)),
        ),
    ],
)
def test_the_way_out_of_an_interface(resources, expected):
    network = Network(resources)
    found = out_of_interface(network, network.interfaces[0])
    assert (found.exit.way, found.exit.addresses) == expected


def test_which_of_two_addresses_it_is_that_an_interface_has():
    depends = [("PublicIPAddress", "a"), ("PublicIPAddress", "b")]
    nic = interface(depends=depends, publicIPAddress={"id": UNKNOWN})
    network = Network([subnet(), nic, address("a", "192.0.2.1"), address("b", "192.0.2.2")])
    found = out_of_interface(network, network.interfaces[0])
    assert (found.exit.way, found.exit.addresses) == (WayOut.PUBLIC_ADDRESS, (UNKNOWN,))


def test_an_interface_that_may_be_in_either_of_two_subnets():
    both = [subnet(), made("Subnet", "db", {"defaultOutboundAccess": True})]
    nic = interface(depends=[("Subnet", "app"), ("Subnet", "db")], subnet={"id": UNKNOWN})
    network = Network([*both, nic])
    assert out_of_interface(network, network.interfaces[0]).exit.way is UNKNOWN
    network = Network([subnet(), made("Subnet", "db", {"defaultOutboundAccess": False}), nic])
    assert out_of_interface(network, network.interfaces[0]).exit.way is WayOut.NONE


def test_what_leaves_is_the_primary_configuration():
    given = [
        {"name": "first", "subnet": to("virtualNetworks", "v/subnets/app"), **OWN},
        {"name": "second", "subnet": to("virtualNetworks", "v/subnets/app"), "primary": True},
    ]
    nic = made("NetworkInterface", "nic", {"ipConfigurations": given})
    network = Network([subnet(), nic, address("own", "192.0.2.7")])
    assert out_of_interface(network, network.interfaces[0]).exit.way is WayOut.NONE
    assert [one.addresses for one in into_interface(network, network.interfaces[0])] == [("192.0.2.7",)]


def test_the_interfaces_of_a_machine_the_primary_one_first():
    listed = [to("networkInterfaces", "one"), {**to("networkInterfaces", "two"), "primary": True}]
    machine = made("VirtualMachine", "vm", {"networkProfile": {"networkInterfaces": listed}})
    network = Network([machine, interface("one"), interface("two", **OWN), subnet(), address("own", "192.0.2.7")])
    ways = out_of_machine(network, machine)
    assert [one.exit.way for one in ways] == [WayOut.PUBLIC_ADDRESS, WayOut.NONE]
    assert ways[0].path == ("network interface two", "subnet app", "public address of c", "internet")
    assert [one.path[-1] for one in into_machine(network, machine)] == ["network interface two"]


@pytest.mark.parametrize(
    "profile",
    [
        {"networkInterfaces": [to("networkInterfaces", "nic"), {"id": f"{ELSEWHERE}/networkInterfaces/other"}]},
        {"networkInterfaces": [to("networkInterfaces", "nic"), {"id": UNKNOWN}]},
    ],
)
def test_an_interface_that_is_not_in_this_stack_has_a_way_that_is_not_known(profile):
    machine = made("VirtualMachine", "vm", {"networkProfile": profile})
    ways = out_of_machine(Network([machine, interface(), subnet()]), machine)
    assert [one.exit.way for one in ways] == [WayOut.NONE, UNKNOWN]


def test_an_interface_that_a_scale_set_makes():
    configuration = {"name": "c", "subnet": to("virtualNetworks", "v/subnets/app"), "publicIPAddressConfiguration": {}}
    profile = {"networkInterfaceConfigurations": [{"name": "nic", "ipConfigurations": [configuration]}]}
    machines = made("VirtualMachineScaleSet", "web", {"virtualMachineProfile": {"networkProfile": profile}})
    network = Network([machines, subnet()])
    (way,) = out_of_machine(network, machines)
    assert (way.exit.way, way.exit.addresses) == (WayOut.PUBLIC_ADDRESS, (UNKNOWN,))
    assert way.source == ("web (network interface nic)", "subnet app")


OPEN = subnet(defaultOutboundAccess=True)
BY_DEFAULT = (WayOut.DEFAULT_OUTBOUND_ACCESS, (UNKNOWN,))
NOWHERE = (WayOut.NONE, ())
INSIDE = {"subnet": to("virtualNetworks", "v/subnets/app")}


def of_interface(*resources):
    network = Network(resources)
    return out_of_interface(network, network.interfaces[0])


def of_sku(resources, sku):
    """Return a load balancer with a SKU, the other resources as they are."""
    first, *others = resources
    return [replace(first, inputs={**first.inputs, "sku": sku}), *others]


@pytest.mark.parametrize(
    ("sku", "joined", "expected"),
    [
        ({"name": "Standard"}, IN_POOL, NOWHERE),
        ({"name": "standard"}, IN_POOL, NOWHERE),
        ({"name": "Basic"}, IN_POOL, BY_DEFAULT),
        ({}, IN_POOL, BY_DEFAULT),
        ({"name": UNKNOWN}, IN_POOL, (UNKNOWN, (UNKNOWN,))),
        ({"name": "Standard"}, {}, BY_DEFAULT),
        (
            {"name": "Standard"},
            {"loadBalancerInboundNatRules": [to("loadBalancers", "lb/inboundNatRules/ssh")]},
            NOWHERE,
        ),
    ],
)
def test_what_is_behind_a_standard_load_balancer_has_no_default_outbound_access(sku, joined, expected):
    resources = [OPEN, interface(**joined), *of_sku(balancer("loadBalancingRules", end=INSIDE), sku)]
    way = of_interface(*resources)
    assert (way.exit.way, way.exit.addresses) == expected


def test_in_a_private_subnet_it_makes_no_difference_which_sku_a_load_balancer_has():
    resources = [subnet(), interface(**IN_POOL), *of_sku(balancer(end=INSIDE), {"name": UNKNOWN})]
    assert of_interface(*resources).exit.way is WayOut.NONE


def test_the_primary_configuration_alone_goes_out_by_a_load_balancer():
    first = {"name": "first", "primary": True, "subnet": to("virtualNetworks", "v/subnets/app")}
    second = {**first, "name": "second", "primary": False, **IN_POOL}
    nic = made("NetworkInterface", "nic", {"ipConfigurations": [first, second]})
    lb = of_sku(balancer(), {"name": "Standard"})
    assert of_interface(OPEN, nic, *lb).exit.way is WayOut.DEFAULT_OUTBOUND_ACCESS
    joined = made("NetworkInterface", "nic", {"ipConfigurations": [{**first, **IN_POOL}, second]})
    assert of_interface(OPEN, joined, *lb).exit.way is WayOut.LOAD_BALANCER


STANDARD = {"sku": {"name": "Standard"}}


@pytest.mark.parametrize(
    ("own", "listed", "way"),
    [
        ([made("PublicIPAddress", "own", STANDARD)], ("one", "two"), WayOut.NONE),
        ([made("PublicIPAddress", "own", {"sku": {"name": "Basic"}})], ("one", "two"), WayOut.DEFAULT_OUTBOUND_ACCESS),
        ([made("PublicIPAddress", "own")], ("one", "two"), WayOut.DEFAULT_OUTBOUND_ACCESS),
        ([made("PublicIPAddress", "own", {"sku": {"name": UNKNOWN}})], ("one", "two"), UNKNOWN),
        ([], ("one", "two"), UNKNOWN),
        ([made("PublicIPAddress", "own", STANDARD)], ("two",), WayOut.DEFAULT_OUTBOUND_ACCESS),
        ([made("PublicIPAddress", "own", STANDARD)], ("two", "elsewhere"), UNKNOWN),
    ],
)
def test_a_standard_address_closes_default_outbound_access_to_its_whole_machine(own, listed, way):
    named = {"networkProfile": {"networkInterfaces": [to("networkInterfaces", one) for one in listed]}}
    machine = made("VirtualMachine", "vm", named)
    network = Network([OPEN, interface("one", **OWN), interface("two"), *own, machine])
    ways = dict(zip(listed, out_of_machine(network, machine), strict=True))
    assert ways["two"].exit.way is way


def test_an_address_of_a_second_configuration_closes_it_too():
    first = {"name": "first", "primary": True, "subnet": to("virtualNetworks", "v/subnets/app")}
    nic = made("NetworkInterface", "nic", {"ipConfigurations": [first, {**first, "primary": False, **OWN}]})
    assert of_interface(OPEN, nic, made("PublicIPAddress", "own", STANDARD)).exit.way is WayOut.NONE


def test_an_ipv6_front_end_lets_no_ipv4_out():
    first, pip = balancer()
    six = replace(pip, inputs={**pip.inputs, "publicIPAddressVersion": "IPv6"})
    assert of_interface(subnet(), interface(**IN_POOL), first, six).exit.way is WayOut.NONE


def test_a_load_balancer_refers_to_its_own_parts():
    own = {
        "frontendIPConfigurations": [{"id": "$self/frontendIPConfigurations/FE"}],
        "backendAddressPool": {"id": "$self/backendAddressPools/pool"},
    }
    way = of_interface(subnet(), interface(**IN_POOL), *balancer(pools=("pool", "other"), **own))
    assert (way.exit.way, way.exit.addresses) == BY_BALANCER


@pytest.mark.parametrize(
    ("end", "seen"), [("fe", "192.0.2.9"), ("other", "192.0.2.8"), ("gone", UNKNOWN), (UNKNOWN, UNKNOWN)]
)
def test_the_addresses_of_a_load_balancer_are_those_of_the_front_ends_of_its_rule(end, seen):
    where = f"{GROUP}/loadBalancers/lb/frontendIPConfigurations/{end}" if isinstance(end, str) else end
    ends = [("fe", "lb-pip"), ("other", "other-pip")]
    front = [{"name": name, "publicIPAddress": to("publicIPAddresses", pip)} for name, pip in ends]
    lb = made(
        "LoadBalancer",
        "lb",
        {
            "frontendIPConfigurations": front,
            "backendAddressPools": [{"name": "pool"}],
            "outboundRules": [
                {
                    "name": "out",
                    "frontendIPConfigurations": [{"id": where}],
                    "backendAddressPool": to("loadBalancers", "lb/backendAddressPools/pool"),
                }
            ],
        },
    )
    network = Network([lb, *(address("lb-pip", "192.0.2.9"), address("other-pip", "192.0.2.8"))])
    (rule,) = network.load_balancers.all[0].rules
    assert network.load_balancers.addresses(network.load_balancers.all[0], rule) == (seen,)


@pytest.mark.parametrize(
    ("resources", "ways"),
    [
        ([interface()], []),
        (
            [interface(**OWN), address("own", "192.0.2.7")],
            [(("internet", "public address of c", "network interface nic"), ("192.0.2.7",), True)],
        ),
        (
            [interface(**IN_POOL), *balancer("loadBalancingRules", backendPort=443)],
            [
                (
                    ("internet", "load balancer lb", "load balancing rule rule, port 443", "network interface nic"),
                    ("192.0.2.9",),
                    True,
                )
            ],
        ),
        (
            [interface(**IN_POOL), *balancer("inboundNatRules")],
            [
                (
                    ("internet", "load balancer lb", "inbound NAT rule rule", "network interface nic"),
                    ("192.0.2.9",),
                    True,
                )
            ],
        ),
        (
            [
                interface(depends=[("LoadBalancer", "lb")], **IN_SOME_POOL),
                *balancer("loadBalancingRules", pools=("pool", "other")),
            ],
            [
                (
                    ("internet", "load balancer lb", "load balancing rule rule", "network interface nic"),
                    ("192.0.2.9",),
                    False,
                )
            ],
        ),
        ([interface(**IN_POOL), *balancer()], []),
        ([interface(**IN_POOL), *balancer("loadBalancingRules", end={"subnet": {"id": UNKNOWN}})], []),
        (
            [made("NetworkInterface", "nic", {"ipConfigurations": [UNKNOWN]})],
            [(("internet", "public address of the IP configuration", "network interface nic"), (UNKNOWN,), False)],
        ),
    ],
)
def test_the_ways_in(resources, ways):
    network = Network(resources)
    found = into_interface(network, network.interfaces[0])
    assert [(one.path, one.addresses, one.certain) for one in found] == ways
