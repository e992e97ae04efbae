"""JSON keeps to its schemas, and tells all that the description has."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from nat_egress.drawing import model
from nat_egress.drawing.document import document_of
from nat_egress.drawing.formats import Format, View, written
from nat_egress.drawing.model import HopKind
from nat_egress.graph.roles import Role
from nat_egress.ways_out import WayOut

from tests.components.drawing import stacks

PAGE = (Path(__file__).parents[3] / "docs" / "drawing.md").read_text()


@cache
def validator(name):
    schema = json.loads(files("nat_egress.drawing").joinpath(f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", ["everything", "unknowns", "hostile", "many_machines"])
@pytest.mark.parametrize(("view", "schema"), [(View.NETWORK, "drawing"), (View.RESOURCES, "resources")])
def test_json_keeps_to_its_schema(name, view, schema):
    text = written(getattr(stacks, name)(), "organization/shop/dev", Format.JSON, view)
    document = json.loads(text)
    assert list(validator(schema).iter_errors(document)) == []
    assert document["version"] == 1
    for key in list(document):
        assert list(validator(schema).iter_errors({**document, key: 7})) != []


def test_the_schema_has_every_word():
    """As long as there are words that it has not, a consumer would be surprised by one."""
    schema = validator("drawing").schema["$defs"]
    assert set(schema["way"]["enum"]) == {None, *(one.value for one in WayOut)}
    assert set(schema["hop"]["properties"]["kind"]["enum"]) == {one.value for one in HopKind}
    assert set(schema["subnet"]["properties"]["role"]["enum"]) == {one.value for one in Role}


def test_keys_lead_to_hops(drawn):
    document = document_of(drawn("everything"))
    keys = {one["key"] for one in document["hops"]}
    for net in document["networks"]:
        for subnet in net["subnets"]:
            out = subnet["out"]
            assert out is None or (out["hop"] is None) == (out["way"] == "None")
            assert out is None or out["hop"] in (None, *keys)
            assert all(part["hop"] in (None, *keys) for part in (out or {"parts": []})["parts"])
            assert all(into["hop"] in keys for one in subnet["groups"] for into in one["ins"])


def test_every_key_stands_in_the_page():
    def keys(schema):
        if isinstance(schema, dict):
            yield from schema.get("properties", {})
            for value in schema.values():
                yield from keys(value)
        elif isinstance(schema, list):
            for value in schema:
                yield from keys(value)

    for name in ("drawing", "resources"):
        for key in keys(validator(name).schema):
            assert f"`{key}`" in PAGE or f"`{key}[]`" in PAGE, key


def test_a_name_of_many():
    members = [model.Member(f"web-{number}", "", ()) for number in range(3)]

    def name(number):
        given = tuple(members[:number])
        return model.Group("group-1", "virtual machine", given, certain=True, out=None, ins=()).name

    assert [name(1), name(2), name(3)] == ["web-0", "web-0, web-1", "web-0 … web-2 (3)"]


def test_resources_with_parents_and_dependencies():
    document = json.loads(written(stacks.unknowns(), "organization/shop/dev", Format.JSON, View.RESOURCES))
    by_name = {one["name"]: one for one in document["resources"]}
    assert len(by_name) == len(stacks.unknowns())
    assert by_name["egress"]["dependencies"] == [by_name["partners"]["urn"]]
    assert by_name["egress"]["parent"] is None
