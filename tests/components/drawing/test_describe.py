"""What is drawn: every way out and in, what is alike as one, what is not known, and the same for the same network."""

from __future__ import annotations

import random

import pytest
from azure_sandbox.arm import ControlPlane
from nat_egress.drawing.describe import drawing_of
from nat_egress.drawing.formats import OF_RESOURCES, Format, View, written
from nat_egress.drawing.model import HopKind
from nat_egress.graph.network import Network
from nat_egress.graph.values import UNKNOWN
from nat_egress.graph.ways import out_of_machine, out_of_subnet
from nat_egress.graph.ways_in import into_machine
from nat_egress.ways_out import WayOut

from tests.agreement.in_azure import Azure
from tests.agreement.topologies import topology
from tests.components.drawing import stacks
from tests.components.drawing.stacks import behind, gateway, machine, made, network, pooled, routed, subnet, table, to

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hunter2"}


def named(drawing, name):
    (found,) = [one for one in drawing.subnets if one.name == name]
    return found


def group(drawing, name):
    (found,) = [one for net in drawing.nets for here in (net, *net.subnets) for one in here.groups if name in one.name]
    return found


@pytest.mark.parametrize(
    ("name", "way", "hop", "addresses"),
    [
        ("web", WayOut.NAT_GATEWAY, (HopKind.NAT_GATEWAY, "egress"), ("192.0.2.1",)),
        ("inspected", WayOut.VIRTUAL_APPLIANCE, (HopKind.VIRTUAL_APPLIANCE, "10.0.9.4"), (None,)),
        ("premises", WayOut.VIRTUAL_NETWORK_GATEWAY, (HopKind.VIRTUAL_NETWORK_GATEWAY, "of net"), (None,)),
        ("halves", WayOut.SEVERAL_ROUTES, (HopKind.SEVERAL_ROUTES, "r0, r1"), (None,)),
        ("elsewhere", WayOut.ROUTE_TABLE, (HopKind.ROUTE_TABLE, "of another stack"), (None,)),
        ("legacy", WayOut.DEFAULT_OUTBOUND_ACCESS, (HopKind.DEFAULT_OUTBOUND_ACCESS, ""), (None,)),
        ("lab", WayOut.NAT_GATEWAY, (HopKind.NAT_GATEWAY, "shared of another stack"), (None,)),
        ("shared", None, (HopKind.UNKNOWN, ""), (None,)),
    ],
)
def test_the_way_out_of_a_subnet(drawn, name, way, hop, addresses):
    drawing = drawn("everything")
    leg = named(drawing, name).out.leg
    found = drawing.hop(leg.hop)
    assert (leg.way, leg.addresses) == (way, addresses)
    assert ((found.kind, found.name), found.addresses) == (hop, addresses)


def test_a_subnet_without_a_way_out(drawn):
    leg = named(drawn("everything"), "data").out.leg
    assert (leg.way, leg.hop, leg.addresses, leg.path) == (WayOut.NONE, "", (), ("subnet data", "no way out"))


def test_destinations_that_leave_another_way(drawn):
    drawing = drawn("everything")
    (part,) = named(drawing, "inspected").out.parts
    assert (part.destination, part.leg.way) == ("198.51.100.0/24", WayOut.NAT_GATEWAY)
    assert part.leg.hop == named(drawing, "web").out.leg.hop


@pytest.mark.parametrize(
    ("name", "kind", "addresses", "path"),
    [
        ("open", HopKind.PUBLIC_ADDRESS, ("203.0.113.20",), ("internet", "public address of primary", "open")),
        ("pool-0", HopKind.LOAD_BALANCER, ("203.0.113.9",), None),
        ("bastion", HopKind.BASTION, ("203.0.113.60",), ("internet", "public address", "Bastion host bastion")),
        (
            "agw",
            HopKind.APPLICATION_GATEWAY,
            ("203.0.113.62",),
            ("internet", "public address", "application gateway agw"),
        ),
    ],
)
def test_a_way_in(drawn, name, kind, addresses, path):
    drawing = drawn("everything")
    (into,) = group(drawing, name).ins
    found = drawing.hop(into.hop)
    assert (found.kind, found.addresses, into.certain) == (kind, addresses, True)
    assert path in (None, into.path)


def test_a_machine_with_an_address_behind_a_nat_gateway_leaves_by_the_gateway(drawn):
    drawing = drawn("everything")
    assert drawing.hop(group(drawing, "open").out.leg.hop).name == "egress"


def test_a_firewall_leaves_by_its_own_addresses_unless_its_subnet_has_a_gateway(drawn):
    drawing = drawn("everything")
    assert named(drawing, "AzureFirewallSubnet").out is None
    leg = group(drawing, "fw").out.leg
    assert (drawing.hop(leg.hop).kind, leg.addresses) == (HopKind.FIREWALL, ("203.0.113.61",))
    inside = {"name": "p", "subnet": to("virtualNetworks", "net/subnets/AzureFirewallSubnet")}
    firewall = made("AzureFirewall", "fw", {"ipConfigurations": [inside]})
    drawing = drawn([network(), *gateway(), subnet("AzureFirewallSubnet", **behind()), firewall])
    assert drawing.hop(named(drawing, "AzureFirewallSubnet").out.leg.hop).name == "egress"
    assert group(drawing, "fw").out is None


def test_what_has_the_address_of_an_appliance_is_named(drawn):
    drawing = drawn("everything")
    (found,) = [one for one in drawing.hops if one.kind is HopKind.VIRTUAL_APPLIANCE]
    assert found.stands_for == "virtual machine nva"
    twice = [*stacks.everything(), *machine("copy", "lab", "small", private="10.0.9.4")]
    (found,) = [one for one in drawn(twice).hops if one.kind is HopKind.VIRTUAL_APPLIANCE]
    assert found.stands_for == ""


def test_gateways_that_nothing_leaves_through_are_drawn(drawn):
    found = {one.name: one for one in drawn("everything").hops if one.kind is HopKind.NAT_GATEWAY}
    assert found["spare"].addresses == ("192.0.2.7",)
    assert found["bare"].addresses == ()
    assert (found["egress"].sku, found["egress"].zones) == ("StandardV2", ("1",))


def test_what_is_alike_is_one(drawn):
    drawing = drawn("many_machines")
    (workers, leader) = sorted(named(drawing, "workers").groups, key=lambda one: -len(one.members))
    assert workers.name == "worker-0 … worker-199 (200)"
    assert [one.name for one in workers.members][9:12] == ["worker-9", "worker-10", "worker-11"]
    assert workers.members[0].private_addresses == ("10.0.0.4",)
    assert leader.name == "leader"


def test_what_leaves_or_is_reached_another_way_is_not_alike(drawn):
    parts = [
        *[network(), *gateway(), subnet("web", 0, **behind()), *stacks.balancer("lb")],
        *(one for number in range(3) for one in machine(f"web-{number}", "web")),
        *machine("web-3", "web", ip="203.0.113.3"),
        *machine("web-4", "web", ip="203.0.113.4"),
        *machine("web-5", "web", **pooled("lb")),
    ]
    assert [one.name for one in named(drawn(parts), "web").groups] == [
        "web-0 … web-2 (3)",
        "web-3, web-4",
        "web-5",
    ]


def test_what_leaves_by_different_load_balancers_is_not_alike(drawn):
    parts = [network(), subnet("web"), *stacks.balancer("a", inward=False), *stacks.balancer("b", inward=False)]
    parts += [*machine("web-1", "web", **pooled("a")), *machine("web-2", "web", **pooled("b"))]
    drawing = drawn(parts)
    found = {one.name: drawing.hop(one.out.leg.hop).name for one in named(drawing, "web").groups}
    assert found == {"web-1": "a", "web-2": "b"}


def test_private_addresses_are_known_or_not_or_there_are_none(drawn):
    drawing = drawn("everything")
    assert group(drawing, "nva").members[0].private_addresses == ("10.0.9.4",)
    assert group(drawing, "old").members[0].private_addresses == (None,)
    assert group(drawing, "vault").members[0].private_addresses == ()


def test_addresses_of_alike_machines_are_told_together(drawn):
    drawing = drawn("everything")
    edge = group(drawing, "edge-0")
    assert edge.out.leg.addresses == ("203.0.113.0", "203.0.113.1", "203.0.113.2")
    assert drawing.hop(edge.out.leg.hop).addresses == edge.out.leg.addresses
    assert edge.ins[0].hop == edge.out.leg.hop


def test_a_machine_with_two_interfaces_is_in_both_subnets(drawn):
    parts = [network(), subnet("a", 0), subnet("b", 1), *machine("vm", "a")[:-1]]
    second = {"name": "p", "subnet": to("virtualNetworks", "net/subnets/b")}
    parts.append(made("NetworkInterface", "second", {"ipConfigurations": [second]}))
    listed = {"networkInterfaces": [to("networkInterfaces", "vm-nic"), to("networkInterfaces", "second")]}
    drawing = drawn([*parts, made("VirtualMachine", "vm", {"networkProfile": listed})])
    assert [[one.name for one in here.groups] for here in drawing.subnets] == [["vm (vm-nic)"], ["vm (second)"]]


def test_a_scale_set_is_drawn(drawn):
    place = {"name": "p", "subnet": to("virtualNetworks", "net/subnets/a")}
    interfaces = {"networkInterfaceConfigurations": [{"name": "nic", "ipConfigurations": [place]}]}
    profile = {"virtualMachineProfile": {"networkProfile": interfaces}}
    drawing = drawn([network(), subnet("a"), made("VirtualMachineScaleSet", "workers", profile)])
    (found,) = named(drawing, "a").groups
    assert (found.kind, found.name, found.out.leg.way) == ("scale set", "workers", WayOut.NONE)


def test_bastion_of_a_network_is_beside_its_subnets(drawn):
    drawing = drawn([network(), made("BastionHost", "host", {"virtualNetwork": to("virtualNetworks", "net")})])
    assert [one.name for one in drawing.nets[0].groups] == ["host"]
    assert drawing.nets[0].subnets == ()


def test_subnets_inside_their_network(drawn):
    listed = [{"name": "b", "addressPrefix": "10.0.1.0/24"}, {"name": "a", "addressPrefix": "10.0.0.0/24", **behind()}]
    drawing = drawn([network(subnets=listed), *gateway(), *machine("vm", "a")])
    assert [one.name for one in drawing.subnets] == ["a", "b"]
    assert [one.name for one in named(drawing, "a").groups] == ["vm"]


def test_what_is_not_in_this_stack_is_drawn_all_the_same(drawn):
    drawing = drawn("everything")
    assert [(one.name, one.in_stack) for one in drawing.nets] == [
        ("net", True),
        ("small", True),
        (None, False),
        ("hub", False),
    ]
    assert [one.name for one in named(drawing, "shared").groups] == ["guest-nic"]
    assert [one.name for one in drawing.nets[2].subnets[0].groups] == ["stray"]


def test_a_machine_without_interfaces_is_drawn(drawn):
    parts = [made("VirtualMachine", "bare", {}), made("VirtualMachineScaleSet", "none", {})]
    assert [one.name for here in drawn(parts).subnets for one in here.groups] == ["bare", "none"]


def test_what_holds_for_a_whole_machine_is_told_of_each_of_its_interfaces(drawn):
    """A Standard address closes default outbound access to all of its machine, whichever interface has it."""
    parts = [network(), subnet("a", defaultOutboundAccess=True), *machine("vm", "a")[:-1]]
    parts += machine("open", "a", ip="203.0.113.1")[:-1]
    parts += [made("PublicIPAddress", "open-ip", {"sku": {"name": "Standard"}})]
    listed = {"networkInterfaces": [to("networkInterfaces", "vm-nic"), to("networkInterfaces", "open-nic")]}
    drawing = drawn([*parts[:-3], *parts[-2:], made("VirtualMachine", "vm", {"networkProfile": listed})])
    assert group(drawing, "vm (vm-nic)").out.leg.way is WayOut.NONE
    assert named(drawing, "a").out.leg.way is WayOut.DEFAULT_OUTBOUND_ACCESS


def test_a_subnet_in_a_network_of_another_stack(drawn):
    drawing = drawn([subnet("app", net="hub")])
    assert [(one.name, one.in_stack, one.ranges) for one in drawing.nets] == [("hub", False, ())]


def test_what_is_not_known_before_the_update(drawn):
    drawing = drawn("unknowns", preview=True)
    net = drawing.nets[0]
    assert (net.name, net.ranges) == ("net", (None,))
    web = named(drawing, "web")
    assert (web.ranges, web.out.leg.way, web.out.leg.addresses) == ((None,), WayOut.NAT_GATEWAY, (None,))
    assert drawing.hop(web.out.leg.hop).name == "egress"
    either = [one for here in drawing.subnets for one in here.groups if one.name == "either-nic"]
    assert [one.certain for one in either] == [False, False]
    assert named(drawing, "odd").private is None
    lost = group(drawing, "lost")
    assert (lost.out.leg.way, [one.certain for one in lost.ins]) == (None, [False])


@pytest.mark.parametrize("form", list(Format))
def test_secrets_are_not_shown(form):
    parts = [
        network(),
        *gateway(),
        *(subnet("a", 0, **behind()), table("rt", (SECRET, "VirtualAppliance", SECRET))),
        subnet("b", 1, addressPrefix=SECRET, delegations=[{"name": "d", "serviceName": SECRET}], **routed("rt")),
        *machine("vm", "b", private=SECRET),
        made("PublicIPAddress", "ip", {"ipAddress": SECRET}),
        *machine("open", "a", publicIPAddress=to("publicIPAddresses", "ip")),
        made("VirtualNetwork", "hidden", {"subnets": [{"name": SECRET, "addressPrefix": SECRET}]}),
        made("NatGateway", "odd", {"sku": {"name": SECRET}, "zones": [SECRET]}),
    ]
    text = written(parts, "organization/shop/dev", form)
    assert "hunter2" not in text
    assert "[secret]" in text or "#91;secret#93;" in text


DRAWN = [(form, View.NETWORK) for form in Format] + [(form, View.RESOURCES) for form in OF_RESOURCES]


@pytest.mark.parametrize(("form", "view"), DRAWN)
@pytest.mark.parametrize("name", ["everything", "unknowns", "hostile"])
def test_the_same_network_gives_the_same_bytes(name, form, view):
    found = getattr(stacks, name)()
    first = written(found, "organization/shop/dev", form, view)
    for seed in range(3):
        random.Random(seed).shuffle(found)  # noqa: S311 - the same each time
        assert written(found, "organization/shop/dev", form, view) == first


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("preview", [False, True], ids=["state", "preview"])
def test_what_is_drawn_is_what_the_graph_says(tmp_path, seed, preview):
    """On random networks, before and after they are made: each subnet, each machine, each way out and in."""
    plane = ControlPlane(tmp_path / "azure.sqlite")
    stack = Azure(plane)
    stack.group("rg")
    stack.create(topology(random.Random(seed)))  # noqa: S311 - networks that can be made again
    plane.close()
    read = Network(stack.before if preview else stack.after)
    drawing = drawing_of(read, "organization/shop/dev", preview=preview)
    legs = {(net.name, one.name): one.out.leg for net in drawing.nets for one in net.subnets if one.in_stack}
    assert len(legs) == len(read.subnets.all)
    for one in read.subnets.all:
        way = out_of_subnet(read, one)
        leg = legs[read.subnets.network(one)[0].name, one.name]
        assert leg.way == (None if way.exit.way is UNKNOWN else way.exit.way)
        assert (leg.path, leg.addresses) == (way.path, known(way.exit.addresses))
    groups = [one for here in drawing.subnets for one in here.groups]
    assert {one.urn for group in groups for one in group.members} == {
        one.urn for one in read.graph.of("compute:VirtualMachine")
    }
    for machine_ in read.graph.of("compute:VirtualMachine"):
        mine = [one for one in groups if machine_.urn in {member.urn for member in one.members}]
        ways = {one.exit.way for one in out_of_machine(read, machine_)}
        assert {one.out.leg.way for one in mine} == {None if way is UNKNOWN else way for way in ways}
        reached = {way.certain for way in into_machine(read, machine_)}
        assert {into.certain for one in mine for into in one.ins} == reached


def known(addresses):
    return tuple(dict.fromkeys(None if one is UNKNOWN else one for one in addresses))
