"""Whatever a client sends, the control plane answers: a refusal at most, never an exception."""

from __future__ import annotations

import copy
from contextlib import suppress

import pytest
from azure_sandbox.arm import ControlPlane
from azure_sandbox.arm.errors import Refusal
from azure_sandbox.arm.ids import RESOURCE_GROUPS, parse, parse_collection
from azure_sandbox.arm.resource_types import RESOURCE_TYPES
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.arm.conftest import ED25519, Azure

GROUP = "/subscriptions/s/resourceGroups/rg"
API = "2025-07-01"

scalars = st.none() | st.booleans() | st.integers(-10, 10_000) | st.floats(allow_nan=False) | st.text(max_size=8)
prefixes = st.sampled_from(["10.0.0.0/16", "10.0.1.0/24", "10.0.1.1/24", "fd00::/64", "x/1", "1/2/3"])
references = st.sampled_from(["x", "", GROUP, f"{GROUP}/providers/Microsoft.Network/virtualNetworks/x/subnets/s"])
leaves = scalars | prefixes | st.builds(lambda id_: {"id": id_}, references)


def members(shape):
    """Return every member name that any resource type's schema knows."""
    if isinstance(shape, dict):
        return set(shape).union(*(members(inner) for inner in shape.values()))
    if isinstance(shape, list):
        return members(shape[0])
    return members(shape.shape) if hasattr(shape, "shape") else set()


KNOWN = sorted(
    {"name", "properties", "zones", "sku", "tags"}.union(*(members(type_.schema) for type_ in RESOURCE_TYPES.values()))
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KNOWN), inner, max_size=5),
    max_leaves=12,
)
bodies = st.fixed_dictionaries(
    {"location": st.just("westeurope") | scalars},
    optional={
        "sku": st.builds(lambda name: {"name": name}, st.sampled_from(["Basic", "Standard", "StandardV2"]) | scalars)
        | values,
        "zones": st.lists(st.sampled_from(["1", "2", "3", 4]), max_size=3) | values,
        "tags": values,
        "properties": st.dictionaries(st.sampled_from(KNOWN), values, max_size=8) | values,
    },
)


@pytest.fixture(scope="module")
def plane(tmp_path_factory):
    return ControlPlane(tmp_path_factory.mktemp("azure") / "azure.db")


def fill(plane):
    """Leave an Azure with the parents that any child needs."""
    network = {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [{"name": "s", "properties": {"addressPrefix": "10.0.0.0/24"}}],
    }
    plane.delete(GROUP, api_version=API)
    plane.put(GROUP, {"location": "westeurope"}, api_version=API)
    for kind, properties in (("virtualNetworks", network), ("networkSecurityGroups", {}), ("routeTables", {})):
        id_ = f"{GROUP}/providers/Microsoft.Network/{kind}/x"
        assert plane.put(id_, {"location": "westeurope", "properties": properties}, api_version=API).ok


@given(st.sampled_from(sorted(RESOURCE_TYPES.values(), key=lambda type_: type_.name)), bodies | values)
@settings(max_examples=150, deadline=None)
def test_any_body_is_answered(plane, type_, body):
    fill(plane)
    namespace, *kinds = type_.name.split("/")
    id_ = f"{GROUP}/providers/{namespace}" + "".join(f"/{kind}/x" for kind in kinds)
    response = plane.put(GROUP if type_.name == RESOURCE_GROUPS else id_, body, api_version=API)
    assert response.status in {200, 201} or 400 <= response.status < 500


def network_id(kind, name):
    return f"{GROUP}/providers/Microsoft.Network/{kind}/{name}"


def put_one(plane, kind, body):
    namespace, _, name = kind.partition("/")
    return plane.put(f"{GROUP}/providers/{namespace}/{name}/x", body, api_version=API)


def make_what_it_needs(plane):
    plane.delete(GROUP, api_version=API)
    azure = Azure(plane, subscription="s", api=API)
    for made in (
        azure.put_group(),
        azure.put_network(),
        azure.put_subnet(),
        azure.put_subnet("AzureBastionSubnet", prefix="10.0.9.0/26"),
        azure.put_interface(),
        azure.put_address(),
        azure.put_disk("d"),
    ):
        assert made.ok, made


GOOD = {
    "Microsoft.Compute/virtualMachines": {
        "location": "westeurope",
        "zones": ["1"],
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/id": {}}},
        "properties": {
            "networkProfile": {
                "networkInterfaces": [{"id": network_id("networkInterfaces", "nic"), "properties": {"primary": True}}]
            },
            "osProfile": {
                "computerName": "x",
                "adminUsername": "somebody",
                "adminPassword": "Secr3t-enough",
                "customData": "aGVsbG8=",
                "linuxConfiguration": {"ssh": {"publicKeys": [{"path": "", "keyData": ED25519}]}},
            },
            "securityProfile": {"securityType": "TrustedLaunch", "uefiSettings": {"vTpmEnabled": True}},
            "storageProfile": {
                "imageReference": {"publisher": "p"},
                "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
                "dataDisks": [{"lun": 0, "createOption": "Empty", "diskSizeGB": 1}],
            },
        },
    },
    "Microsoft.Compute/disks": {
        "location": "westeurope",
        "sku": {"name": "Premium_LRS"},
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4},
    },
    "Microsoft.Network/bastionHosts": {
        "location": "westeurope",
        "sku": {"name": "Basic"},
        "properties": {
            "scaleUnits": 2,
            "ipConfigurations": [
                {
                    "name": "c",
                    "properties": {
                        "subnet": {"id": f"{network_id('virtualNetworks', 'vnet')}/subnets/AzureBastionSubnet"},
                        "publicIPAddress": {"id": network_id("publicIPAddresses", "pip")},
                    },
                }
            ],
        },
    },
}


def places(value, way=()):
    """Yield the way to every value inside a body."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield (*way, name)
        yield from places(member, (*way, name))


@pytest.mark.parametrize("kind", GOOD)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_good_body_is_taken_and_with_anything_in_it_is_answered(plane, kind, data):
    body = copy.deepcopy(GOOD[kind])
    make_what_it_needs(plane)
    first = data.draw(st.booleans())
    assert not first or put_one(plane, kind, body).status == 201
    *way, last = data.draw(st.sampled_from(sorted(places(body), key=str)))
    inside = body
    for name in way:
        inside = inside[name]
    inside[last] = data.draw(values)
    for response in (put_one(plane, kind, body), put_one(plane, kind, GOOD[kind])):
        assert response.status in {200, 201} or 400 <= response.status < 500


@given(st.text(max_size=60) | st.lists(st.text(max_size=6), max_size=10).map("/".join))
@settings(deadline=None, max_examples=100)
def test_any_id_is_answered(id_):
    for read in (parse, parse_collection):
        with suppress(Refusal):
            read(id_)
