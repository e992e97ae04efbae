"""Whatever a client sends, the control plane answers: a refusal at most, never an exception."""

from __future__ import annotations

from contextlib import suppress

import pytest
from azure_sandbox.arm import ControlPlane
from azure_sandbox.arm.errors import Refusal
from azure_sandbox.arm.ids import RESOURCE_GROUPS, parse, parse_collection
from azure_sandbox.arm.resource_types import RESOURCE_TYPES
from hypothesis import given, settings
from hypothesis import strategies as st

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


@given(st.text(max_size=60) | st.lists(st.text(max_size=6), max_size=10).map("/".join))
@settings(deadline=None, max_examples=100)
def test_any_id_is_answered(id_):
    for read in (parse, parse_collection):
        with suppress(Refusal):
            read(id_)
