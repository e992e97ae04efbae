"""Random requests in random order never leave Azure in a state that it could not be in."""

from __future__ import annotations

import ipaddress
import tempfile
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
        self.answered = 0
        for group in GROUPS:
            self.put(f"{SUBSCRIPTION}/resourceGroups/{group}")

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
        self.answered += 1
        assert response.ok or 400 <= response.status < 500, response

    @rule(place=st.tuples(groups, few), length=st.sampled_from([29, 30, 31]))
    def put_prefix(self, place, length):
        self.put(self.id("publicIPPrefixes", place), properties={"prefixLength": length})

    @rule(place=st.tuples(groups, few), prefix=maybe, sku=st.sampled_from(["Basic", "Standard", "Standard"]))
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
        self.put(f"{SUBSCRIPTION}/resourceGroups/{group}")

    def everything(self):
        found = {}
        for kind in ("publicIPPrefixes", "publicIPAddresses", "natGateways", "virtualNetworks", "networkInterfaces"):
            for item in self.plane.list(f"{SUBSCRIPTION}/providers/Microsoft.Network/{kind}").body["value"]:
                found[item["id"]] = item
                for subnet in item["properties"].get("subnets", []) if kind == "virtualNetworks" else ():
                    found[subnet["id"]] = subnet
        return found

    @invariant()
    def no_reference_dangles(self):
        present = self.everything()
        elements = {
            item["id"]
            for body in present.values()
            for item in body["properties"].get("ipConfigurations", [])
            if "name" in item
        }

        def look(value):
            if isinstance(value, dict):
                if set(value) == {"id"}:
                    assert value["id"] in present or value["id"] in elements, value
                for member in value.values():
                    look(member)
            elif isinstance(value, list):
                for item in value:
                    look(item)

        for body in present.values():
            look(body["properties"])

    @invariant()
    def no_public_address_is_held_twice(self):
        present = self.everything()
        blocks, singles = [], []
        for body in present.values():
            properties = body["properties"]
            if "ipPrefix" in properties:
                blocks.append(ipaddress.ip_network(properties["ipPrefix"]))
            elif "ipAddress" in properties:
                address = ipaddress.ip_network(properties["ipAddress"])
                singles.append(address)
                if "publicIPPrefix" in properties:
                    prefix = present[properties["publicIPPrefix"]["id"]]
                    assert address.subnet_of(ipaddress.ip_network(prefix["properties"]["ipPrefix"]))
                else:
                    blocks.append(address)
        assert len(singles) == len(set(singles))
        assert not any(one.overlaps(other) for index, one in enumerate(blocks) for other in blocks[index + 1 :])

    @invariant()
    def no_private_address_is_held_twice(self):
        held = [
            (item["properties"]["subnet"]["id"], item["properties"]["privateIPAddress"])
            for body in self.everything().values()
            for item in body["properties"].get("ipConfigurations", [])
            if "name" in item
        ]
        assert len(held) == len(set(held))

    @invariant()
    def what_is_public_has_one_owner(self):
        owners = {}
        for id_, body in self.everything().items():
            properties = body["properties"]
            for name in ("publicIpAddresses", "publicIpPrefixes"):
                for item in properties.get(name, []):
                    owners.setdefault(item["id"], set()).add(id_)
            for item in properties.get("ipConfigurations", []):
                if "name" in item and "publicIPAddress" in item["properties"]:
                    owners.setdefault(item["properties"]["publicIPAddress"]["id"], set()).add(item["id"])
        assert all(len(owner) == 1 for owner in owners.values())

    @invariant()
    def a_gateway_serves_one_network_and_says_so(self):
        present = self.everything()
        for id_, body in present.items():
            if "/natGateways/" in id_:
                served = [item["id"] for item in body["properties"].get("subnets", [])]
                assert len({subnet.rpartition("/subnets/")[0] for subnet in served}) <= 1
                attached = [
                    other for other, item in present.items() if item["properties"].get("natGateway") == {"id": id_}
                ]
                assert sorted(served) == sorted(other for other in attached if "/subnets/" in other)


AnyRequests.TestCase.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
TestAnyRequests = AnyRequests.TestCase
