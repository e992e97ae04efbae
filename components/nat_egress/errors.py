"""The exception that refuses arguments."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi import RunError

from .problems import Problem, report


class InvalidArguments(RunError):  # noqa: N818 - says what is wrong; Pulumi prints RunErrors without a traceback
    """Arguments that cannot be used, with everything that is wrong with them."""

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        super().__init__(report(subject, problems))
        self.subject = subject
        self.problems = tuple(problems)


def refuse(subject: str, problems: Sequence[Problem]) -> None:
    """Raise `InvalidArguments` if there are any `problems`."""
    if problems:
        raise InvalidArguments(subject, problems)
