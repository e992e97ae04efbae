"""The compiler, with types."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile `function` at its first call, and keep the machine code for the next process."""
    result: Callable[Parameters, Result] = numba.njit(cache=True, forceinline=True, _nrt=False)(function)
    return result
