"""Which requests azure-native sends again, and when.

As `provider/pkg/azure/client_azcore.go` of v3 has it, and the retry policy of azcore 1.20 (2025-11) under it.
"""

from __future__ import annotations

from typing import Final, Protocol

RETRY_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504})
RETRY_CODE: Final = "AnotherOperationInProgress"
"""The one conflict (409) that is retried."""

RETRY_SECONDS: Final = (20.0, 60.0, 120.0)
"""Waits before each retry, where Azure asks for none; azcore makes them up to 20 % shorter or 30 % longer by chance."""

LONGEST_RETRY_AFTER: Final = 120.0
"""With a longer Retry-After the refusal stands."""


class Refusal(Protocol):
    """Why ARM refused."""

    @property
    def code(self) -> str:
        """ARM's error code."""

    @property
    def message(self) -> str:
        """ARM's words."""


class Reply(Protocol):
    """What of an answer decides about a retry."""

    @property
    def status(self) -> int:
        """Status as in HTTP."""

    @property
    def error(self) -> Refusal | None:
        """The reason of a refusal."""

    @property
    def retry_after(self) -> float | None:
        """Seconds that Azure asks to wait."""


def seconds_to_retry(reply: Reply | None, tries: int) -> float | None:
    """Return how long to wait before the next try, after so many; None where there is none.

    No reply stands for a connection that was lost: whatever was asked for is asked for again.
    """
    if tries > len(RETRY_SECONDS) or not (reply is None or _passes(reply)):
        return None
    asked = reply.retry_after if reply is not None else None
    if not asked:
        return RETRY_SECONDS[tries - 1]
    return asked if asked <= LONGEST_RETRY_AFTER else None


def _passes(reply: Reply) -> bool:
    return reply.status in RETRY_STATUSES or (reply.error is not None and reply.error.code == RETRY_CODE)
