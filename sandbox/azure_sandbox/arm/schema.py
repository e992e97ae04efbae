"""What a resource type's body looks like, said once: its shape, what it refers to and what only Azure may set.

A shape is `str`, `int` or `bool`, an enumeration (`OneOf`), an id (`Id`), a list of one shape (or `Elements`, where
their ids don't follow the property), or a dict of named shapes. Elements of a list that have a name must have it, each
its own. Members that a shape doesn't name are kept as they are: the
sandbox models the network, not every property of Azure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from .errors import Refusal
from .ids import ResourceId, parse

Body: TypeAlias = dict[str, Any]

KEPT = "_kept"
"""Member of a stored body that no answer shows: what Azure remembers of a secret, for example."""
Shape: TypeAlias = (
    "type | OneOf | Ref | Part | Id | ReadOnly | Inline | Since | Elements | list[Shape] | dict[str, Shape]"
)


@dataclass(frozen=True)
class OneOf:
    """A word of a fixed list, taken without case and kept in the list's casing."""

    words: tuple[str, ...]
    of_compute: bool = False
    """Whether Microsoft.Compute judges it, which has its own words for a refusal."""


@dataclass(frozen=True)
class Ref:
    """A reference `{"id": …}` to a resource of one type."""

    type: str


@dataclass(frozen=True)
class Part:
    """A reference `{"id": …}` to a part of a resource, such as a front end, which the resource's type looks for."""


@dataclass(frozen=True)
class Id:
    """The id of a resource of one type, as text beside other members."""

    type: str


@dataclass(frozen=True)
class ReadOnly:
    """Set by Azure; what a request says is dropped."""


@dataclass(frozen=True)
class Inline:
    """A list of child resources written inside their parent."""

    type: str


@dataclass(frozen=True)
class Elements:
    """A list of named elements whose ids name another collection than the property they are written in."""

    collection: str
    shape: Shape


@dataclass(frozen=True)
class Since:
    """A member that exists from one API version on."""

    api_version: str
    shape: Shape


@dataclass(frozen=True)
class Reference:
    """One reference found in a body."""

    path: str
    """Where it stands, list positions left out: `properties.ipConfigurations.properties.subnet`."""
    element: str
    """The id of what refers: the resource, or a named element of it such as an IP configuration."""
    target: ResourceId
    type: str
    """The type that the target must have."""


def conform(value: Any, shape: Shape, api_version: str, path: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Return a copy of `value` without nulls and read-only members, or refuse what doesn't fit `shape`."""
    if isinstance(shape, Since):
        if api_version < shape.api_version:
            raise Refusal(
                "SandboxNotInApiVersion",
                f"{path} is not known to API version {api_version}. Use {shape.api_version} or a later one.",
            )
        shape = shape.shape
    match shape:
        case dict():
            return _object(value, shape, api_version, path)
        case list() | Elements() | Inline():
            return _list(value, _of_elements(shape), api_version, path)
        case OneOf():
            return _word(value, shape, path)
        case Ref() | Part():
            return _reference(value, path)
        case Id():
            return _identifier(value, path)
        case type():
            return _scalar(value, shape, path)
    raise TypeError(f"not a shape: {shape!r}")


def references(body: Body, shape: Shape, id_: str) -> Iterator[Reference]:
    """Yield every reference in a body that conforms to `shape`."""
    yield from _references(body, shape, "", id_)


def _object(value: Any, shape: Mapping[str, Shape], api_version: str, path: str) -> Body:  # noqa: ANN401 - any JSON
    if not isinstance(value, dict):
        raise _misfit(path or "the body", "an object", value)
    result: Body = {}
    for name, member in value.items():
        known = shape.get(name)
        if member is None or isinstance(known, ReadOnly):
            continue
        inner = f"{path}.{name}" if path else name
        result[name] = _plain(member) if known is None else conform(member, known, api_version, inner)
    return result


def _of_elements(shape: list[Shape] | Elements | Inline) -> Shape:
    match shape:
        case Elements():
            return shape.shape
        case Inline():
            return {"name": str}
    return shape[0]


def _list(value: Any, shape: Shape, api_version: str, path: str) -> list[Any]:  # noqa: ANN401 - any JSON
    if not isinstance(value, list):
        raise _misfit(path, "a list", value)
    items = [conform(item, shape, api_version, f"{path}[{index}]") for index, item in enumerate(value)]
    if isinstance(shape, dict) and "name" in shape:
        seen: set[str] = set()
        for index, item in enumerate(items):
            name = item.get("name")
            if not name:
                raise _misfit(f"{path}[{index}].name", "text", name)
            if name.lower() in seen:
                raise Refusal("SandboxDuplicateName", f"{path} has two elements named '{name}'. Rename one.")
            seen.add(name.lower())
    return items


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy of `value` in which whole numbers are integers: protocols that know only doubles write 4.0."""
    if isinstance(value, dict):
        return {str(name): _plain(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _scalar(value: Any, kind: type, path: str) -> Any:  # noqa: ANN401 - any JSON
    value = _plain(value)
    # A bool is an int to Python, not to JSON.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _misfit(path, {str: "text", int: "a whole number", bool: "true or false"}[kind], value)
    return value


def _word(value: Any, shape: OneOf, path: str) -> str:  # noqa: ANN401 - any JSON
    for word in shape.words:
        if isinstance(value, str) and value.lower() == word.lower():
            return word
    if shape.of_compute:
        raise Refusal(
            "InvalidParameter",
            f"The value of parameter {path.removeprefix('properties.')} is invalid. It is {value!r}, and must be "
            f"{' or '.join(shape.words)}.",
        )
    raise _misfit(path, " or ".join(shape.words), value)


def _reference(value: Any, path: str) -> Body:  # noqa: ANN401 - any JSON
    return {"id": _identifier(value.get("id") if isinstance(value, dict) else None, f"{path}.id")}


def _identifier(value: Any, path: str) -> str:  # noqa: ANN401 - any JSON
    try:
        if isinstance(value, str):
            parse(value)
            return value
    except Refusal:
        pass
    raise Refusal(
        "LinkedInvalidPropertyId",
        f"Property id '{value or ''}' at path '{path}' is invalid. Expect fully qualified resource Id that "
        "start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
    )


def _misfit(path: str, expected: str, value: Any) -> Refusal:  # noqa: ANN401 - any JSON
    return Refusal("InvalidRequestFormat", f"Cannot parse the request. {path} must be {expected}; it is {value!r}.")


def _references(value: Any, shape: Shape, path: str, element: str) -> Iterator[Reference]:  # noqa: ANN401 - any JSON
    match shape:
        case Since():
            yield from _references(value, shape.shape, path, element)
        case dict():
            for name, inner in shape.items():
                if name in value:
                    yield from _references(value[name], inner, f"{path}.{name}" if path else name, element)
        case list() | Elements():
            collection = shape.collection if isinstance(shape, Elements) else path.rpartition(".")[2]
            for item in value:
                named = isinstance(item, dict) and "name" in item
                inside = f"{element}/{collection}/{item['name']}" if named else element
                yield from _references(item, _of_elements(shape), path, inside)
        case Ref():
            yield Reference(path, element, parse(value["id"]), shape.type)
        case Id():
            yield Reference(path, element, parse(value), shape.type)
