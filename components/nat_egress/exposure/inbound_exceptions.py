"""The inbound exceptions of this package's machines, as exemptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from ..days import LONGEST_EXCEPTION, day
from ..exception_tags import EXPIRES_TAG, REASON_TAG
from ..graph import kinds
from ..graph.resource import Declared
from ..graph.values import text
from .exemptions import Exemption

_COMPONENT: Final = "nat-egress:index:PrivateMachine$"
"""Stands in the URN of whatever the component makes. Tags alone anyone can set; the component checks what they say."""
_POLICIES: Final = {
    kinds.NETWORK_INTERFACE: "vm-no-public-ip",
    kinds.SECURITY_GROUP: "nsg-no-internet-inbound",
}


def exemptions_of(resources: Iterable[Declared], today: date) -> Iterator[Exemption]:
    """Yield the exceptions that resources say they belong to, those that have ended too.

    One that would last longer than the component allows is none.
    """
    for resource in resources:
        policy = _POLICIES.get(resource.kind)
        reason, expires = (text(resource.inputs, "tags", tag) for tag in (REASON_TAG, EXPIRES_TAG))
        if policy is None or _COMPONENT not in resource.urn or not isinstance(reason, str):
            continue
        last = day(expires) if isinstance(expires, str) else None
        if last is not None and last <= today + LONGEST_EXCEPTION:
            component = resource.parent.rpartition("::")[2] or resource.name
            yield Exemption(policy, resource.urn, reason, f"inbound of PrivateMachine {component}", last)
