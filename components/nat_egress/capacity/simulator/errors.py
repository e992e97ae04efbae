"""The exception that refuses what cannot be simulated."""

from __future__ import annotations

from collections.abc import Sequence

from ...problems import Problem, report


class CannotSimulate(ValueError):  # noqa: N818 - says what is wrong, as InvalidArguments does
    """Settings, connections or a trace that cannot be used, with everything that is wrong with them."""


def refuse(subject: str, problems: Sequence[Problem]) -> None:
    """Raise `CannotSimulate` if there are any `problems`."""
    if problems:
        raise CannotSimulate(report(subject, problems))
