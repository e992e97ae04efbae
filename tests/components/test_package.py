"""What the package as a whole promises: its names, what importing it costs, and a schema for other languages."""

from __future__ import annotations

import subprocess
import sys

import nat_egress
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

PURE = [
    "alert_rules",
    "cidr",
    "gateway_metrics",
    "ids",
    "lifecycle",
    "limits",
    "names",
    "network_rules",
    "problems",
    "range_rules",
    "routes",
    "rules",
    "state",
    "workbook",
    "zones",
]


@pytest.mark.parametrize("name", nat_egress.__all__)
def test_every_public_name_can_be_imported(name):
    assert getattr(nat_egress, name).__name__ == name


def test_names_that_do_not_exist_are_attribute_errors():
    with pytest.raises(AttributeError, match="no attribute 'NatEgres'"):
        _ = nat_egress.NatEgres


@pytest.mark.process
def test_state_and_rules_need_no_pulumi():
    code = "; ".join(f"import nat_egress.{module}" for module in PURE)
    code += "; import sys; assert 'pulumi' not in sys.modules, 'pulumi was imported'"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture(scope="module")
def schema():
    return Analyzer("nat-egress").analyze([nat_egress.NatEgress, nat_egress.PrivateNetwork])


def test_the_components_can_serve_every_language(schema):
    assert set(schema["component_definitions"]) == {"NatEgress", "PrivateNetwork"}
    assert set(schema["type_definitions"]) == {"PrefixArgs", "AddressArgs", "SizingArgs", "SubnetArgs", "RouteArgs"}
    assert schema["dependencies"] == set()
    inputs = schema["component_definitions"]["NatEgress"].inputs
    assert not inputs["resourceGroupName"].optional
    assert not inputs["resourceGroupName"].plain
    assert inputs["zone"].optional
    assert inputs["zone"].plain


def test_every_argument_and_output_says_what_it_is(schema):
    components = schema["component_definitions"].values()
    properties = [
        *(
            found
            for component in components
            for group in (component.inputs, component.outputs)
            for found in group.items()
        ),
        *(found for kind in schema["type_definitions"].values() for found in kind.properties.items()),
    ]
    assert len(properties) > 40
    assert [name for name, found in properties if not found.description] == []
