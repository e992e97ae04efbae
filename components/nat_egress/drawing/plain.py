"""Values of the graph as a drawing holds them: texts, None for what is not known, and nothing out of a secret."""

from __future__ import annotations

from collections.abc import Iterable

from ..graph.resource import Declared
from ..graph.values import MISSING, Flag, Missing, Text, Unknown, Value, items, text, texts, unnested
from .model import Addresses


def plain(value: Text) -> str | None:
    """Return a text as it may be shown, None where it is not known; "" where it is not given."""
    if isinstance(value, str):
        return f"{value}"  # a secret one says so
    return "" if value is MISSING else None


def several(values: Iterable[Text]) -> Addresses:
    """Return each text once, as it may be shown."""
    return tuple(dict.fromkeys(plain(one) for one in values))


def flagged(value: Flag) -> bool | None:
    """Return a switch, None where it is not known."""
    return None if isinstance(value, Unknown | Missing) else value


def ranges(node: Value, single: str, listed: str) -> Addresses:
    """Return the ranges under two inputs, one for a single range and one for a list of them."""
    one = text(node, single)
    found = [*([] if one is MISSING else [one]), *texts(node, listed)]
    return several(found)


def private_addresses(resource: Declared) -> Addresses:
    """Return the private addresses of a resource's IP configurations, one that is not known where none is."""
    found = [
        [text(unnested(one), "privateIPAddress") for one in items(values, "ipConfigurations")]
        for values in (resource.outputs, resource.inputs)
    ]
    known = [one for one in found[0] or found[1] if isinstance(one, str)]
    return several(known) or ((None,) if any(found) else ())
