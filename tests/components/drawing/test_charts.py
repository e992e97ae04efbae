"""DOT as another parser reads it, and Mermaid by the grammar of what is written; names come through as they are."""

from __future__ import annotations

import html
import re

import pydot
import pytest
from nat_egress.drawing.chart import Arrow, Box, Chart, Style
from nat_egress.drawing.dot import dot
from nat_egress.drawing.formats import Format, NotDrawnError, View, written
from nat_egress.drawing.mermaid import mermaid
from nat_egress.drawing.network_chart import network_chart

from tests.components.drawing import stacks

STACKS = ["everything", "unknowns", "hostile", "many_machines"]
UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
LABEL = r'"((?:[A-Za-z0-9 ._,()/-]|:(?!\S)|#\d+;|<br>)*)"'
LINES = [
    r"flowchart LR",
    rf" *[a-z]+\w*\[{LABEL}\]",
    rf" *subgraph [a-z]+\w*\[{LABEL}\]",
    r" *end",
    rf"  [a-z]+\w* (?:-->|-\.->)(?:\|{LABEL}\|)? [a-z]+\w*",
    r"  classDef [a-z]+ stroke:#[0-9a-f]{6},stroke-width:2px",
    r"  class [a-z0-9_,]+ [a-z]+",
    r"  linkStyle [\d,]+ stroke:#[0-9a-f]{6}",
]


def chart_of(drawn, name):
    return network_chart(drawn(name, preview=name == "unknowns"))


def all_boxes(chart):
    return [one for box in chart.boxes for one in box]


def shown(text):
    """Return a text as it is after what can't be written is replaced."""
    return UNREADABLE.sub("�", text)


def of_dot(label):
    """Read a label as Graphviz does: escapes, then entities."""
    inner = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], label[1:-1])
    return html.unescape(inner)


def nodes(graph):
    """Yield nodes and clusters, at whatever depth, with their labels."""
    for one in graph.get_nodes():
        if one.get_label() is not None and one.get_name() != "graph":  # what is set for a cluster as a whole
            yield one.get_name(), of_dot(one.get_label())
    for one in graph.get_subgraphs():
        (attributes,) = one.get_graph_defaults()
        yield one.get_name().removeprefix("cluster_"), of_dot(attributes["label"])
        yield from nodes(one)


@pytest.mark.parametrize("name", STACKS)
def test_dot_is_read_as_it_is_meant(drawn, name):
    chart = chart_of(drawn, name)
    (graph,) = pydot.graph_from_dot_data(dot(chart))
    meant = {one.key: "\n".join(map(shown, one.lines)) for one in all_boxes(chart)}
    assert dict(nodes(graph)) == meant
    found = sorted((one.get_source(), one.get_destination()) for one in graph.get_edges())
    assert found == sorted((one.source, one.target) for one in chart.arrows)


@pytest.mark.parametrize("name", STACKS)
def test_mermaid_is_written_by_its_grammar(drawn, name):
    chart = chart_of(drawn, name)
    lines = mermaid(chart).splitlines()
    assert lines[0] == "flowchart LR"
    found = {}
    depth = 0
    for line in lines:
        matched = [match for one in LINES if (match := re.fullmatch(one, line))]
        assert len(matched) == 1, line
        depth += line.strip().startswith("subgraph") - (line.strip() == "end")
        assert depth >= 0
        if named := re.fullmatch(rf" *(?:subgraph )?(\w+)\[{LABEL}\]", line):
            text = re.sub(r"#(\d+);", lambda one: chr(int(one[1])), named[2].replace("<br>", "\n"))
            found[named[1]] = text
    assert depth == 0
    for one in all_boxes(chart):
        assert found.pop(one.key) == (", " if one.encloses else "\n").join(map(shown, one.lines))
    assert found == {}


@pytest.mark.parametrize("name", stacks.HOSTILE)
def test_a_name_is_one_label_and_nothing_else(name):
    chart = Chart(name, (Box("a", (name,)), Box("b", ("x",), Style.IN)), (Arrow("a", "b", Style.IN, name),))
    assert len(mermaid(chart).splitlines()) == 7
    (graph,) = pydot.graph_from_dot_data(dot(chart))
    assert dict(nodes(graph)) == {"a": shown(name), "b": "x"}
    (edge,) = graph.get_edges()
    assert of_dot(edge.get_label()) == shown(name)


def test_where_arrows_lead(drawn):
    chart = chart_of(drawn, "everything")
    named = {one.key: one.lines[0] for one in all_boxes(chart)}
    arrows = {(named[one.source], named[one.target]): one for one in chart.arrows}
    assert ("subnet web", "NAT gateway egress") in arrows
    assert ("NAT gateway egress", "internet") in arrows
    assert arrows["subnet inspected", "NAT gateway egress"].label == "198.51.100.0/24"
    assert arrows["subnet inspected", "NAT gateway egress"].dashed
    assert arrows["internet", "public address of open"].style is Style.IN
    assert arrows["public address of open", "open"].style is Style.IN
    assert arrows["internet", "Bastion host bastion"].style is Style.PLAIN
    assert arrows["subnet legacy", "default outbound access"].style is Style.WARNED
    assert not any(source == "subnet data" for source, _ in arrows)
    # Machines that leave as their subnet does have no arrow of their own.
    assert not any(source.startswith("web-0") for source, _ in arrows)


def test_what_is_not_known_is_said(drawn):
    text = dot(chart_of(drawn, "unknowns"))
    assert "NAT gateway egress\\nknown after the update" in text
    assert "not known from this stack" not in text


def test_resources_are_drawn_too():
    (graph,) = pydot.graph_from_dot_data(written(stacks.unknowns(), "shop/dev", Format.DOT, View.RESOURCES))
    labels = {name: label.split("\n")[0] for name, label in nodes(graph)}
    edges = {(labels[one.get_source()], labels[one.get_destination()]) for one in graph.get_edges()}
    assert ("partners", "egress") in edges
    assert ("egress", "web") in edges
    text = written(stacks.unknowns(), "shop/dev", Format.MERMAID, View.RESOURCES)
    assert text.count("-->") == len(edges)


@pytest.mark.parametrize("form", [Format.HTML, Format.SVG])
def test_resources_are_no_picture(form):
    with pytest.raises(NotDrawnError, match=f"the resources are written as dot, mermaid, json, not as {form}"):
        written([], "shop/dev", form, View.RESOURCES)
