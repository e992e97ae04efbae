"""Values of a recording that know what they are of, so that a comparison that fails can tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Properties(dict[str, Any]):
    """What a resource is asked for or gives, or a part of it; `of` says which: `natGateway of Subnet web`."""

    __slots__ = ("of",)

    def __init__(self, values: Mapping[str, Any], of: str) -> None:
        super().__init__(values)
        self.of = of


class Elements(list[Any]):
    """A list in it."""

    __slots__ = ("of",)

    def __init__(self, values: Iterable[Any], of: str) -> None:
        super().__init__(values)
        self.of = of
