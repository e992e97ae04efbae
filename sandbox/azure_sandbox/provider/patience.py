"""How long one call of the engine waits for Azure, in Azure's seconds."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from .errors import ProviderError

DEFAULT_SECONDS: Final = 7200.0
"""What azure-native gives a create, update or delete without `customTimeouts` (`provider.go` azureContext, 2026)."""


class TimedOutError(ProviderError):
    """The resource's timeout has passed."""

    def __init__(self) -> None:
        super().__init__("operation timed out")


class CanceledError(ProviderError):
    """The engine has asked to give up; in Go's words, as azure-native has them."""

    def __init__(self) -> None:
        super().__init__("context canceled")


@dataclass
class Patience:
    """Waits, as long as the call may and nobody cancels.

    What counts against the timeout is what was to be waited, so that a machine that is slow changes nothing. While an
    operation of Azure's goes on, which it does by the clock, the clock counts.
    """

    time_scale: float
    """How long a second of Azure's is here, in seconds."""
    seconds: float = math.inf
    """The timeout, in Azure's seconds."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    sleep: Callable[[float], object] | None = None
    """None for a sleep that ends when it is cancelled."""
    waited: float = 0.0

    def renewed(self, seconds: float, cancelled: threading.Event) -> Patience:
        """Return the patience for another call."""
        return replace(self, seconds=seconds, cancelled=cancelled, waited=0.0)

    def check(self) -> None:
        """Do nothing as long as the call goes on.

        Raises:
            CanceledError: the engine has asked to give up.
            TimedOutError: the timeout has come.

        """
        if self.cancelled.is_set():
            raise CanceledError
        if self.waited > self.seconds:
            raise TimedOutError

    def wait(self, seconds: float) -> None:
        """Wait for so many of Azure's seconds, or until the timeout.

        Raises:
            CanceledError: the engine has asked to give up.
            TimedOutError: the timeout comes first.

        """
        left = max(self.seconds - self.waited, 0.0)
        waits = min(seconds, left)
        (self.sleep or self.cancelled.wait)(waits * self.time_scale)
        self.waited += waits if waits == seconds else math.inf
        self.check()

    def by_the_clock(self) -> Callable[[], None]:
        """Return what counts, at each call, the time since this moment."""
        begun, before = time.monotonic(), self.waited

        def count() -> None:
            if self.time_scale:
                self.waited = max(self.waited, before + (time.monotonic() - begun) / self.time_scale)

        return count
