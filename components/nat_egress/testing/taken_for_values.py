"""Outputs that a test takes for their values: one differs from every value, and is true, whatever it comes to."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pulumi

from .failures import Failure, hidden

__tracebackhide__ = hidden

_TEST_FILE: Final = re.compile(r"(test_.*|.*_test|conftest)\.py")


@cache
def is_test_file(file: str) -> bool:
    """Tell whether a file is one of pytest's, by its name."""
    return _TEST_FILE.fullmatch(Path(file).name) is not None


def refuse_in_tests(is_recorded: Callable[[pulumi.Output[Any]], bool]) -> None:
    """Have an output of a recording that a line of a test compares, or takes for true, fail the test.

    A program may do so: whether an argument is `"default"`, or given, is asked of outputs too.
    """

    def refuse(output: pulumi.Output[Any], frame: FrameType) -> None:
        file = frame.f_code.co_filename
        if is_test_file(file) and is_recorded(output):
            raise Failure(
                f"{file}:{frame.f_lineno}: this asks an output and not its value, of which it says nothing. Assert on "
                "the graph that record() returns, or have the program return the output: its value is graph.result."
            )

    def equal(self: pulumi.Output[Any], other: object) -> bool:
        refuse(self, sys._getframe(1))  # noqa: SLF001 - who asks
        return object.__eq__(self, other)

    def true(self: pulumi.Output[Any]) -> bool:
        refuse(self, sys._getframe(1))  # noqa: SLF001 - who asks
        return True

    pulumi.Output.__eq__ = equal  # type: ignore[method-assign,assignment]
    pulumi.Output.__bool__ = true  # type: ignore[attr-defined]
