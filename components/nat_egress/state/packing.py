"""Checkpoints that the official CLI has compressed (`sdk/go/common/encoding` of pulumi/pulumi)."""

from __future__ import annotations

import gzip
import zlib
from typing import Final

from .errors import StateError

GZIP: Final = ".gz"
ZSTD: Final = ".zst"
SUFFIXES: Final = ("", GZIP, ZSTD)
"""What a file's name may end with after `.json`."""

_GZIP_MAGIC: Final = b"\x1f\x8b\x08"
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_LEVEL: Final = 6
"""The default of Go's `compress/gzip`; a state is written after every step, and 9 would be slow for little."""


def pack(content: bytes, place: str) -> bytes:
    """Return what is written at `place`, compressed where its name says so; StateError for Zstandard."""
    _refuse_zstd(place, b"")
    return gzip.compress(content, _LEVEL, mtime=0) if place.endswith(GZIP) else content


def unpack(content: bytes, place: str) -> bytes:
    """Return the checkpoint that was read at `place`; StateError where it can't be unpacked.

    What the content begins with counts, as for the CLI, and not the name alone.
    """
    _refuse_zstd(place, content)
    if not content.startswith(_GZIP_MAGIC) and not place.endswith(GZIP):
        return content
    try:
        plain = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise StateError(f"{place}: the compressed checkpoint can't be unpacked: {error}") from None
    if not plain:
        raise StateError(f"{place}: the compressed checkpoint is empty")
    return plain


def _refuse_zstd(place: str, content: bytes) -> None:
    if place.endswith(ZSTD) or content.startswith(_ZSTD_MAGIC):
        raise StateError(
            f"{place}: checkpoints compressed with Zstandard are not read here; the official CLI writes it as gzip "
            "with PULUMI_DIY_BACKEND_GZIP=true in place of PULUMI_DIY_BACKEND_ZSTD"
        )
