"""The manifest: what is in it, what comes after what, and what is never taken for one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import jsonschema
import pytest
from nat_egress.publishing.errors import PublishingError
from nat_egress.publishing.manifest import following, parse, text_of
from nat_egress.publishing.publication import Publication
from nat_egress.publishing.serving import Egress, Gateway

from tests.components.publishing.states import publication

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "examples" / "egress-manifest.schema.json").read_text())
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ONE = following(None, publication("203.0.113.0/29", "192.0.2.0/31"), NOON)


def document(manifest):
    found = json.loads(text_of(manifest))
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(found)
    return found


def test_the_first_one():
    assert document(ONE) == {
        "schemaVersion": 1,
        "project": "shop",
        "stack": "prod",
        "serial": 1,
        "updated": "2026-11-25T12:00:00Z",
        "prefixes": ["192.0.2.0/31", "203.0.113.0/29"],
        "gateways": [{"name": "egress-1", "prefixes": ["203.0.113.0/29", "192.0.2.0/31"]}],
        "reserved": [],
        "retiring": [],
    }


def test_what_has_left_stays_and_keeps_the_moment_when_that_was_first_seen():
    two = following(ONE, publication("203.0.113.0/29"), NOON + timedelta(hours=1))
    assert (two.serial, two.retiring) == (2, {"192.0.2.0/31": "2026-11-25T13:00:00Z"})
    assert document(two)["prefixes"] == ["192.0.2.0/31", "203.0.113.0/29"]
    assert following(two, publication("203.0.113.0/29"), NOON + timedelta(days=9)) == two
    three = following(two, publication("203.0.113.0/29", named=("192.0.2.0/31",)), NOON + timedelta(days=9))
    assert (three.serial, three.prefixes, three.retiring) == (3, ("203.0.113.0/29",), {})


def test_what_comes_back_is_not_retiring_any_more():
    two = following(ONE, publication("203.0.113.0/29"), NOON)
    assert following(two, publication("203.0.113.0/29", "192.0.2.0/31"), NOON).retiring == {}


def test_another_gateway_with_the_same_addresses_is_a_change():
    renamed = Publication("shop", "prod", Egress((Gateway("egress-2", ONE.prefixes),), ()))
    two = following(ONE, renamed, NOON)
    assert (two.serial, two.prefixes) == (2, ONE.prefixes)


def test_moments_are_in_utc():
    there = datetime(2026, 11, 25, 13, tzinfo=timezone(timedelta(hours=1)))
    assert following(None, publication("203.0.113.0/29"), there).updated == "2026-11-25T12:00:00Z"


def test_what_is_written_is_read():
    wanted = Egress((Gateway("a", ("203.0.113.0/29",)), Gateway("b", ("2001:db8::/124",))), ("198.51.100.7/32",))
    before = following(ONE, Publication("shop", "prod", wanted), NOON)
    assert parse(text_of(before).encode(), "x", publication()) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "x: what is there is not a manifest of egress addresses, and is not replaced"),
        (b"[]", "not a manifest"),
        (b'{"prefixes": []}', "not a manifest"),
        (b"\xff", "not a manifest"),
        (text_of(ONE).replace('"schemaVersion": 1', '"schemaVersion": 2').encode(), "has schemaVersion 2"),
        (text_of(ONE).replace('"prod"', '"dev"').encode(), "is the manifest of shop/dev, and this is shop/prod"),
        (text_of(ONE).replace('"retiring": []', '"retiring": 3').encode(), "is damaged"),
        (text_of(ONE).replace('"192.0.2.0/31"', '"192.0.2.1/31"').encode(), "is damaged"),
        (text_of(ONE).replace('"192.0.2.0/31"', '"192.0.2.2/31"', 1).encode(), "is damaged .*not those of gateways"),
    ],
)
def test_what_is_not_this_stack_s_manifest_is_not_replaced(content, said):
    with pytest.raises(PublishingError, match=said):
        parse(content, "x", publication())


@pytest.mark.parametrize("key", [key for key in SCHEMA["required"] if key not in ("schemaVersion", "project", "stack")])
def test_nothing_may_be_missing(key):
    less = {name: value for name, value in json.loads(text_of(ONE)).items() if name != key}
    with pytest.raises(PublishingError, match="is damaged"):
        parse(json.dumps(less).encode(), "x", publication())
