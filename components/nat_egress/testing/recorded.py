"""Values of a recording that know what they are of, so that a comparison that fails can tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..graph.values import listed


class Properties(dict[str, Any]):
    """What a resource is asked for or gives, or a part of it; `of` says which: `natGateway of Subnet web`."""

    __slots__ = ("of",)

    def __init__(self, values: Mapping[str, Any], of: str) -> None:
        super().__init__(values)
        self.of = of

    def __missing__(self, key: str) -> Any:  # noqa: ANN401 - it never returns
        raise KeyError(f"{self.of} has no {key}. It has: {listed(sorted(self)) or 'nothing'}.")


class Elements(list[Any]):
    """A list in it."""

    __slots__ = ("of",)

    def __init__(self, values: Iterable[Any], of: str) -> None:
        super().__init__(values)
        self.of = of
