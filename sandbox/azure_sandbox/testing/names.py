"""What resources are called in tests and in what is said to them: `NatGateway egress`."""

from __future__ import annotations

from nat_egress.graph import tokens

from ..engine.urn import ROOT_STACK_TYPE, is_provider_type, urn_name, urn_type


def label(urn: str) -> str:
    """Return kind and name, as in `NatGateway egress`."""
    return f"{urn_type(urn).rpartition(':')[2]} {urn_name(urn)}"


def is_a(token: str, kind: str) -> bool:
    """Tell whether a type is of a kind: `NatGateway`, `network:NatGateway`, or a whole token, of any version."""
    return kind in (token.rpartition(":")[2], tokens.parse(token).kind, token, tokens.unversioned(token))


def is_plumbing(token: str) -> bool:
    """Tell whether a type is that of the stack itself or of a provider: each program has them, and no test asks."""
    return token == ROOT_STACK_TYPE or is_provider_type(token)
