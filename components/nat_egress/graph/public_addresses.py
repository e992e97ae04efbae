"""Public addresses and prefixes, and what the other side sees of them."""

from __future__ import annotations

from typing import Final, TypeAlias

from . import kinds
from .graph import Graph
from .references import Reference, reference
from .resource import Declared
from .values import UNKNOWN, Unknown, items, text

PUBLIC: Final = (kinds.PUBLIC_ADDRESS, kinds.PUBLIC_PREFIX)
"""The kinds that are, or hold, public addresses."""

Seen: TypeAlias = tuple[str | Unknown, ...]
"""Addresses, and prefixes as CIDR text, that the other side sees; `UNKNOWN` for each that is not known."""

_OUTPUTS: Final = {kinds.PUBLIC_ADDRESS: "ipAddress", kinds.PUBLIC_PREFIX: "ipPrefix"}


def address_at(graph: Graph, where: Reference) -> str | Unknown:
    """Return the address or prefix that a reference leads to, as far as the stack has it."""
    targets = graph.follow(where, *PUBLIC).targets
    return _of(targets[0].resource) if len(targets) == 1 else UNKNOWN


def addresses_in(graph: Graph, holder: Declared, *keys: str) -> Seen:
    """Return the addresses and prefixes that lists of a resource refer to."""
    return tuple(one for key in keys for one in _listed(graph, holder, key))


def _listed(graph: Graph, holder: Declared, key: str) -> Seen:
    references = [reference(holder, key, item) for item in items(holder.inputs, key)]
    followed = [[one.resource for one in graph.follow(where, *PUBLIC).targets] for where in references]
    everything = {one.urn: one for found in followed for one in found}
    if references and all(where.id is UNKNOWN for where in references) and len(everything) == len(references):
        # Which is which is not known, and as many as there are, they are all of them.
        return tuple(map(_of, everything.values()))
    return tuple(_of(found[0]) if len(found) == 1 else UNKNOWN for found in followed)


def _of(resource: Declared) -> str | Unknown:
    key = _OUTPUTS[resource.kind]
    found = [text(resource.outputs, key), text(resource.inputs, key)]
    return next((one for one in found if isinstance(one, str)), UNKNOWN)
