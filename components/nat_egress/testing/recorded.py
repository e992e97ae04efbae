"""Values of a recording that know what they are of, so that a comparison that fails can tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NoReturn

from ..graph.values import listed
from ..state.values import Secret
from .failures import Failure, hidden

__tracebackhide__ = hidden

_SOME: Final = "a part of a recording"
"""What one is of that others make, such as `dataclasses.asdict`: they give the values alone."""
_HELD: Final = "What it holds is its .value."


def _kept(copied: str) -> Callable[..., NoReturn]:
    """Return a method that refuses: other tests may look at the recording, too."""

    def refuse(self: Properties | Elements, *_: object, **__: object) -> NoReturn:
        raise Failure(
            f"{self.of} is what the program registered, for all tests that look at it, and stays. "
            f"Change a copy of your own: {copied}."
        )

    return refuse


class Properties(dict[str, Any]):
    """What a resource is asked for or gives, or a part of it; `of` says which: `natGateway of Subnet web`."""

    __slots__ = ("of",)

    def __init__(self, values: Mapping[str, Any] | Iterable[tuple[str, Any]], of: str = _SOME) -> None:
        super().__init__(values)
        self.of = of

    def __missing__(self, key: str) -> Any:  # noqa: ANN401 - it never returns
        raise KeyError(f"{self.of} has no {key}. It has: {listed(sorted(self)) or 'nothing'}.")

    def __reduce__(self) -> tuple[type[Properties], tuple[dict[str, Any], str]]:
        return type(self), (dict(dict.items(self)), self.of)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _kept("{**inputs, …}")


class Elements(list[Any]):
    """A list in it."""

    __slots__ = ("of",)

    def __init__(self, values: Iterable[Any], of: str = _SOME) -> None:
        super().__init__(values)
        self.of = of

    def __reduce__(self) -> tuple[type[Elements], tuple[list[Any], str]]:
        return type(self), (list(self), self.of)

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _kept("[*items, …]")
    append = extend = insert = remove = clear = pop = reverse = _kept("[*items, …]")
    sort = _kept("sorted(items)")


class HeldSecret(Secret):
    """A secret in it. It is compared with a `Secret`: beside a plain value, `!=` would hold whatever it is."""

    __slots__ = ("of",)

    def __init__(self, value: Any, of: str) -> None:  # noqa: ANN401 - any value
        super().__init__(value)
        self.of = of

    def __reduce__(self) -> tuple[type[HeldSecret], tuple[Any, str]]:
        return type(self), (self.value, self.of)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Secret):
            return bool(self.value == other.value)
        if takes(other, self):
            return True
        raise Failure(f"{self.of} is a secret, and differs from every plain value. Compare it with Secret(…).")

    def __hash__(self) -> int:
        return super().__hash__()

    def __bool__(self) -> bool:
        return bool(self.value)

    def __getattr__(self, name: str) -> NoReturn:
        # An AttributeError, because Python and pytest ask objects for attributes that they need not have.
        raise AttributeError(f"{self.of} is a secret, and has no {name}. {_HELD}")

    def __getitem__(self, _key: object) -> NoReturn:
        raise Failure(f"{self.of} is a secret, and is not looked into. {_HELD}")


def takes(matcher: object, value: object) -> bool:
    """Tell whether a matcher of a test, such as `unittest.mock.ANY`, says of itself that it is equal to `value`.

    That one says no is no answer: it may ask for a text, which what it is given here never is.
    """
    return type(matcher).__eq__(matcher, value) is True
