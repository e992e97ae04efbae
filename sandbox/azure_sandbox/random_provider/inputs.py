"""The inputs of a RandomPassword: their kinds, their defaults, and what is wrong with them.

As terraform-provider-random `internal/provider/resource_password.go` has them (read at ad788e23, 2026-06-11), and in
the form in which pulumi-terraform-bridge v3.137.0 tells it (`pkg/tfbridge/check_failures.go`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from azure_sandbox.provider.wire import Properties, Unknown, Value

_MINIMUMS: Final = ("minUpper", "minLower", "minNumeric", "minSpecial")
_DEFAULTS: Final[Mapping[str, Value]] = {
    "lower": True,
    "upper": True,
    "special": True,
    **dict.fromkeys(_MINIMUMS, 0),
}


def _whole(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(value)
    return int(value)


def _truth(value: Value) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise TypeError(value)
    return str(value)


def _texts(value: Value) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return {key: item if isinstance(item, Unknown) else _text(item) for key, item in value.items()}


_WHOLE: Final = (_whole, "a whole number")
_TRUTH: Final = (_truth, "true or false")
INPUTS: Final[Mapping[str, tuple[Callable[[Value], Any], str]]] = {
    "keepers": (_texts, "an object of texts"),
    "length": _WHOLE,
    "lower": _TRUTH,
    "minLower": _WHOLE,
    "minNumeric": _WHOLE,
    "minSpecial": _WHOLE,
    "minUpper": _WHOLE,
    "number": _TRUTH,
    "numeric": _TRUTH,
    "overrideSpecial": (_text, "a text"),
    "special": _TRUTH,
    "upper": _TRUTH,
}
"""How each input is read, in words for people too. A change of any of them replaces the password."""


def filled_in(inputs: Properties) -> Properties:
    """Return what the inputs ask for, with defaults; `number`, the older name of `numeric`, is always its equal.

    Properties that a password does not have are left out, as the bridge does.
    """
    given = _converted(inputs)
    numeric = given.get("numeric", given.get("number", True))
    return {**_DEFAULTS, **given, "number": numeric, "numeric": numeric}


def failures(name: str, inputs: Properties) -> Iterator[str]:
    """Tell what is wrong with the inputs of the resource `name`, each in a sentence that says where."""
    if "length" not in inputs:
        yield "Missing required property 'length': how many characters the password has, at least 1"
    found = list(_wrong_kinds(inputs)) or _broken_rules(_converted(inputs))
    for place, reason in found:
        yield f"{reason}. Examine values at '{name}.{place}'."


def _converted(inputs: Properties) -> Properties:
    return {
        name: value if isinstance(value, Unknown) else INPUTS[name][0](value)
        for name, value in inputs.items()
        if name in INPUTS
    }


def _wrong_kinds(inputs: Properties) -> Iterator[tuple[str, str]]:
    for name, (read, kind) in INPUTS.items():
        value = inputs.get(name)
        if value is None or isinstance(value, Unknown):
            continue
        try:
            read(value)
        except (TypeError, ValueError):
            yield name, f"Invalid Attribute Value. {name} must be {kind}, got: {value!r}"


def _broken_rules(inputs: Properties) -> Iterator[tuple[str, str]]:
    for name in _MINIMUMS:
        if isinstance(value := inputs.get(name), int) and value < 0:
            yield name, f"Invalid Attribute Value. {name} must be at least 0, got: {value}"
    yield from _too_short(inputs)
    yield from _no_characters(inputs)
    number, numeric = inputs.get("number"), inputs.get("numeric")
    if isinstance(number, bool) and isinstance(numeric, bool) and number != numeric:
        yield (
            "numeric",
            "Number and numeric are both configured with different values: drop number, which is deprecated",
        )


def _too_short(inputs: Properties) -> Iterator[tuple[str, str]]:
    length = inputs.get("length")
    if not isinstance(length, int):
        return
    wrong = "Invalid Attribute Value. Attribute length value must be at least"
    if length < 1:
        yield "length", f"{wrong} 1, got: {length}"
    minimums = [inputs.get(name, 0) for name in _MINIMUMS]
    if not any(isinstance(value, Unknown) for value in minimums) and length < sum(minimums):
        yield "length", f"{wrong} sum of min_upper + min_lower + min_numeric + min_special, got: {length}"


def _no_characters(inputs: Properties) -> Iterator[tuple[str, str]]:
    others = ("special", "upper", "lower")
    for name in ("number", "numeric"):
        if all(inputs.get(other) is False for other in (*others, name)):
            listed = ",".join((*others, name))
            yield (
                name,
                (f"Invalid Attribute Combination. At least one attribute out of [{listed}] must be specified as true"),
            )
