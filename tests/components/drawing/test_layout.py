"""Where everything is: one in another, nothing on something else, arrows from edge to edge."""

from __future__ import annotations

from itertools import combinations

import pytest
from nat_egress.drawing.boxes import Rect
from nat_egress.drawing.lanes import lanes
from nat_egress.drawing.layout import Layout, layout
from nat_egress.drawing.trails import Trails

from tests.components.drawing import stacks

STACKS = ["everything", "unknowns", "hostile", "many_machines", "many_subnets"]


def within(inner: Rect, outer: Rect) -> bool:
    across = outer.x <= inner.x and inner.right <= outer.right
    return across and outer.y <= inner.y and inner.bottom <= outer.bottom


def overlap(one: Rect, other: Rect) -> bool:
    across = one.x < other.right and other.x < one.right
    return across and one.y < other.bottom and other.y < one.bottom


@pytest.fixture(params=STACKS)
def placed(request, drawn) -> Layout:
    return layout(drawn(request.param))


def test_each_is_in_what_it_belongs_to(placed):
    picture = Rect(0, 0, placed.width, placed.height)
    for net in placed.nets:
        assert within(net.rect, picture)
        assert all(within(one.rect, net.rect) for one in (*net.chips, *net.lanes))
        for lane in net.lanes:
            assert all(within(cell.rect, lane.rect) for cell in lane.cells)
            assert all(within(chip.rect, cell.rect) for cell in lane.cells for chip in cell.chips)
    assert all(within(one.rect, picture) for one in placed.hops)
    assert within(placed.internet, picture)


def test_nothing_lies_on_something_else(placed):
    lanes_ = [lane for net in placed.nets for lane in net.lanes]
    beside = [[*placed.nets, *placed.hops], lanes_, *(lane.cells for lane in lanes_)]
    beside += [cell.chips for lane in lanes_ for cell in lane.cells]
    for group in beside:
        for one, other in combinations([one.rect for one in group][:120], 2):
            assert not overlap(one, other)


def test_all_there_is_has_a_place(drawn):
    drawing = drawn("everything")
    placed = layout(drawing)
    cells = [cell for net in placed.nets for lane in net.lanes for cell in lane.cells]
    assert sorted(cell.subnet.key for cell in cells) == sorted(one.key for one in drawing.subnets)
    groups = [one.key for net in drawing.nets for here in (net, *net.subnets) for one in here.groups]
    chips = [chip for net in placed.nets for chip in net.chips] + [chip for cell in cells for chip in cell.chips]
    assert sorted(chip.group.key for chip in chips) == sorted(groups)
    assert {box.hop.key for box in placed.hops} == {one.key for one in drawing.hops}


def test_arrows_go_from_edge_to_edge(placed):
    at = {f"{net.net.key}-lane-{number}": lane.rect for net in placed.nets for number, lane in enumerate(net.lanes)}
    at |= {box.hop.key: box.rect for box in placed.hops}
    at |= {
        chip.group.key: chip.rect
        for net in placed.nets
        for chip in (*net.chips, *(chip for lane in net.lanes for cell in lane.cells for chip in cell.chips))
    }
    at["internet"] = placed.internet
    assert placed.arrows != ()
    for arrow in placed.arrows:
        left, right = (at[key] for key in arrow.ends)
        assert arrow.left[0] == left.right
        assert arrow.right[0] == right.x
        assert left.y <= arrow.left[1] <= left.bottom
        assert right.y <= arrow.right[1] <= right.bottom


def test_nothing_is_in_the_way_of_an_arrow(placed):
    """What has arrows of its own has nothing right of it in its network."""
    for net in placed.nets:
        rects = [cell.rect for lane in net.lanes for cell in lane.cells]
        for lane in net.lanes:
            for cell in lane.cells:
                for chip in (one for one in cell.chips if one.stands_out):
                    rest = Rect(cell.rect.right, chip.rect.y, net.rect.right - cell.rect.right, chip.rect.height)
                    assert not any(overlap(rest, one) for one in rects)


def test_subnets_that_leave_alike_are_side_by_side(drawn):
    drawing = drawn("everything")
    found = [[one.name for one in lane.subnets] for lane in lanes(drawing.nets[0])]
    assert ["web", "functions", "nva"] in found
    assert ["data", "dmz", "balanced", "ingress", "endpoints"] in found
    assert found[-1] == ["AzureBastionSubnet", "AzureFirewallSubnet"]


def test_a_trail_leads_on_to_the_internet_by_the_same_kind_of_arrow(drawn):
    placed = layout(drawn("everything"))
    (edge,) = [one for one in placed.hops if one.hop.name == "of edge-0 … edge-2 (3)"]
    (key,) = {one.ends[0] for one in placed.arrows if one.ends[1] == edge.hop.key}
    trail = Trails(placed).of(key).split()
    assert {key, edge.hop.key, "internet"} < set(trail)
    assert sum(one.startswith("arrow-") for one in trail) == 4
    (egress,) = [one for one in placed.hops if one.hop.name == "egress"]
    onward = Trails(placed).of(egress.hop.key).split()
    assert [one for one in onward if not one.startswith("arrow")] == [egress.hop.key, "internet"]


def test_a_machine_that_is_only_reached_by_a_load_balancer_does_not_light_up_who_leaves_by_it(drawn):
    parts = [*stacks.everything(), *stacks.machine("inward", "web", **stacks.pooled("lb"))]
    drawing = drawn(parts)
    placed = layout(drawing)
    (key,) = [one.key for here in drawing.subnets for one in here.groups if one.name == "inward"]
    (balancer,) = [one.key for one in drawing.hops if one.name == "lb"]
    lit = set(Trails(placed).of(key).split())
    onward = {one.leads_in for one in placed.arrows if one.ends == (balancer, "internet") and one.key in lit}
    assert onward == {True}


def test_nothing_at_all(drawn):
    placed = layout(drawn([]))
    assert (placed.nets, placed.hops, placed.arrows) == ((), (), ())
    assert placed.width > 0
