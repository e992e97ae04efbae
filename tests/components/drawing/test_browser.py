"""The page in a real browser: what is seen, what lights up, what is found, and that names do no harm."""

from __future__ import annotations

import time

import pytest
from nat_egress.drawing.formats import Format, written

from tests.components.drawing import stacks

STACKS = ["everything", "unknowns", "hostile", "many_machines", "many_subnets"]
RECTS = """() => {
  const at = (element) => { const {left, top, right, bottom} = element.getBoundingClientRect();
    return [left, top, right, bottom]; };
  return [...document.querySelectorAll(".picture .part")].map((part) => ({
    id: part.id,
    kind: part.classList[1],
    box: part.querySelector(":scope > .box") && at(part.querySelector(":scope > .box")),
    texts: [...part.querySelectorAll(":scope > text")].map((text) => [text.textContent, ...at(text)]),
  }));
}"""
CONTRASTS = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((c) => c / 255).map((c) =>
      c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const style = (element) => getComputedStyle(element);
  const paper = style(document.querySelector(".paper")).fill;
  const page = style(document.body).backgroundColor;
  const texts = [...document.querySelectorAll(".picture text")].map((text) => {
    const box = text.parentNode.querySelector(":scope > .box");
    return [text.textContent, ratio(style(text).fill, box ? style(box).fill : paper)];
  });
  const words = [...document.querySelectorAll("h1, h2, p, label, th, td, input")].map((one) =>
    [one.textContent, ratio(style(one).color, page)]);
  const lines = [...document.querySelectorAll(".picture .line, .picture .stripe, .picture .stop")].map((line) =>
    [line.parentNode.id, ratio(line.matches(".stripe") ? style(line).fill : style(line).stroke, paper)]);
  return {texts: [...texts, ...words], lines};
}"""


def inside(inner, outer, slack=0.6):
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def on(page):
    """Return the keys of what is lit."""
    return set(page.evaluate("[...document.querySelectorAll('.picture .part.on')].map((one) => one.id)"))


def key_of(page, text):
    """Return the key of the subnet or the machines that a text of the picture names."""
    return page.evaluate(
        "(wanted) => [...document.querySelectorAll('[data-trail] > text')]"
        ".find((one) => one.textContent === wanted).parentNode.id",
        text,
    )


@pytest.mark.parametrize("name", STACKS)
def test_nothing_is_asked_for_and_nothing_complained_of(shown, name):
    watched = shown(name)
    assert watched.asked == [watched.page.url]
    assert watched.said == []


@pytest.mark.parametrize("name", STACKS)
def test_everything_has_its_place(shown, name):
    """All is in what it belongs to, nothing lies on something else, and no text is wider than its box."""
    parts = shown(name).page.evaluate(RECTS)
    by_kind = {kind: [one for one in parts if one["kind"] == kind] for kind in ("net", "lane", "subnet", "machines")}
    for kind in ("net", "subnet", "machines"):
        assert by_kind[kind] != []
    for inner, outer in (("lane", "net"), ("subnet", "lane")):
        for one in by_kind[inner]:
            assert sum(inside(one["box"], other["box"]) for other in by_kind[outer]) == 1, one["id"]
    for one in by_kind["machines"]:
        around = [other for other in (*by_kind["subnet"], *by_kind["net"]) if inside(one["box"], other["box"])]
        assert around != [], one["id"]
    hops = [one for one in parts if one["kind"] in ("hop", "internet")]
    for kind in (by_kind["net"], by_kind["lane"], by_kind["machines"], by_kind["subnet"], hops):
        flat = sorted((one["box"] for one in kind), key=lambda box: box[1])
        for number, one in enumerate(flat):
            assert all(apart(one, other) for other in flat[number + 1 : number + 40]), name
    for one in parts:
        for text, *where in one["texts"]:
            assert inside(where, one["box"], slack=1), (one["id"], text)
            assert where[2] - where[0] > 1


def test_all_that_there_is_is_seen(shown):
    page = shown("everything").page
    texts = page.evaluate("[...document.querySelectorAll('.picture text')].map((one) => one.textContent)")
    for text in ("net", "web", "web-0 … web-11 (12)", "10.0.0.0/24 · private", "egress", "192.0.2.1", "internet"):
        assert text in texts
    assert page.locator(".picture").is_visible()
    assert page.locator(".arrow.in").count() == 10
    assert page.locator(".machines.exposed").count() == 4


def test_a_machine_lights_up_its_way_out(shown):
    page = shown("everything").page
    key = key_of(page, "app")
    page.locator(f"#{key} > .box").hover()
    lit = on(page)
    labels = page.evaluate("(keys) => keys.map((key) => document.getElementById(key).textContent)", sorted(lit))
    for text in ("NAT gateway", "virtual appliance", "internet", "inspected"):
        assert any(text in one for one in labels), text
    assert not any("default outbound access" in one for one in labels)
    assert (
        page.locator(".told").inner_text().startswith("app, virtual machine. Way out: app > subnet inspected > route")
    )
    page.wait_for_function("(key) => getComputedStyle(document.getElementById(key)).opacity === '1'", arg=key)
    other = key_of(page, "old")
    page.wait_for_function("(key) => getComputedStyle(document.getElementById(key)).opacity < 0.3", arg=other)
    page.mouse.move(2, 2)
    assert on(page) == set()
    assert page.locator(".told").inner_text().startswith("Point at")


def test_a_machine_with_a_way_of_its_own_does_not_light_up_its_subnets(shown):
    page = shown("everything").page
    page.locator(f"#{key_of(page, 'edge-0 … edge-2 (3)')} > .box").hover()
    kinds = {one.split("-")[0] for one in on(page)}
    assert {"arrow", "hop", "internet", "subnet", "group", "net"} <= kinds
    ways = page.locator(".arrow.on").evaluate_all("(all) => all.map((one) => one.classList.contains('in'))")
    assert sorted(ways) == [False, False, True, True]


def test_a_hop_lights_up_all_that_leaves_by_it(shown):
    page = shown("everything").page
    page.locator("g.hop", has_text="192.0.2.1").hover()
    lit = on(page)
    assert {key_of(page, name) for name in ("web", "functions", "nva", "web-0 … web-11 (12)")} <= lit
    assert key_of(page, "legacy") not in lit


def test_the_keyboard_does_what_the_mouse_does(shown):
    page = shown("everything").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the tables"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.id")
    assert focused == key_of(page, "web")
    assert {focused, "internet"} <= on(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == key_of(page, "web-0 … web-11 (12)")
    assert "the other side sees 192.0.2.1" in page.locator(".told").inner_text()
    stroke = "getComputedStyle(document.activeElement.querySelector('.box')).strokeWidth"
    assert page.evaluate(stroke) == "2px"
    page.keyboard.press("Escape")
    assert on(page) == set()


def test_rows_of_the_tables_light_up_the_picture(shown):
    page = shown("everything").page
    page.locator("tr", has_text="subnet premises").first.hover()
    assert key_of(page, "premises") in on(page)


def test_names_are_found(shown):
    page = shown("many_machines").page
    page.fill("#find", "worker-157")
    assert page.locator(".count").inner_text() == "1 found"
    rows = page.locator("tr[data-key]:visible")
    assert [text.split("\n")[0].split("\t")[0] for text in rows.all_inner_texts()] == [
        "subnet workers",
        "worker-0 … worker-199 (200)",
    ]
    missed = page.evaluate("[...document.querySelectorAll('.picture .missed')].map((one) => one.id)")
    assert key_of(page, "leader") in missed
    assert key_of(page, "worker-0 … worker-199 (200)") not in missed
    page.press("#find", "Enter")
    assert page.evaluate("document.activeElement.id") == key_of(page, "worker-0 … worker-199 (200)")
    page.fill("#find", "no such thing")
    assert page.locator(".count").inner_text() == "0 found"
    assert page.locator("tr[data-key]:visible").count() == 0
    page.fill("#find", "")
    assert page.locator("tr[data-key][hidden]").count() == 0
    assert page.locator(".picture .missed").count() == 0


def test_a_subnet_is_found_with_all_that_is_in_it(shown):
    page = shown("everything").page
    page.fill("#find", "subnet endpoints")
    assert page.locator(".count").inner_text() == "1 found"
    assert page.locator("tr[data-key]:visible").count() == 2
    assert "missed" not in page.locator(f"#{key_of(page, 'private endpoint vault')}").get_attribute("class")
    assert "missed" in page.locator(f"#{key_of(page, 'old')}").get_attribute("class")


def test_without_scripts_all_is_there(shown):
    watched = shown("everything", java_script_enabled=False)
    page = watched.page
    assert page.locator("g.subnet").count() == 18
    assert page.locator("g.subnet").first.is_visible()
    assert page.locator("tr[data-key]").count() > 40
    assert not page.locator(".tools").is_visible()
    assert page.locator("g.machines title").first.text_content().startswith("web-0 … web-11 (12), virtual machine")
    assert watched.asked == [page.url]


@pytest.mark.parametrize("form", [Format.HTML, Format.SVG])
def test_names_are_nothing_but_text(shown, form):
    watched = shown("hostile", form)
    page = watched.page
    assert watched.said == []
    if form is Format.HTML:
        assert page.locator("script").count() == 1
    else:
        assert page.locator("script").count() == 0
    assert page.locator("img, iframe, object, embed, foreignObject, a[href^=javascript]").count() == 0
    attributes = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap((one) => [...one.attributes].map((found) => found.name))"
    )
    assert [name for name in set(attributes) if name.startswith("on") or name == "style"] == []
    titles = page.evaluate("[...document.querySelectorAll('g.subnet > title')].map((one) => one.textContent)")
    for name in stacks.HOSTILE:
        if name.isprintable():
            assert any(f"subnet {name}, " in one for one in titles), name


def test_a_script_in_the_page_would_not_run(shown):
    """What the policy of the page is worth, if all else failed."""
    watched = shown("everything")
    watched.page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.ran = true';"
        "document.body.append(one); const two = document.createElement('img'); two.src = 'file:///x.png';"
        "document.body.append(two); document.body.setAttribute('onclick', 'window.ran = true');"
        "document.body.click(); }"
    )
    assert watched.page.evaluate("window.ran") is None
    assert len(watched.said) >= 2
    assert all("Content Security Policy" in one for one in watched.said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_is_legible(shown, scheme):
    """By WCAG 2.2: 4.5 for text (1.4.3), 3 for what is drawn (1.4.11)."""
    page = shown("everything", color_scheme=scheme).page
    found = page.evaluate(CONTRASTS)
    assert [one for one in found["texts"] if one[1] < 4.5] == []
    assert [one for one in found["lines"] if one[1] < 3] == []
    assert len(found["texts"]) > 200
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")


def test_on_paper_there_is_all_and_no_more(shown):
    page = shown("everything").page
    page.fill("#find", "subnet data")
    page.emulate_media(media="print")
    assert not page.locator(".tools").is_visible()
    assert not page.locator(".told").is_visible()
    assert page.locator("tr[data-key]:visible").count() == page.locator("tr[data-key]").count()


def test_on_a_small_screen_the_picture_alone_is_scrolled_sideways(browser, shown):
    page = shown("everything").page
    page.set_viewport_size({"width": 420, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    assert page.evaluate("(() => { const one = document.querySelector('.scroll'); return one.scrollWidth > 420; })()")


def test_500_subnets_are_there_in_time(shown):
    resources = stacks.many_subnets()
    begun = time.process_time()
    written(resources, "organization/shop/dev", Format.HTML)
    assert time.process_time() - begun < 1.5
    page = shown("many_subnets").page
    assert page.locator("g.subnet").count() == 500
    loaded = page.evaluate(
        "(() => { const one = performance.getEntriesByType('navigation')[0]; return one.duration; })()"
    )
    assert 0 < loaded < 3000
    lit = page.evaluate(
        "(() => { const begun = performance.now(); document.querySelector('g.hop').focus();"
        "return [performance.now() - begun, document.querySelectorAll('.part.on').length]; })()"
    )
    assert lit[1] > 400
    assert lit[0] < 500
