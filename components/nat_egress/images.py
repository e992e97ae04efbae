"""The image that a machine starts from: a marketplace image in one line, or an image of one's own by id. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .problems import Problem

DEFAULT_IMAGES: Final = {
    "Linux": "Canonical:ubuntu-24_04-lts:server:latest",
    "Windows": "MicrosoftWindowsServer:WindowsServer:2022-datacenter-azure-edition:latest",
}
"""Of generation 2, as trusted launch needs it, and with long support (`az vm image list`, as in
learn.microsoft.com/azure/virtual-machines/trusted-launch, 2025)."""

_PART: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_URN: Final = re.compile(rf"({_PART}):({_PART}):({_PART}):({_PART})")
_ID: Final = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Compute/"
    r"(images/[^/]+|galleries/[^/]+/images/[^/]+(/versions/[^/]+)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Image:
    """A marketplace image, or one of one's own, which has an id and nothing else."""

    publisher: str | None = None
    offer: str | None = None
    sku: str | None = None
    version: str | None = None
    id: str | None = None


def parse_image(text: str) -> Image:
    """Read `publisher:offer:sku:version`; anything else is taken for a resource id."""
    found = _URN.fullmatch(text)
    return Image(*found.groups()) if found else Image(id=text)


def image_problems(text: str) -> list[Problem]:
    """Check that `text` names an image."""
    if _URN.fullmatch(text) or _ID.fullmatch(text):
        return []
    rule = "an image is publisher:offer:sku:version, or the id of an image or of one in a gallery"
    return [Problem("image", text, rule, f"Write it as {DEFAULT_IMAGES['Linux']} is.")]
