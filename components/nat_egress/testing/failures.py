"""Why a test fails that would otherwise have passed without looking at anything."""

from __future__ import annotations

from operator import methodcaller
from typing import Final


class Failure(AssertionError):  # noqa: N818 - a test that fails, and no error of the harness
    """A test that fails because of what the harness saw, and not because two values differ."""


class UnknownUsed(Failure):
    """A value that is not known before the update was compared, counted or shown."""


class Unrun(Failure):
    """The function given to an `apply` never ran, and with it none of what it asserts."""


class Unawaited(Failure):
    """A coroutine was made and never awaited, so that none of it ran."""


class NothingRegistered(Failure):
    """The program registered no resource, so that there is nothing to assert on."""


class MissingAnswer(Failure):
    """The program asks something that only the test can answer."""


class Unasked(Failure):
    """The test gives what nothing in the program asks for."""


class NotRecorded(Failure):
    """The program uses what the harness does not run."""


hidden: Final = methodcaller("errisinstance", Failure)
"""Has pytest show such a failure where the test's own line is, as `__tracebackhide__` of a module that raises it."""
