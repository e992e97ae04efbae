"""What a drawing can be written as."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from ..graph.network import Network
from ..graph.resource import Declared
from .describe import drawing_of
from .document import document_of
from .dot import dot
from .mermaid import mermaid
from .network_chart import network_chart
from .page import page
from .resources import resource_chart, resource_document
from .svg import svg


class Format(StrEnum):
    """A format."""

    HTML = "html"
    SVG = "svg"
    DOT = "dot"
    MERMAID = "mermaid"
    JSON = "json"


class View(StrEnum):
    """What is drawn of a stack."""

    NETWORK = "network"
    """Networks, subnets, machines, and their ways out and in."""
    RESOURCES = "resources"
    """All resources, with what each belongs to and depends on."""


class NotDrawnError(ValueError):
    """A view is not drawn in a format."""


OF_RESOURCES: Final = (Format.DOT, Format.MERMAID, Format.JSON)
"""The formats of the view of the resources."""


def written(
    resources: Iterable[Declared], stack: str, form: Format, view: View = View.NETWORK, *, preview: bool = False
) -> str:
    """Write a stack's network, or its resources. Raises `NotDrawnError`."""
    if view is View.RESOURCES:
        return _resources(resources, stack, form)
    drawing = drawing_of(Network(resources), stack, preview=preview)
    match form:
        case Format.HTML:
            return page(drawing)
        case Format.SVG:
            return svg(drawing)
        case Format.DOT:
            return dot(network_chart(drawing))
        case Format.MERMAID:
            return mermaid(network_chart(drawing))
        case Format.JSON:
            return _json(document_of(drawing))


def _resources(resources: Iterable[Declared], stack: str, form: Format) -> str:
    found = list(resources)
    match form:
        case Format.DOT:
            return dot(resource_chart(found, stack))
        case Format.MERMAID:
            return mermaid(resource_chart(found, stack))
        case Format.JSON:
            return _json(resource_document(found, stack))
    raise NotDrawnError(f"the resources are written as {', '.join(OF_RESOURCES)}, not as {form}")


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, allow_nan=False) + "\n"
