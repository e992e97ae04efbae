"""A program's graph is drawn: its network, before and after an update, and its resources."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from nat_egress.testing import record

from tests.components.testing.conftest import ARGS

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[3]


def test_the_network_of_a_program(network):
    graph = record(network)
    document = json.loads(graph.to_json())
    (net,) = document["networks"]
    assert [one["name"] for one in net["subnets"]] == ["web", "api"]
    (hop,) = document["hops"]
    assert (hop["kind"], len(hop["addresses"])) == ("NatGateway", 1)
    assert hop["addresses"][0].endswith("/29")
    assert (document["stack"], document["preview"]) == ("project/stack", False)
    assert hop["addresses"][0] in graph.to_html()
    assert hop["addresses"][0] in graph.to_svg()
    assert "subnet web" in graph.to_dot()
    assert graph.to_mermaid().startswith("flowchart LR\n")


def test_before_the_update(network):
    graph = record(network, preview=True)
    document = json.loads(graph.to_json())
    assert document["preview"] is True
    assert [one["addresses"] for one in document["hops"]] == [[None]]
    (net,) = document["networks"]
    assert {one["out"]["way"] for one in net["subnets"]} == {"NatGateway"}
    assert "known after the update" in graph.to_html()


def test_each_run_gives_the_same_bytes(network):
    one, other = record(network), record(network)
    assert one.to_html() == other.to_html()
    for write in ("to_json", "to_dot", "to_mermaid"):
        for view in ("network", "resources"):
            assert getattr(one, write)(view=view) == getattr(other, write)(view=view)


def test_the_resources_of_a_program(network):
    document = json.loads(record(network).to_json(view="resources"))
    by_name = {(one["type"].rpartition(":")[2], one["name"]): one for one in document["resources"]}
    gateway = by_name["NatGateway", "egress"]
    assert gateway["parent"] == by_name["NatEgress", "egress"]["urn"]
    assert by_name["PublicIPPrefix", "egress-partners"]["urn"] in gateway["dependencies"]
    assert list(ARGS["prefixes"]) == ["partners"]


def test_another_view_is_refused(network):
    with pytest.raises(ValueError, match="'picture' is not a valid View"):
        record(network).to_dot(view="picture")


def test_the_picture_in_the_page_is_that_of_the_stack():
    picture = ROOT / "docs" / "images" / "prod.svg"
    drawn = record(ROOT, stack="prod").to_svg()
    if picture.read_text(encoding="utf-8") != drawn:
        pytest.fail(
            "docs/images/prod.svg is not the network of the stack prod any more. Renew it:\n"
            "  python -c \"from nat_egress.testing import record; print(record('.', stack='prod').to_svg(), end='')\" "
            "> docs/images/prod.svg"
        )


def test_the_example_of_the_page_passes(pytester):
    pages = "".join((ROOT / "docs" / name).read_text() for name in ("testing.md", "drawing.md"))
    for name, text in re.findall(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", pages, re.DOTALL):
        path = pytester.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "tests/test_drawing.py").assert_outcomes(passed=1)
    assert (pytester.path / "network.html").read_text().startswith("<!DOCTYPE html>")
