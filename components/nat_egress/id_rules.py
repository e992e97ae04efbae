"""What is wrong with the id of a resource in Azure. Pure."""

from __future__ import annotations

from . import ids
from .problems import Problem


def id_problems(argument: str, text: str, kind: str, namespace: str = "Microsoft.Network") -> list[Problem]:
    """Check that `text` is the id of a `<namespace>/<kind>`."""
    expected = f"/subscriptions/…/resourceGroups/…/providers/{namespace}/{kind}/…"
    try:
        parsed = ids.parse(text)
    except ValueError as error:
        return [Problem(argument, text, f"it {error}", f"Give an id such as {expected}.")]
    if parsed.type.lower() != f"{namespace}/{kind}".lower():
        return [Problem(argument, text, f"it is the id of a {parsed.type}", f"Give an id such as {expected}.")]
    return []


def subnet_id_problems(text: str) -> list[Problem]:
    """Check that `subnet_id` is the id of a subnet."""
    if ids.parse_subnet(text) is not None:
        return []
    return [Problem("subnet_id", text, "it is not the id of a subnet", f"Give an id such as {ids.SUBNET_FORM}.")]
