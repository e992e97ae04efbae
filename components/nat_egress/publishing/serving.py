"""The addresses that a stack's outbound connections come from, as its state has them.

All that the state still holds counts, what is only still to be deleted among it: until it is gone, it serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..capacity.azure_state import Azure, folded, ids_of, text, texts
from ..capacity.deployed import COMPONENT
from ..graph import kinds
from ..graph.gateways import ADDRESSES
from ..state.model import ResourceState
from ..state.values import Value
from .errors import PublishingError
from .prefixes import in_order, normal

_TOLD_BY: Final = {kinds.PUBLIC_PREFIX: "ipPrefix", kinds.PUBLIC_ADDRESS: "ipAddress"}
_SECRET: Final = "an address whose id is secret"  # noqa: S105 - words for a message


@dataclass(frozen=True, slots=True)
class Gateway:
    """A NAT gateway that the state holds."""

    name: str
    """In Azure."""
    prefixes: tuple[str, ...]
    """What it has attached, in order."""


@dataclass(frozen=True, slots=True)
class Egress:
    """All that partners have to allow."""

    gateways: tuple[Gateway, ...]
    reserved: tuple[str, ...]
    """What a `NatEgress` has and no gateway uses: not yet attached, or not any more."""

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Return all of them, each once, in order."""
        return in_order([*(prefix for one in self.gateways for prefix in one.prefixes), *self.reserved])

    def use_of(self, prefix: str) -> str:
        """Return what uses a range, in words."""
        users = [one.name for one in self.gateways if prefix in one.prefixes]
        return ", ".join(users) or "reserved: no gateway uses it"


def egress_of(resources: Sequence[ResourceState]) -> Egress:
    """Return what a stack has deployed. PublishingError names every address that the state does not tell."""
    azure = Azure(resources)
    known = _known(azure)
    components = {one.urn: one for one in resources if one.type == COMPONENT and not one.delete}
    untold: list[str] = []
    gateways = []
    attached: set[str] = set()
    for gateway in azure.of(kinds.NAT_GATEWAY):
        ids = _attached(gateway)
        found = {id_: known.get(folded(id_)) for id_ in ids}
        missing = [id_ for id_, prefix in found.items() if prefix is None]
        adopted = () if gateway.delete else _adopted(components.get(gateway.parent), known)
        if len(missing) > len(adopted):
            untold += [f"{id_ or _SECRET}, attached to {_name(gateway)}" for id_ in missing]
        attached |= set(map(folded, ids))
        told = [prefix for prefix in found.values() if prefix]
        gateways.append(Gateway(_name(gateway), in_order([*told, *(adopted if missing else ())])))
    spare = [one for one in _public(azure) if one.parent in components and folded(one.id) not in attached]
    untold += [f"{one.id}, which no gateway uses" for one in spare if folded(one.id) not in known]
    if untold:
        raise PublishingError(_refusal(untold))
    return Egress(tuple(gateways), in_order(known[folded(one.id)] for one in spare))


def _public(azure: Azure) -> Iterable[ResourceState]:
    return (one for kind in _TOLD_BY for one in azure.of(kind))


def _known(azure: Azure) -> dict[str, str]:
    """Return the ranges of the prefixes and addresses in the state, by their ids."""
    found: dict[str, str] = {}
    for kind, key in _TOLD_BY.items():
        for one in azure.of(kind):
            if told := _range(one.outputs.get(key)) or _range(one.inputs.get(key)):
                found[folded(one.id)] = told
    return found


def _range(value: Value) -> str | None:
    try:
        return normal(text(value) or "")
    except ValueError:
        return None


def _attached(gateway: ResourceState) -> list[str]:
    """Return the ids that Azure answered and those that were asked for, "" for each that can't be read."""
    found = [
        id_ or "" for key in ADDRESSES for side in (gateway.outputs, gateway.inputs) for id_ in ids_of(side.get(key))
    ]
    return list({folded(id_): id_ for id_ in found}.values())


def _adopted(component: ResourceState | None, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ranges that a component has besides those of resources: it read them, and told them as outputs."""
    told = [_range(one) for one in texts(component.outputs.get("cidrs"))] if component else []
    return tuple(one for one in told if one and one not in known.values())


def _name(gateway: ResourceState) -> str:
    return gateway.id.rpartition("/")[2]


def _refusal(untold: Sequence[str]) -> str:
    lines = "\n".join(f"  - {one}" for one in untold)
    return (
        "the state does not tell every address, and a list that is not whole would shut out connections. "
        f"Not in it:\n{lines}\n"
        "An update that has not finished has to be finished first; an address that was made elsewhere is read into the "
        "stack with PublicIPPrefix.get or PublicIPAddress.get, or adopted by NatEgress; one that is secret can't be "
        "published"
    )
