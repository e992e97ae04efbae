"""What a rule of exposure found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a finding means for the stack."""

    DENY = "deny"
    """A machine is exposed, or has a way out that is none of those allowed: refused where the policy is mandatory."""
    WARN = "warn"
    """Worth a look: shown, and never refused."""
    UNDECIDABLE = "undecidable"
    """The stack alone does not say: shown apart, and never refused."""


@dataclass(frozen=True)
class Finding:
    """One cause, once."""

    policy: str
    """The name of the policy, one of `policies.POLICIES`."""
    verdict: Verdict
    urn: str
    """The resource to change."""
    path: tuple[str, ...]
    """The way, from the internet to the machine or the other way round, a word or two for each step; may be empty."""
    what: str
    """What is exposed, or what cannot be decided. A sentence."""
    remedy: str
    """What to change. A sentence."""

    def __str__(self) -> str:
        way = f" ({' > '.join(self.path)})" if self.path else ""
        return f"{self.what.removesuffix('.')}{way}. {self.remedy}"
