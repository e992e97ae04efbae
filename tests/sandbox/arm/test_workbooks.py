"""Workbooks: their names, their content, and what belongs to a region."""

from __future__ import annotations

import pytest

NAME = "5f4a3f0c-2b66-4c0e-9a39-6b1f0d5f7c11"
OTHER = "6a4a3f0c-2b66-4c0e-9a39-6b1f0d5f7c12"


def test_a_workbook(azure):
    assert azure.put_workbook(NAME).status == 201
    assert azure.put_workbook(NAME).status == 200
    book = azure.get(azure.insights_id("workbooks", NAME))
    assert book["kind"] == "shared"
    assert book["location"] == "westeurope"
    assert book["properties"]["serializedData"] == '{"version": "Notebook/1.0", "items": []}'
    assert azure.put(book["id"], book).status == 200
    assert azure.delete(book["id"]).status == 200


@pytest.mark.parametrize("name", ["egress", NAME[:-1], NAME + "0", NAME.replace("-", ""), "g" + NAME[1:]])
def test_a_name_is_a_guid(azure, refused, name):
    assert refused(azure.put_workbook(name), "BadRequest") == f"Invalid Workbook resource name: '{name}'"


def test_a_guid_of_capitals(azure):
    assert azure.put_workbook(NAME.upper()).ok


@pytest.mark.parametrize("member", ["displayName", "category", "serializedData"])
def test_what_a_workbook_needs(azure, refused, member):
    message = refused(azure.put_workbook(NAME, **{member: None}), "SandboxWorkbookIncomplete")
    assert f"properties.{member}" in message


def test_the_content_is_json(azure, refused):
    message = refused(azure.put_workbook(NAME, serializedData="{items}"), "SandboxWorkbookContent")
    assert "is no JSON: Expecting property name" in message


def test_a_display_name_is_there_once_for_a_source_in_a_group(azure, refused):
    gateway = azure.id("natGateways", "ng")
    assert azure.put_workbook(NAME, sourceId=gateway).ok
    message = refused(azure.put_workbook(OTHER, sourceId=gateway.upper()), "Conflict")
    assert message == "A Workbook with the same name already exists within this subscription."
    assert azure.put_workbook(OTHER, sourceId=gateway, displayName="another").ok
    assert azure.put_workbook(OTHER, sourceId=azure.id("natGateways", "second")).ok
    assert azure.put_workbook(OTHER).ok


def test_a_workbook_is_shared_and_in_a_region(azure, refused):
    refused(azure.put_workbook(NAME, kind="user"), "InvalidRequestFormat")
    refused(azure.put_workbook(NAME, location="global"), "LocationNotAvailableForResourceType")
    assert azure.put_workbook(NAME, location="North Europe").ok
    refused(azure.put_workbook(NAME), "InvalidResourceLocation")
