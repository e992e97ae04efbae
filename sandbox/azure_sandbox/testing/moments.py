"""When an update is killed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..provider.standstill import Standstill


@dataclass(frozen=True)
class BeforeRequest:
    """When a request is about to be sent: Azure never hears of it."""

    method: str
    """`PUT`, `GET` or `DELETE`."""
    type: str
    """Such as `subnets`, or `Microsoft.Network/virtualNetworks/subnets`."""
    nth: int = 1
    """Which of those that the update sends, repeated ones among them."""

    @property
    def standstill(self) -> Standstill:
        """How a provider is told."""
        return Standstill(self.method, self.type, self.nth, done=False)

    def __str__(self) -> str:
        return f"before {self.method} {self.type} number {self.nth}"


@dataclass(frozen=True)
class AfterRequest:
    """When a request is done in Azure, and neither the provider nor the engine has heard of it."""

    method: str
    type: str
    nth: int = 1

    @property
    def standstill(self) -> Standstill:
        """How a provider is told."""
        return Standstill(self.method, self.type, self.nth, done=True)

    def __str__(self) -> str:
        return f"after {self.method} {self.type} number {self.nth}"


@dataclass(frozen=True)
class AfterStep:
    """When a step has ended and is in the state. What began after it is under way by then, or not yet."""

    step: str
    """As in `create NatGateway egress`; without the name, of any."""
    nth: int = 1

    def __str__(self) -> str:
        return f"after {self.step}" + (f" number {self.nth}" if self.nth > 1 else "")


Moment: TypeAlias = BeforeRequest | AfterRequest | AfterStep
