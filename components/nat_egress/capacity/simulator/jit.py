"""The compiler, with types."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
import numpy as np

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile `function` into its callers.

    The kernel passes its arrays from function to function: without inlining and with counted references that takes ten
    times as long as all else.
    """
    options: dict[str, Any] = {"forceinline": True, "_nrt": False}
    result: Callable[Parameters, Result] = numba.njit(**options)(function)
    return result


def compiled_and_kept(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile `function` at its first call, and keep the machine code for the next process.

    What numba keeps is thrown away when the function's own file changes, or what it has from the function around it.
    What it calls counts for neither: see `sources`.
    """
    options: dict[str, Any] = {"cache": True, "_nrt": False}
    result: Callable[Parameters, Result] = numba.njit(**options)(function)
    return result


def sources() -> int:
    """Return a number that changes with any file of the simulator."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return zlib.crc32(b"".join(file.read_bytes() for file in files))


@compiled
def signed(number: Any) -> int:  # noqa: ANN401 - of numpy, of any width
    """Make 64 bits with a sign of any whole number: the compiler makes a float of a signed and an unsigned one."""
    return np.int64(number)  # type: ignore[return-value]


@compiled
def natural(number: Any) -> int:  # noqa: ANN401 - of numpy, of any width
    """Say that a whole number is from 0 to 2**32 - 1.

    An index that may be below 0 counts from the end, and the compiler allows for that at each use.
    """
    return np.int64(np.uint32(number))  # type: ignore[return-value]
