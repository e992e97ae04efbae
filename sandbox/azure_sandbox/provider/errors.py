"""What goes wrong in ways that people are told of."""

from __future__ import annotations

from .wire import Properties


class ProviderError(Exception):
    """Something that cannot be done, in words meant for people."""


class InitializationError(ProviderError):
    """The resource exists, but did not become what was asked for; `state` is what there is."""

    def __init__(self, reason: str, resource_id: str, state: Properties) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.state = state
