"""The page as it is written: it needs nothing but itself, and names are text."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from nat_egress.drawing.formats import Format, written

from tests.components.drawing import stacks

STACKS = ["everything", "unknowns", "hostile", "many_machines", "many_subnets"]


class Reader(HTMLParser):
    """Reads a page as a browser does."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._last = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._last = tag

    def handle_data(self, data):
        self.texts.setdefault(self._last, []).append(data)


def page_of(name):
    return written(getattr(stacks, name)(), "organization/shop/dev", Format.HTML, preview=name == "unknowns")


def sources(text):
    (policy,) = [
        attributes["content"]
        for tag, attributes in Reader(text).elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@pytest.mark.parametrize("name", STACKS)
def test_nothing_is_loaded(name):
    for tag, attributes in Reader(page_of(name)).elements:
        assert tag not in ("img", "iframe", "object", "embed", "base", "image", "use")
        for key, value in attributes.items():
            assert not key.startswith("on")
            assert key != "style"
            if key in ("src", "href", "xlink:href", "action"):
                assert value in ("data:,", "#tables")


@pytest.mark.parametrize("name", STACKS)
def test_the_policy_lets_in_what_stands_in_the_page_alone(name):
    text = page_of(name)
    allowed = sources(text)
    assert allowed["default-src"] == "'none'"
    for tag in ("style", "script"):
        (inner,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert allowed[f"{tag}-src"] == f"'sha256-{digest}'"
    assert not any("unsafe" in value or "http" in value or "*" in value for value in allowed.values())


@pytest.mark.parametrize("name", STACKS)
def test_a_picture_is_xml_that_names_nothing_outside(name):
    text = written(getattr(stacks, name)(), "organization/shop/dev", Format.SVG)
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []
    assert "url(" not in text
    assert "@import" not in text


def test_all_facts_stand_in_the_tables():
    texts = Reader(page_of("everything")).texts
    said = " ".join([*texts["td"], *texts["th"], *texts["li"], *texts["summary"], *texts["span"]])
    for fact in (
        "subnet legacy",
        "default outbound access",
        "web-0 … web-11 (12)",
        "web-7: 10.0.0.11",
        "NAT gateway spare",
        "StandardV2, zone 1",
        "192.0.2.1",
        "198.51.100.0/24: NAT gateway egress > internet",
        "internet > public address of primary > open",
        "no address: nothing leaves through it",
        "private, for Microsoft.Web/serverFarms",
    ):
        assert fact in said, fact


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("everything", "4 networks, 18 subnets, 24 machines, 4 NAT gateways; 7 reached from the internet, if security"),
        ("many_machines", "1 network, 1 subnet, 201 machines, 1 NAT gateway; no way in."),
        ("unknowns", "2 networks, 3 subnets, 2 machines, 1 NAT gateway; 1 reached from the internet, if security "),
    ],
)
def test_the_summary(name, said):
    assert any(said in text for text in Reader(page_of(name)).texts["p"])


def test_what_is_only_perhaps_reached_is_counted_apart():
    texts = Reader(page_of("unknowns")).texts["p"]
    assert any("2 perhaps reached" in text for text in texts)


@pytest.mark.parametrize("form", [Format.HTML, Format.SVG])
def test_an_update_will_tell(form):
    before = written(stacks.unknowns(), "organization/shop/dev", form, preview=True)
    after = written(stacks.unknowns(), "organization/shop/dev", form)
    assert "known after the update" in before
    assert "not known from this stack" not in before
    assert "known after the update" not in after
    assert "not known from this stack" in after


def test_every_element_has_a_key_of_its_own():
    elements = Reader(page_of("everything")).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in elements:
        for key in (attributes.get("data-trail") or "").split():
            assert key in ids
        assert attributes.get("data-key") in (None, *ids)
        assert attributes.get("data-in") in (None, *ids)


def test_machines_that_leave_another_way_do_not_light_up_their_subnets():
    parts = [stacks.network(), stacks.subnet("legacy", defaultOutboundAccess=True)]
    parts += [*stacks.machine("open", "legacy", ip="203.0.113.1"), *stacks.machine("plain", "legacy")]
    elements = Reader(written(parts, "organization/shop/dev", Format.HTML)).elements
    hops = {kind: one["id"] for _, one in elements if (kind := one.get("class") or "").startswith("part hop k-")}
    trails = [set(one["data-trail"].split()) for _, one in elements if "machines" in (one.get("class") or "")]
    own, shared = hops["part hop k-PublicAddress"], hops["part hop k-DefaultOutboundAccess"]
    assert [trail & {own, shared} for trail in trails] == [{shared}, {own}]


def test_2000_subnets_take_no_longer_each_than_500():
    def seconds(number):
        resources = stacks.many_subnets(number)
        begun = time.process_time()
        written(resources, "organization/shop/dev", Format.HTML)
        return (time.process_time() - begun) / number

    seconds(50)
    assert seconds(2000) < 3 * seconds(500)
