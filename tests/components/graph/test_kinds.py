"""The table of kinds, against the SDK that programs are written with."""

import importlib

import pytest
from nat_egress.graph.kinds import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_names_are_inputs_of_the_kind(kind):
    module, name = kind.split(":")
    package = importlib.import_module(f"pulumi_azure_native.{module}")
    resource = getattr(package, name)
    source = importlib.import_module(resource.__module__)
    arguments = getattr(source, f"{name}InitArgs", None) or getattr(source, f"{name}Args")
    inputs = {
        getattr(one.fget, "_pulumi_name", key) for key, one in vars(arguments).items() if isinstance(one, property)
    }
    assert {*KINDS[kind].names, "resourceGroupName"} <= inputs


def test_a_kind_has_a_name_for_each_part_of_its_id():
    for kind, found in KINDS.items():
        assert found.arm.count("/") == len(found.names), kind
        assert found.arm == found.arm.lower()
