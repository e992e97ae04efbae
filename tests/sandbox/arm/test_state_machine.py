"""Random requests in random order never leave Azure in a state that it could not be in."""

from __future__ import annotations

import ipaddress
import tempfile
from itertools import combinations
from pathlib import Path

from azure_sandbox.arm import ControlPlane
from azure_sandbox.arm.ways_out import Method
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.sandbox.arm.conftest import ED25519

API = "2024-07-01"
SUBSCRIPTION = "/subscriptions/s"
GROUPS = ("one", "two")
few = st.sampled_from(["a", "b"])
groups = st.sampled_from(GROUPS)
maybe = st.none() | st.tuples(groups, few)
zones = st.sampled_from([None, None, "1", "2"])
options = st.sampled_from([None, "Delete", "Detach"])
KINDS = (
    "publicIPPrefixes",
    "publicIPAddresses",
    "natGateways",
    "virtualNetworks",
    "loadBalancers",
    "networkInterfaces",
    "bastionHosts",
    "disks",
    "virtualMachines",
)


class AnyRequests(RuleBasedStateMachine):
    """PUTs and DELETEs of everything, mostly sensible, in two resource groups."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.plane = ControlPlane(Path(self.folder.name) / "azure.db")
        for group in GROUPS:
            self.fill(group)

    def fill(self, group):
        """Make what the other requests refer to, so that most of them are accepted."""
        self.put(f"{SUBSCRIPTION}/resourceGroups/{group}")
        for name in "ab":
            self.put_prefix(place=(group, name), length=31)
            self.put_address(place=(group, name), prefix=None, sku="Standard")
            self.put_gateway(place=(group, name), addresses=[], prefixes=[])
            self.put_network(place=(group, name), gateway=None, subnets=["a", "b"])
            self.put_bastion_subnet(place=(group, name), gateway=None)
            there, leads, balancer = (group, name), None, None
            if name == "b":
                leads, balancer = "both", there
            self.put_balancer(place=there, address=there, network=there, leads=leads)
            self.put_interface(place=there, network=there, subnets=["a"], public=None, balancer=balancer)
            self.put_disk(place=(group, name), zone=None)
        for name in "ab":
            self.put_machine(
                place=(group, name), interfaces=[(group, name)], disk=None, zone=None, options=(None, None)
            )
        self.put_address(place=(group, "bastion"), prefix=None, sku="Standard")
        self.put_bastion(place=(group, "a"), network=(group, "a"), address=(group, "bastion"), sku="Basic")

    def teardown(self):
        self.plane.close()
        self.folder.cleanup()

    def id(self, kind, place):
        group, name = place
        return f"{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Network/{kind}/{name}"

    def compute_id(self, kind, place):
        return self.id(kind, place).replace("Microsoft.Network", "Microsoft.Compute")

    def ref(self, kind, place):
        return {"id": self.id(kind, place)} if place else None

    def put(self, id_, **body):
        self.check(self.plane.put(id_, {"location": "westeurope", **body}, api_version=API))

    def check(self, response):
        assert response.ok or 400 <= response.status < 500, response

    @rule(place=st.tuples(groups, few), length=st.sampled_from([29, 30, 31]))
    def put_prefix(self, place, length):
        self.put(self.id("publicIPPrefixes", place), properties={"prefixLength": length})

    @rule(
        place=st.tuples(groups, st.sampled_from("abcd")),
        prefix=maybe,
        sku=st.sampled_from(["Basic", "Standard", "Standard"]),
    )
    def put_address(self, place, prefix, sku):
        properties = {"publicIPAllocationMethod": "Static", "publicIPPrefix": self.ref("publicIPPrefixes", prefix)}
        self.put(self.id("publicIPAddresses", place), sku={"name": sku}, properties=properties)

    @rule(place=st.tuples(groups, few), addresses=st.lists(maybe, max_size=2), prefixes=st.lists(maybe, max_size=2))
    def put_gateway(self, place, addresses, prefixes):
        lists = {
            "publicIpAddresses": [self.ref("publicIPAddresses", item) for item in addresses if item],
            "publicIpPrefixes": [self.ref("publicIPPrefixes", item) for item in prefixes if item],
        }
        self.put(self.id("natGateways", place), properties=lists)

    @rule(place=st.tuples(groups, few), gateway=maybe, subnets=st.none() | st.lists(few, unique=True))
    def put_network(self, place, gateway, subnets):
        properties = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
        if subnets is not None:
            properties["subnets"] = [{"name": name, "properties": self.subnet(name, gateway)} for name in subnets]
        self.put(self.id("virtualNetworks", place), properties=properties)

    @rule(place=st.tuples(groups, few), name=few, gateway=maybe)
    def put_subnet(self, place, name, gateway):
        self.put(f"{self.id('virtualNetworks', place)}/subnets/{name}", properties=self.subnet(name, gateway))

    def subnet(self, name, gateway):
        number = "ab".index(name)
        return {"addressPrefix": f"10.0.{number}.0/29", "natGateway": self.ref("natGateways", gateway)}

    @rule(
        place=st.tuples(groups, few),
        network=st.tuples(groups, few),
        subnets=st.lists(few, min_size=1, max_size=2),
        public=maybe,
        balancer=maybe,
    )
    def put_interface(self, place, network, subnets, public, balancer):
        items = [
            {
                "name": f"c{number}",
                "properties": {
                    "subnet": {"id": f"{self.id('virtualNetworks', network)}/subnets/{name}"},
                    "publicIPAddress": None if number else self.ref("publicIPAddresses", public),
                    "loadBalancerBackendAddressPools": self.pools(None if number else balancer),
                },
            }
            for number, name in enumerate(subnets)
        ]
        self.put(self.id("networkInterfaces", place), properties={"ipConfigurations": items})

    def pools(self, balancer):
        return [{"id": f"{self.id('loadBalancers', balancer)}/backendAddressPools/pool"}] if balancer else []

    @rule(
        place=st.tuples(groups, few),
        address=maybe,
        network=st.tuples(groups, few),
        leads=st.sampled_from([None, "inbound", "both", "outbound"]),
    )
    def put_balancer(self, place, address, network, leads):
        own = self.id("loadBalancers", place)
        inside = {"subnet": {"id": f"{self.id('virtualNetworks', network)}/subnets/a"}}
        end = {"publicIPAddress": self.ref("publicIPAddresses", address)} if address else inside
        part = {"id": f"{own}/frontendIPConfigurations/fe"}
        pool = {"backendAddressPool": {"id": f"{own}/backendAddressPools/pool"}}
        web = {"protocol": "Tcp", "frontendPort": 80, "frontendIPConfiguration": part, **pool}
        out = {"protocol": "All", "frontendIPConfigurations": [part], **pool}
        properties = {
            "frontendIPConfigurations": [{"name": "fe", "properties": end}],
            "backendAddressPools": [{"name": "pool"}],
            "loadBalancingRules": [
                {"name": "web", "properties": {**web, "disableOutboundSnat": one == "inbound"}}
                for one in (leads,)
                if one in ("inbound", "both")
            ],
            "outboundRules": [{"name": "out", "properties": out}] if leads == "outbound" else [],
        }
        self.put(own, sku={"name": "Standard"}, properties=properties)

    @rule(place=st.tuples(groups, few), gateway=maybe)
    def put_bastion_subnet(self, place, gateway):
        subnet = {"addressPrefix": "10.0.9.0/26", "natGateway": self.ref("natGateways", gateway)}
        self.put(f"{self.id('virtualNetworks', place)}/subnets/AzureBastionSubnet", properties=subnet)

    @rule(
        place=st.tuples(groups, few),
        network=st.tuples(groups, few),
        address=st.tuples(groups, few),
        sku=st.sampled_from(["Basic", "Standard"]),
    )
    def put_bastion(self, place, network, address, sku):
        properties = {
            "subnet": {"id": f"{self.id('virtualNetworks', network)}/subnets/AzureBastionSubnet"},
            "publicIPAddress": self.ref("publicIPAddresses", address),
        }
        configurations = [{"name": "config", "properties": properties}]
        body = {"sku": {"name": sku}, "properties": {"ipConfigurations": configurations}}
        self.put(self.id("bastionHosts", place), **body)

    @rule(place=st.tuples(groups, few), zone=zones)
    def put_disk(self, place, zone):
        properties = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4}
        self.put(self.compute_id("disks", place), zones=[zone] if zone else [], properties=properties)

    @rule(
        place=st.tuples(groups, few),
        interfaces=st.lists(st.tuples(groups, few), min_size=1, max_size=2, unique=True),
        disk=maybe,
        zone=zones,
        options=st.tuples(options, options),
    )
    def put_machine(self, place, interfaces, disk, zone, options):
        listed = [
            {
                "id": self.id("networkInterfaces", item),
                "properties": {"primary": not number, "deleteOption": options[0]},
            }
            for number, item in enumerate(interfaces)
        ]
        keys = [{"keyData": ED25519}]
        login = {"disablePasswordAuthentication": True, "ssh": {"publicKeys": keys}}
        attached = {"id": self.compute_id("disks", disk)} if disk else None
        properties = {
            "networkProfile": {"networkInterfaces": listed},
            "osProfile": {"adminUsername": "somebody", "linuxConfiguration": login},
            "storageProfile": {
                "imageReference": {"publisher": "Canonical"},
                "osDisk": {"createOption": "FromImage", "deleteOption": options[1]},
                "dataDisks": [{"lun": 0, "createOption": "Attach", "managedDisk": attached}] if disk else [],
            },
        }
        self.put(self.compute_id("virtualMachines", place), zones=[zone] if zone else [], properties=properties)

    @rule(data=st.data())
    @precondition(lambda self: self.everything())
    def delete_one(self, data):
        ids = sorted(self.everything())
        self.check(self.plane.delete(data.draw(st.sampled_from(ids)), api_version=API))

    @rule(group=groups)
    def delete_and_remake_group(self, group):
        self.check(self.plane.delete(f"{SUBSCRIPTION}/resourceGroups/{group}", api_version=API))
        self.fill(group)

    def everything(self):
        found = {}
        for kind in KINDS:
            namespace = "Compute" if kind in {"virtualMachines", "disks"} else "Network"
            for item in self.plane.list(f"{SUBSCRIPTION}/providers/Microsoft.{namespace}/{kind}").body["value"]:
                found[item["id"]] = item
                inside = {"virtualNetworks": "subnets", "loadBalancers": "backendAddressPools"}.get(kind)
                for child in item["properties"].get(inside, []) if inside else ():
                    found[child["id"]] = child
        return found

    @invariant()
    def azure_is_consistent(self):
        present = self.everything()
        no_reference_dangles(present)
        no_public_address_is_held_twice(present)
        no_private_address_is_held_twice(present)
        what_is_public_has_one_owner(present)
        a_gateway_serves_one_network_and_says_so(present)
        what_a_machine_has_is_its_own_and_says_so(present)
        a_bastion_host_is_alone_in_its_subnet(present)
        every_machine_leaves_by_the_first_way_there_is(present, self.plane.ways_out("s"))


def configurations(present):
    """Yield the IP configurations of all network interfaces."""
    for body in present.values():
        yield from (item for item in body["properties"].get("ipConfigurations", []) if "name" in item)


def balancers(present):
    return [body for id_, body in of_type(present, "loadBalancers").items() if "/backendAddressPools/" not in id_]


def front_ends(present):
    """Yield the front ends of all load balancers."""
    for body in balancers(present):
        yield from body["properties"].get("frontendIPConfigurations", [])


def no_reference_dangles(present):
    known = {*present, *(item["id"] for item in (*configurations(present), *front_ends(present)))}
    for body in balancers(present):
        for collection in ("loadBalancingRules", "outboundRules"):
            known |= {item["id"] for item in body["properties"].get(collection, [])}

    def look(value):
        if isinstance(value, dict):
            assert set(value) != {"id"} or value["id"] in known, value
            for member in value.values():
                look(member)
        elif isinstance(value, list):
            for item in value:
                look(item)

    for body in present.values():
        look(body["properties"])


def no_public_address_is_held_twice(present):
    pool = []
    for body in present.values():
        properties = body["properties"]
        if "ipPrefix" in properties:
            pool.append(ipaddress.ip_network(properties["ipPrefix"]))
        elif "ipAddress" in properties and "publicIPPrefix" not in properties:
            pool.append(ipaddress.ip_network(properties["ipAddress"]))
        elif "ipAddress" in properties:
            prefix = present[properties["publicIPPrefix"]["id"]]["properties"]["ipPrefix"]
            assert ipaddress.ip_address(properties["ipAddress"]) in ipaddress.ip_network(prefix)
    assert not any(one.overlaps(other) for one, other in combinations(pool, 2))
    singles = [body["properties"]["ipAddress"] for body in present.values() if "ipAddress" in body["properties"]]
    assert len(singles) == len(set(singles))


def no_private_address_is_held_twice(present):
    held = [
        (item["properties"]["subnet"]["id"], item["properties"]["privateIPAddress"])
        for item in (*configurations(present), *front_ends(present))
        if "/bastionHosts/" not in item["id"] and "subnet" in item["properties"]
    ]
    assert len(held) == len(set(held))


def what_is_public_has_one_owner(present):
    uses = [
        (item["id"], id_)
        for id_, body in present.items()
        for name in ("publicIpAddresses", "publicIpPrefixes")
        for item in body["properties"].get(name, [])
    ]
    uses += [
        (item["properties"]["publicIPAddress"]["id"], item["id"])
        for item in (*configurations(present), *front_ends(present))
        if "publicIPAddress" in item["properties"]
    ]
    assert len({used for used, _ in uses}) == len(set(uses))


def a_gateway_serves_one_network_and_says_so(present):
    for id_, body in present.items():
        if "/natGateways/" in id_:
            served = sorted(item["id"] for item in body["properties"].get("subnets", []))
            attached = {other for other, item in present.items() if item["properties"].get("natGateway") == {"id": id_}}
            assert served == sorted(other for other in attached if "/subnets/" in other)
            assert len({subnet.rpartition("/subnets/")[0] for subnet in served}) <= 1


def of_type(present, kind):
    return {id_: body for id_, body in present.items() if f"/{kind}/" in id_}


def what_a_machine_has_is_its_own_and_says_so(present):
    owners = {}
    for id_, body in of_type(present, "virtualMachines").items():
        storage, zone = body["properties"]["storageProfile"], body.get("zones", [])
        networks = set()
        for item in body["properties"]["networkProfile"]["networkInterfaces"]:
            assert owners.setdefault(item["id"], id_) == id_
            interface = present[item["id"]]["properties"]
            assert interface["virtualMachine"] == {"id": id_}
            networks.add(interface["ipConfigurations"][0]["properties"]["subnet"]["id"].rpartition("/subnets/")[0])
            for configuration in interface["ipConfigurations"]:
                address = present.get(configuration["properties"].get("publicIPAddress", {}).get("id"))
                assert not (zone and address and address["sku"]["name"] == "Basic")
        assert len(networks) == 1
        for item in (storage["osDisk"], *storage["dataDisks"]):
            assert owners.setdefault(item["managedDisk"]["id"], id_) == id_
            disk = present[item["managedDisk"]["id"]]
            assert disk["managedBy"] == id_
            assert disk.get("zones", []) == zone
    for id_, body in {**of_type(present, "disks"), **of_type(present, "networkInterfaces")}.items():
        owned = "managedBy" in body or "virtualMachine" in body["properties"]
        assert owned == (id_ in owners)


def a_bastion_host_is_alone_in_its_subnet(present):
    hosts = of_type(present, "bastionHosts")
    subnets = [body["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"] for body in hosts.values()]
    assert len(subnets) == len(set(subnets))
    for item in configurations(present):
        in_bastion_subnet = item["properties"]["subnet"]["id"].endswith("/AzureBastionSubnet")
        assert in_bastion_subnet == ("/bastionHosts/" in item["id"])


def closes_default_access(present, machine):
    """Tell whether a machine has a Standard public address on any of its interfaces."""
    interfaces = present[machine]["properties"]["networkProfile"]["networkInterfaces"]
    listed = [item for one in interfaces for item in present[one["id"]]["properties"]["ipConfigurations"]]
    addresses = [present.get(item["properties"].get("publicIPAddress", {}).get("id")) for item in listed]
    return any(address["sku"]["name"] == "Standard" for address in addresses if address)


def every_machine_leaves_by_the_first_way_there_is(present, ways):
    machines = of_type(present, "virtualMachines")
    assert {way.machine for way in ways} == set(machines)
    assert [way.primary for way in ways].count(True) == len(machines)
    for way in ways:
        gateway = present.get(present[way.subnet]["properties"].get("natGateway", {}).get("id"))
        lists = ("publicIpAddresses", "publicIpPrefixes")
        held = [item["id"] for name in lists for item in gateway["properties"].get(name, [])] if gateway else []
        first = present[way.interface]["properties"]["ipConfigurations"][0]["properties"]
        pools = [present[pool["id"]]["properties"] for pool in first.get("loadBalancerBackendAddressPools", [])]
        balancer, own = [way for pool in pools for way in ways_of(pool, present)], "publicIPAddress" in first
        closed = pools or closes_default_access(present, way.machine)
        otherwise = Method.LOAD_BALANCER if balancer else Method.NONE if closed else Method.DEFAULT
        assert way.exit.method is (Method.NAT_GATEWAY if held else Method.INSTANCE if own else otherwise)
        assert len(way.exit.addresses) == (len(held) or own or len(balancer))


def ways_of(pool, present):
    """Return the public addresses by which a load balancer lets a pool out."""
    found = [item["id"] for item in pool.get("outboundRules", [])]
    for referred in pool.get("loadBalancingRules", []):
        (body,) = [
            one
            for balancer in balancers(present)
            for one in balancer["properties"].get("loadBalancingRules", [])
            if one["id"] == referred["id"]
        ]
        found += [] if body["properties"]["disableOutboundSnat"] else [referred["id"]]
    letting = {id_.rpartition("/")[0].rpartition("/")[0] for id_ in found}
    ends = [present[id_]["properties"]["frontendIPConfigurations"][0]["properties"] for id_ in letting]
    return [end["publicIPAddress"] for end in ends if "publicIPAddress" in end]


AnyRequests.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestAnyRequests = AnyRequests.TestCase
