"""Networks of their own on this machine, without a name: they are gone with their last descriptor and socket."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NEW_NETWORK: Final = 0x4000_0000
"""CLONE_NEWNET of unshare(2) and setns(2), which Python has from 3.12 on."""
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """A network namespace. Sockets that are made inside stay there; only the thread that enters is moved."""

    def __init__(self) -> None:
        with _moved("unshare", NEW_NETWORK):
            self.descriptor = _own()

    @contextmanager
    def entered(self) -> Iterator[None]:
        with _moved("setns", self.descriptor, NEW_NETWORK):
            yield

    def set(self, setting: str, value: int) -> None:
        """Write a setting of /proc/sys/net, which shows the network of the thread that opens it."""
        with self.entered():
            (Path("/proc/sys/net") / setting).write_text(str(value))

    def __enter__(self) -> Namespace:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)


@contextmanager
def _moved(how: str, *where: int) -> Iterator[None]:
    back = _own()
    try:
        _call(how, *where)
        try:
            yield
        finally:
            _call("setns", back, NEW_NETWORK)
    finally:
        os.close(back)


def _own() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def _call(name: str, *arguments: int) -> None:
    if getattr(_LIBC, name)(*arguments):
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
