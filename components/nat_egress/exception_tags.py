"""The tags by which an inbound exception of this package is known."""

from __future__ import annotations

from typing import Final

REASON_TAG: Final = "nat-egress-inbound-reason"
EXPIRES_TAG: Final = "nat-egress-inbound-expires"
