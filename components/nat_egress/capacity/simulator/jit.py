"""The compiler, with types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numba
import numpy as np

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile `function` at its first call, and keep the machine code for the next process.

    The kernel passes its arrays from function to function: without inlining and with counted references that takes ten
    times as long as all else.
    """
    options: dict[str, Any] = {"cache": True, "forceinline": True, "_nrt": False}
    result: Callable[Parameters, Result] = numba.njit(**options)(function)
    return result


@compiled
def signed(number: Any) -> int:  # noqa: ANN401 - of numpy, of any width
    """Make 64 bits with a sign of any whole number: the compiler makes a float of a signed and an unsigned one."""
    return np.int64(number)  # type: ignore[return-value]
