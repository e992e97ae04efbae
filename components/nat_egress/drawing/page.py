"""A network's picture as a page that needs nothing but itself: no script, style, font or picture from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Final
from xml.etree.ElementTree import Element, tostring

from . import facts, svg
from .model import Drawing
from .tree import add, root

_QUIET: Final = "Point at a subnet, a machine or a hop, or reach it with Tab, to see its way to the internet."


def page(drawing: Drawing) -> str:
    """Write the page."""
    style = svg.styles() + _file("page.css")
    script = _file("page.js")
    html = root("html", lang="en")
    _head(add(html, "head"), drawing, style, script)
    body = add(html, "body")
    add(body, "a", "Skip to the tables", class_="skip", href="#tables")
    _main(add(body, "main"), drawing)
    add(body, "script").text = script
    return f"<!DOCTYPE html>\n{tostring(html, encoding='unicode', method='html')}\n"


def _head(head: Element, drawing: Drawing, style: str, script: str) -> None:
    add(head, "meta", charset="utf-8")
    # Even if a name got into the page as markup, it could neither run nor load anything.
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    add(head, "meta", http_equiv="Content-Security-Policy", content=policy)
    add(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    add(head, "meta", name="color-scheme", content="light dark")
    add(head, "link", rel="icon", href="data:,")
    add(head, "title", f"Network of {drawing.stack}")
    add(head, "style").text = style


def _main(main: Element, drawing: Drawing) -> None:
    add(main, "h1", f"Network of {drawing.stack}")
    add(main, "p", facts.summary(drawing), class_="quiet")
    tools = add(main, "div", class_="tools", role="search", hidden="")
    add(tools, "label", "Find", for_="find")
    add(tools, "input", id="find", type="search", placeholder="name, address, way out", autocomplete="off")
    add(tools, "span", class_="count quiet", role="status")
    add(main, "div", class_="scroll").append(svg.picture_of(drawing))
    add(main, "p", _QUIET, class_="told quiet", aria_live="polite")
    tables = add(main, "section", id="tables", aria_label="Tables")
    facts.subnets_table(tables, drawing)
    if drawing.hops:
        facts.hops_table(tables, drawing)


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
