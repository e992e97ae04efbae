"""What keeps addresses from being published, in sentences for the person who has to mend it."""

from __future__ import annotations


class PublishingError(Exception):
    """Addresses that can't be read, or a place that can't be written: where, what, and what to do."""


class ChangedMeanwhileError(PublishingError):
    """Somebody else has published to the same place since it was read."""
