"""Load balancers: front ends, pools and rules, and what may be together."""

from __future__ import annotations

import pytest


def named(name, **properties):
    return {"name": name, "properties": properties}


def ends(azure, *names):
    """Return public front ends at addresses of the same names, which are made."""
    for name in names:
        assert azure.put_address(name).ok
    return [named(name, publicIPAddress={"id": azure.id("publicIPAddresses", name)}) for name in names]


def test_what_azure_fills(balanced):
    assert balanced.put_balancer(loadBalancingRules=[balanced.balancing()], outboundRules=[]).status == 200
    shown = balanced.get(balanced.id("loadBalancers", "lb"))
    assert shown["sku"] == {"name": "Standard", "tier": "Regional"}
    (end,) = shown["properties"]["frontendIPConfigurations"]
    assert end["id"] == balanced.part_id("frontendIPConfigurations", "fe")
    assert end["type"] == "Microsoft.Network/loadBalancers/frontendIPConfigurations"
    (rule,) = shown["properties"]["loadBalancingRules"]
    assert (rule["properties"]["disableOutboundSnat"], rule["properties"]["idleTimeoutInMinutes"]) == (False, 4)
    assert [shown["properties"][name] for name in ("probes", "outboundRules", "inboundNatRules")] == [[], [], []]


def test_references_back(balanced):
    probe = named("tcp", protocol="Tcp", port=443)
    rule = balanced.balancing(probe={"id": balanced.part_id("probes", "tcp")}, disableOutboundSnat=True)
    nat = named("ssh", **balanced.inbound())
    made = balanced.put_balancer(
        loadBalancingRules=[rule], outboundRules=[balanced.outbound()], probes=[probe], inboundNatRules=[nat]
    )
    assert made.ok, made
    rules = {"inboundNatRules": "ssh", "loadBalancingRules": "web", "outboundRules": "out"}
    referred = {key: [{"id": balanced.part_id(key, name)}] for key, name in rules.items()}
    there = balanced.properties(balanced.id("loadBalancers", "lb"))
    (end,) = there["frontendIPConfigurations"]
    assert {key: end["properties"][key] for key in rules} == referred
    assert there["probes"][0]["properties"]["loadBalancingRules"] == referred["loadBalancingRules"]
    references = {"loadBalancerInboundNatRules": referred["inboundNatRules"], **balanced.in_pool()}
    assert balanced.put_interface(**references).ok
    configuration = f"{balanced.id('networkInterfaces', 'nic')}/ipConfigurations/ipconfig"
    pool = balanced.properties(balanced.part_id("backendAddressPools", "pool"))
    assert pool["backendIPConfigurations"] == [{"id": configuration}]
    assert (pool["loadBalancingRules"], pool["outboundRules"]) == (
        referred["loadBalancingRules"],
        referred["outboundRules"],
    )
    assert pool["outboundRule"] == referred["outboundRules"][0]
    rule = balanced.properties(balanced.part_id("inboundNatRules", "ssh"))
    assert rule["backendIPConfiguration"] == {"id": configuration}
    address = balanced.properties(balanced.id("publicIPAddresses", "pip"))
    assert address["ipConfiguration"] == {"id": balanced.part_id("frontendIPConfigurations", "fe")}


def test_a_private_front_end_has_an_address_of_its_subnet(network):
    subnet = {"subnet": {"id": network.subnet_id()}}
    assert network.put_interface().ok
    assert network.put_balancer(end=subnet).ok
    static = named("b", **subnet, privateIPAllocationMethod="Static", privateIPAddress="10.0.1.9")
    assert network.put_balancer(frontendIPConfigurations=[named("fe", **subnet), static]).ok
    listed = network.properties(network.id("loadBalancers", "lb"))["frontendIPConfigurations"]
    assert [one["properties"]["privateIPAddress"] for one in listed] == ["10.0.1.5", "10.0.1.9"]
    network.put_interface("other")
    (other,) = network.properties(network.id("networkInterfaces", "other"))["ipConfigurations"]
    assert other["properties"]["privateIPAddress"] == "10.0.1.6"


def test_an_address_in_use_is_not_a_front_end_s_nor_the_other_way_round(network, refused):
    static = {"privateIPAllocationMethod": "Static", "privateIPAddress": "10.0.1.9"}
    subnet = {"subnet": {"id": network.subnet_id()}}
    assert network.put_interface(**static).ok
    refused(network.put_balancer(end={**subnet, **static}), "PrivateIPAddressIsAllocated")
    assert network.put_balancer(end={**subnet, **static, "privateIPAddress": "10.0.1.10"}).ok
    refused(network.put_interface("b", **{**static, "privateIPAddress": "10.0.1.10"}), "PrivateIPAddressIsAllocated")
    refused(network.delete(network.subnet_id()), "InUseSubnetCannotBeDeleted")
    listed = network.properties(network.subnet_id())["ipConfigurations"]
    assert {"id": network.part_id("frontendIPConfigurations", "fe")} in listed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"end": {"privateIPAllocationMethod": "Dynamic"}}, "SandboxLoadBalancerFrontEnd"),
        ({"end": {"subnet": "subnet", "publicIPAddress": "pip"}}, "SandboxLoadBalancerFrontEnd"),
        ({"frontendIPConfigurations": [("a", "subnet"), ("b", "pip")]}, "SandboxLoadBalancerFrontEnd"),
        ({"frontendIPConfigurations": [("a", "pip"), ("b", "pip")]}, "SandboxLoadBalancerFrontEnd"),
        ({"frontendIPConfigurations": [("a", "subnet"), ("b", "elsewhere")]}, "SandboxLoadBalancerFrontEnd"),
        ({"end": {"publicIPAddress": "basic"}}, "PublicIPAndLBSkuDoNotMatch"),
        ({"end": {"publicIPAddress": "two"}}, "SandboxPublicIPOnlyOnNatGateway"),
        ({"inboundNatPools": [{"name": "p"}]}, "SandboxLoadBalancerInboundPools"),
        ({"frontendIPConfigurations": [], "probes": [named("p", protocol="Tcp", port=1)]}, "LoadBalancerWithout…"),
    ],
)
def test_front_ends_that_azure_refuses(network, refused, changes, code):
    network.put_address()
    network.put_address("basic", sku={"name": "Basic"})
    network.put_address("two", api="2025-05-01", sku={"name": "StandardV2"})
    network.put_network("other")
    network.put_subnet(network="other")
    ids = {
        "subnet": network.subnet_id(),
        "elsewhere": network.subnet_id(network="other"),
        **{name: network.id("publicIPAddresses", name) for name in ("pip", "basic", "two")},
    }

    def written(value):
        if isinstance(value, tuple):
            name, place = value
            kind = "publicIPAddress" if place == "pip" else "subnet"
            return named(name, **{kind: {"id": ids[place]}})
        if isinstance(value, dict):
            return {key: {"id": ids[item]} if item in ids else item for key, item in value.items()}
        return value

    changes = {
        key: [written(one) for one in value] if key == "frontendIPConfigurations" else written(value)
        for key, value in changes.items()
    }
    code = code.replace("…", "FrontendIPCantHaveChildResources")
    refused(network.put_balancer(**changes), code)


@pytest.mark.parametrize(
    ("sku", "code"),
    [
        ({"name": "Basic"}, "SandboxLoadBalancerSku"),
        (None, "SandboxLoadBalancerSku"),
        ({"name": "Gateway"}, "SandboxLoadBalancerSku"),
        ({"name": "Standard", "tier": "Global"}, "SandboxLoadBalancerSku"),
    ],
)
def test_only_standard_ones_are_made(network, refused, sku, code):
    body = {"location": "westeurope", "properties": {}, **({"sku": sku} if sku else {})}
    refused(network.put(network.id("loadBalancers", "lb"), body), code)


def test_an_address_serves_one_thing(balanced, refused):
    own = {"id": balanced.id("publicIPAddresses", "pip")}
    refused(balanced.put_balancer("other"), "PublicIPAddressInUse")
    refused(balanced.put_interface(publicIPAddress=own), "PublicIPAddressInUse")
    refused(balanced.gateway_with(publicIpAddresses=[own["id"]]), "PublicIPAddressInUse")
    refused(balanced.delete(own["id"]), "PublicIPAddressCannotBeDeleted")
    # It may move between front ends of one load balancer.
    assert balanced.put_balancer(frontendIPConfigurations=[named("other", publicIPAddress=own)]).ok
    assert balanced.delete(balanced.id("loadBalancers", "lb")).ok
    assert balanced.delete(own["id"]).ok


def test_a_prefix_serves_one_thing_as_a_whole(network, refused):
    network.put_prefix()
    prefix = {"id": network.id("publicIPPrefixes", "pfx")}
    of_prefix = {"properties": {"publicIPPrefix": prefix}}
    assert network.put_address("derived", **of_prefix).ok
    derived = {"id": network.id("publicIPAddresses", "derived")}
    network.put_interface(publicIPAddress=derived)
    refused(network.put_balancer(end={"publicIPPrefix": prefix}), "SandboxPublicIPPrefixUsedWhole")
    network.delete(network.id("networkInterfaces", "nic"))
    assert network.put_balancer(end={"publicIPPrefix": prefix}).ok
    assert network.put_balancer(frontendIPConfigurations=[named("moved", publicIPPrefix=prefix)]).ok
    refused(network.put_balancer("other", end={"publicIPPrefix": prefix}), "SandboxPublicIPPrefixInUse")
    refused(network.gateway_with(publicIpPrefixes=[prefix["id"]]), "SandboxPublicIPPrefixInUse")
    refused(network.put_interface(publicIPAddress=derived), "SandboxPublicIPPrefixUsedWhole")
    refused(network.delete(prefix["id"]), "InUsePublicIpPrefixCannotBeDeleted")
    end = network.part_id("frontendIPConfigurations", "moved")
    assert network.properties(prefix["id"])["loadBalancerFrontendIpConfiguration"] == {"id": end}


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ({}, {}, "RulesUseSameBackendPortProtocolAndPool"),
        ({}, {"protocol": "Udp"}, None),
        ({}, {"backendPort": 444}, None),
        ({"enableFloatingIP": True}, {}, None),
    ],
)
def test_two_rules_to_one_port(balanced, refused, first, second, code):
    listed = ends(balanced, "a", "b")
    rules = [balanced.balancing("one", end="a", **first), balanced.balancing("two", end="b", **second)]
    response = balanced.put_balancer(frontendIPConfigurations=listed, loadBalancingRules=rules)
    assert refused(response, code) if code else response.ok, response


@pytest.mark.parametrize(
    ("protocols", "end", "ok"),
    [
        (("All", "Tcp"), "a", False),
        (("Tcp", "Tcp"), "a", False),
        (("Tcp", "Udp"), "a", True),
        (("All",) * 2, "b", True),
    ],
)
def test_two_outbound_rules(balanced, refused, protocols, end, ok):
    rules = [balanced.outbound("one", "a", protocol=protocols[0]), balanced.outbound("two", end, protocol=protocols[1])]
    response = balanced.put_balancer(frontendIPConfigurations=ends(balanced, "a", "b"), outboundRules=rules)
    code = "MoreThanOneOutboundRuleUsingSameFrontendIPConfigurationAndProtocolIsNotSupported"
    assert response.ok if ok else refused(response, code), response


@pytest.mark.parametrize(
    ("end", "disabled", "ok"), [("a", True, True), ("a", False, False), ("a", None, False), ("b", False, True)]
)
def test_an_outbound_rule_beside_a_load_balancing_rule(balanced, refused, end, disabled, ok):
    rule = balanced.balancing(end=end, **({} if disabled is None else {"disableOutboundSnat": disabled}))
    listed = ends(balanced, "a", "b")
    response = balanced.put_balancer(
        frontendIPConfigurations=listed, loadBalancingRules=[rule], outboundRules=[balanced.outbound(end="a")]
    )
    code = "LoadBalancingRuleMustDisableSNATSinceSameFrontendIPConfigurationIsReferencedByOutboundRule"
    assert response.ok if ok else refused(response, code), response


def test_an_internal_one_lets_nobody_out(network, refused):
    end = {"subnet": {"id": network.subnet_id()}}
    response = network.put_balancer(end=end, outboundRules=[network.outbound()])
    assert "fe" in refused(response, "SandboxInternalLoadBalancerOutboundRules")


@pytest.mark.parametrize("ports", [0, 8, 64_000, 7, 64_008, -8])
def test_ports_of_an_outbound_rule(balanced, refused, ports):
    response = balanced.put_balancer(outboundRules=[balanced.outbound(allocatedOutboundPorts=ports)])
    assert response.ok if ports in (0, 8, 64_000) else refused(response, "SandboxLoadBalancerRule")


@pytest.mark.parametrize("missing", ["frontendIPConfiguration", "protocol", "frontendPort"])
def test_what_a_load_balancing_rule_needs(balanced, refused, missing):
    message = refused(
        balanced.put_balancer(loadBalancingRules=[balanced.balancing(**{missing: None})]), "SandboxLoadBalancerRule"
    )
    assert missing in message


@pytest.mark.parametrize("missing", ["frontendIPConfigurations", "backendAddressPool", "protocol"])
def test_what_an_outbound_rule_needs(balanced, refused, missing):
    message = refused(
        balanced.put_balancer(outboundRules=[balanced.outbound(**{missing: None})]), "SandboxLoadBalancerRule"
    )
    assert missing in message


@pytest.mark.parametrize("minutes", [3, 121])
def test_idle_timeouts(balanced, refused, minutes):
    rule = balanced.balancing(idleTimeoutInMinutes=minutes)
    refused(balanced.put_balancer(loadBalancingRules=[rule]), "SandboxLoadBalancerRule")


@pytest.mark.parametrize(
    ("name", "collection", "part"),
    [
        ("frontendIPConfiguration", "frontendIPConfigurations", "gone"),
        ("frontendIPConfiguration", "backendAddressPools", "pool"),
        ("backendAddressPool", "backendAddressPools", "gone"),
        ("probe", "probes", "gone"),
    ],
)
def test_a_part_that_is_not_there(balanced, refused, name, collection, part):
    rule = balanced.balancing(**{name: {"id": balanced.part_id(collection, part)}})
    message = refused(balanced.put_balancer(loadBalancingRules=[rule]), "InvalidResourceReference")
    assert balanced.part_id("loadBalancingRules", "web") in message


def test_a_part_of_another_load_balancer(balanced, refused):
    balanced.put_address("second")
    end = {"publicIPAddress": {"id": balanced.id("publicIPAddresses", "second")}}
    other = balanced.put_balancer("other", end=end, outboundRules=[balanced.outbound()])
    refused(other, "InvalidResourceReference")


def test_a_part_that_a_rule_uses_stays(balanced, refused):
    assert balanced.put_balancer(loadBalancingRules=[balanced.balancing()]).ok
    refused(balanced.delete(balanced.part_id("backendAddressPools", "pool")), "InvalidResourceReference")
    refused(
        balanced.put_balancer(backendAddressPools=[], loadBalancingRules=[balanced.balancing()]),
        "InvalidResourceReference",
    )
    nat = balanced.part_id("inboundNatRules", "ssh")
    assert balanced.put(nat, {"properties": balanced.inbound()}).ok
    renamed = [named("renamed", publicIPAddress={"id": balanced.id("publicIPAddresses", "pip")})]
    kept = [named("ssh", **balanced.inbound())]
    changed = balanced.put_balancer(frontendIPConfigurations=renamed, inboundNatRules=kept)
    refused(changed, "InvalidResourceReference")
    # All of it may go at once.
    assert balanced.put_balancer(backendAddressPools=[]).ok
    assert balanced.plane.list(f"{balanced.id('loadBalancers', 'lb')}/inboundNatRules").body == {"value": []}


# Pools and inbound NAT rules.


@pytest.mark.parametrize("of_pool", [True, False])
def test_a_pool_by_address(balanced, refused, of_pool):
    network = {"virtualNetwork": {"id": balanced.id("virtualNetworks", "vnet")}}
    pool = balanced.part_id("backendAddressPools", "by-address")
    own, of_address = (network, {}) if of_pool else ({}, network)
    address = named("one", ipAddress="10.0.1.4", **of_address)
    assert balanced.put(pool, {"properties": {"loadBalancerBackendAddresses": [address], **own}}).ok
    refused(balanced.put_interface(**balanced.in_pool("by-address")), "SandboxBackendPool")
    without = {"properties": {"loadBalancerBackendAddresses": [named("one", ipAddress="10.0.1.4")]}}
    refused(balanced.put(pool, without), "SandboxBackendPool")


def test_a_pool_is_not_of_interfaces_and_addresses(balanced, refused):
    assert balanced.put_interface(**balanced.in_pool()).ok
    network = {"virtualNetwork": {"id": balanced.id("virtualNetworks", "vnet")}}
    body = {"properties": {"loadBalancerBackendAddresses": [named("one", ipAddress="10.0.1.9", **network)]}}
    refused(balanced.put(balanced.part_id("backendAddressPools", "pool"), body), "SandboxBackendPool")


@pytest.mark.parametrize("missing", ["frontendIPConfiguration", "protocol", "backendPort", "frontendPort"])
def test_what_an_inbound_nat_rule_needs(balanced, refused, missing):
    body = {"properties": balanced.inbound(**{missing: None})}
    assert missing in refused(balanced.put(balanced.part_id("inboundNatRules", "r"), body), "SandboxInboundNatRule")


def test_a_rule_leads_to_one_interface_or_to_a_pool(balanced, refused):
    rule = balanced.part_id("inboundNatRules", "ssh")
    to_rule = {"loadBalancerInboundNatRules": [{"id": rule}]}
    assert balanced.put(rule, {"properties": balanced.inbound()}).ok
    assert balanced.put_interface(**to_rule).ok
    refused(balanced.put_interface("other", **to_rule), "SandboxInboundNatRule")
    pool = {"backendAddressPool": {"id": balanced.part_id("backendAddressPools", "pool")}}
    ranged = {**pool, "frontendPort": None, "frontendPortRangeStart": 500, "frontendPortRangeEnd": 600}
    refused(balanced.put(rule, {"properties": balanced.inbound(**ranged)}), "SandboxInboundNatRule")
    second = balanced.part_id("inboundNatRules", "many")
    assert balanced.put(second, {"properties": balanced.inbound(**ranged)}).ok
    refused(balanced.put_interface("b", loadBalancerInboundNatRules=[{"id": second}]), "SandboxInboundNatRule")
    message = refused(
        balanced.put(second, {"properties": balanced.inbound(**{**ranged, "frontendPortRangeEnd": None})}),
        "SandboxInboundNatRule",
    )
    assert "frontendPortRangeEnd" in message


# Network interfaces.


def test_what_an_interface_is_in_stays(balanced, refused):
    assert balanced.put_interface(**balanced.in_pool()).ok
    refused(balanced.delete(balanced.id("loadBalancers", "lb")), "SandboxResourceInUse")
    refused(balanced.delete(balanced.part_id("backendAddressPools", "pool")), "SandboxResourceInUse")
    refused(balanced.put_balancer(backendAddressPools=[]), "SandboxResourceInUse")
    assert balanced.put_interface().ok
    assert balanced.delete(balanced.id("loadBalancers", "lb")).ok


def test_a_whole_group_goes(balanced):
    assert balanced.put_balancer(loadBalancingRules=[balanced.balancing()]).ok
    assert balanced.put_interface(**balanced.in_pool()).ok
    assert balanced.delete(balanced.group).ok


def test_one_load_balancer_of_a_type(balanced, refused):
    balanced.put_address("second")
    end = {"publicIPAddress": {"id": balanced.id("publicIPAddresses", "second")}}
    assert balanced.put_balancer("public", end=end).ok
    for name in ("inside", "deeper"):
        assert balanced.put_balancer(name, end={"subnet": {"id": balanced.subnet_id()}}).ok

    def pools(*names):
        return [one for name in names for one in balanced.in_pool(balancer=name)["loadBalancerBackendAddressPools"]]

    assert balanced.put_interface(loadBalancerBackendAddressPools=pools("lb", "inside")).ok
    for pair in (("lb", "public"), ("inside", "deeper")):
        response = balanced.put_interface(loadBalancerBackendAddressPools=pools(*pair))
        refused(response, "NetworkInterfaceUsesMultipleLoadBalancersOfSameType")


def test_an_interface_has_no_basic_address_behind_a_standard_load_balancer(balanced, refused):
    balanced.put_address("basic", sku={"name": "Basic"})
    own = {"publicIPAddress": {"id": balanced.id("publicIPAddresses", "basic")}}
    refused(
        balanced.put_interface(**own, **balanced.in_pool()), "DifferentSkuLoadBalancersAndPublicIPAddressNotAllowed"
    )
    balanced.put_address("standard")
    own = {"publicIPAddress": {"id": balanced.id("publicIPAddresses", "standard")}}
    assert balanced.put_interface(**own, **balanced.in_pool()).ok


def test_a_load_balancer_serves_one_network(balanced, refused):
    balanced.put_network("other")
    balanced.put_subnet(network="other")
    there = balanced.subnet_id(network="other")
    assert balanced.put_balancer("inside", end={"subnet": {"id": balanced.subnet_id()}}).ok
    refused(balanced.put_interface(subnet=there, **balanced.in_pool(balancer="inside")), "SandboxLoadBalancerNetwork")
    assert balanced.put_interface(**balanced.in_pool()).ok
    refused(balanced.put_interface("b", subnet=there, **balanced.in_pool()), "SandboxLoadBalancerNetwork")
    assert balanced.put_interface("c", **balanced.in_pool()).ok
