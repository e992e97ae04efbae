"""Remembers which network of a program a NAT gateway serves: it can serve one only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi import Output, Resource
from pulumi.runtime.settings import get_monitor

from .problems import Problem

if TYPE_CHECKING:
    from .network_rules import NetworkSpec

_CLAIMS: Final = "_nat_egress_claims"
"""Where a program's connection to the engine, or to the mocks of a test, keeps its claims. A table of connections would
keep them all for ever, weak keys or not: what is claimed are outputs, and those hold the connection."""


@dataclass(frozen=True)
class Claim:
    """One network with subnets on one gateway."""

    gateway_id: object
    """An id, or the output that it will come of: the same output is the same gateway."""
    network: object
    """Likewise; the component itself where it creates the network."""
    claimant: str


def other_network(claims: list[Claim], claim: Claim) -> Claim | None:
    """Return the claim of the same gateway for another network.

    One claimant is one network: tests make a component of the same name again and again.
    """
    return next(
        (
            other
            for other in claims
            if _same(other.gateway_id, claim.gateway_id)
            and not _same(other.network, claim.network)
            and other.claimant != claim.claimant
        ),
        None,
    )


def claim_problems(component: Resource, subject: str, spec: NetworkSpec) -> list[Problem]:
    """Claim the gateway of `spec` for its network, and find whether another network of the program has it.

    Gateways and networks that are known by outputs of different origin can't be told apart; Azure refuses those.
    """
    if not any(map(spec.attaches, spec.subnets)):
        return []
    claims: list[Claim] = vars(get_monitor()).setdefault(_CLAIMS, [])
    claim = Claim(spec.gateway_id, spec.virtual_network_id or component, subject)
    taken = other_network(claims, claim)
    claims.append(claim)
    if taken is None:
        return []
    return [
        Problem(
            "gateway_id",
            "an output" if isinstance(spec.gateway_id, Output) else spec.gateway_id,
            f"a NAT gateway serves one virtual network, and this one serves that of {taken.claimant}",
            "Make another NatEgress for this network, or set egress: False on its subnets.",
        )
    ]


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.rstrip("/").lower() == other.rstrip("/").lower()
    return one is other
