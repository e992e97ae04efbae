"""The names of blobs: keys with the characters escaped that gocloud.dev escapes, so that both find the same blobs.

`escapeKey` in `blob/azureblob/azureblob.go` and `internal/escape` at 29ba3487 of google/go-cloud, read 2026-11-25. Of a
backend's key no last character is a slash, so what is done with one is left out.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPED: Final = re.compile(r'[\x00-\x1f"#%?\\\x7f]|(?<=\.\.)/|_(?=_0x[0-9a-fA-F]+__)')
"""Also the slash of `../`, and the beginning of what would be taken for an escape."""
_ESCAPE: Final = re.compile(r"__0x([0-9a-fA-F]{1,5})__")


def escape(key: str) -> str:
    """Return the name of a blob, or the beginning of one, for a key."""
    return _ESCAPED.sub(lambda found: f"__{ord(found[0]):#x}__", key)


def unescape(name: str) -> str:
    """Return the key of a blob's name."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), name)
