"""Elements of a picture or a page: texts and attributes are escaped where they are written, none is put in as it is."""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement

_NO_XML: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold (w3.org/TR/xml, 2.2), and the control characters that it discourages."""

Value = str | float | None


def add(parent: Element, tag: str, text: str = "", /, **attributes: Value) -> Element:
    """Add an element; `data_key` is the attribute `data-key`, and one that is None is left out."""
    return _filled(SubElement(parent, tag), text, attributes)


def root(tag: str, /, **attributes: Value) -> Element:
    """Return an element with nothing around it."""
    return _filled(Element(tag), "", attributes)


def _filled(element: Element, text: str, attributes: dict[str, Value]) -> Element:
    if text:
        element.text = clean(text)
    for name, value in attributes.items():
        if value is not None:
            written = clean(value) if isinstance(value, str) else number(value)
            element.set(name.rstrip("_").replace("_", "-"), written)
    return element


def clean(text: str) -> str:
    """Return a text with a sign in place of each character that may not be written."""
    return _NO_XML.sub("�", text)


def number(value: float) -> str:
    """Write a length."""
    return f"{value:.1f}".removesuffix(".0")
