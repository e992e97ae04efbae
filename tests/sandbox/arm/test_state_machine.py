"""Random requests in random order never leave Azure in a state that it could not be in."""

from __future__ import annotations

import ipaddress
import tempfile
from itertools import combinations
from pathlib import Path

from azure_sandbox.arm import ControlPlane
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

API = "2024-07-01"
SUBSCRIPTION = "/subscriptions/s"
GROUPS = ("one", "two")
few = st.sampled_from(["a", "b"])
groups = st.sampled_from(GROUPS)
maybe = st.none() | st.tuples(groups, few)


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

    def teardown(self):
        self.plane.close()
        self.folder.cleanup()

    def id(self, kind, place):
        group, name = place
        return f"{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Network/{kind}/{name}"

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
    )
    def put_interface(self, place, network, subnets, public):
        items = [
            {
                "name": f"c{number}",
                "properties": {
                    "subnet": {"id": f"{self.id('virtualNetworks', network)}/subnets/{name}"},
                    "publicIPAddress": None if number else self.ref("publicIPAddresses", public),
                },
            }
            for number, name in enumerate(subnets)
        ]
        self.put(self.id("networkInterfaces", place), properties={"ipConfigurations": items})

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
        for kind in ("publicIPPrefixes", "publicIPAddresses", "natGateways", "virtualNetworks", "networkInterfaces"):
            for item in self.plane.list(f"{SUBSCRIPTION}/providers/Microsoft.Network/{kind}").body["value"]:
                found[item["id"]] = item
                for subnet in item["properties"].get("subnets", []) if kind == "virtualNetworks" else ():
                    found[subnet["id"]] = subnet
        return found

    @invariant()
    def azure_is_consistent(self):
        present = self.everything()
        no_reference_dangles(present)
        no_public_address_is_held_twice(present)
        no_private_address_is_held_twice(present)
        what_is_public_has_one_owner(present)
        a_gateway_serves_one_network_and_says_so(present)


def configurations(present):
    """Yield the IP configurations of all network interfaces."""
    for body in present.values():
        yield from (item for item in body["properties"].get("ipConfigurations", []) if "name" in item)


def no_reference_dangles(present):
    known = {*present, *(item["id"] for item in configurations(present))}

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
        (item["properties"]["subnet"]["id"], item["properties"]["privateIPAddress"]) for item in configurations(present)
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
        for item in configurations(present)
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


AnyRequests.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestAnyRequests = AnyRequests.TestCase
