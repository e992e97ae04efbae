"""The exception that refuses what cannot be simulated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...problems import Problem, report


class CannotSimulate(ValueError):  # noqa: N818 - says what is wrong, as InvalidArguments does
    """Settings, connections or a trace that cannot be used, with everything that is wrong with them."""


Bound = tuple[str, float | None, float, float]
"""Name, value (None where it is not set), least, most."""


def out_of_bounds(bounds: Iterable[Bound]) -> list[Problem]:
    """Return a problem for each number that is not within its bounds; NaN is within none."""
    return [
        Problem(name, value, f"it is a number from {least:g} to {most:g}", "Write such a number.")
        for name, value, least, most in bounds
        if value is not None and not least <= value <= most
    ]


def refuse(subject: str, problems: Sequence[Problem]) -> None:
    """Raise `CannotSimulate` if there are any `problems`."""
    if problems:
        raise CannotSimulate(report(subject, problems))
