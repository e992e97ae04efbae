"""The parts that the URLs of all bucket backends have: a bucket, a folder in it, and parameters.

They are read as gocloud.dev reads them, and refused without what may be a secret.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from .errors import StateError

_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE: Final = frozenset({"0", "f", "F", "FALSE", "false", "False"})


@dataclass(frozen=True)
class BucketUrl:
    """A URL in its parts."""

    place: str
    """Whose URL it is, and the URL without its parameters, for messages."""
    bucket: str
    folder: str
    """With a slash at its end; empty where there is none."""
    parameters: Mapping[str, list[str]]


@dataclass(frozen=True)
class Kind:
    """How the URLs of one service are written, for messages."""

    scheme: str
    noun: str
    """What the service calls a bucket."""
    credentials: str
    """Where credentials come from, as they never stand in a URL."""
    known: Collection[str]
    """The parameters that a URL may have."""

    @property
    def form(self) -> str:
        """What a URL looks like."""
        return f"{self.scheme}{self.noun.upper()} or {self.scheme}{self.noun.upper()}/FOLDER"


def split(url: str, kind: Kind, what: str = "the backend") -> BucketUrl:
    """Take the URL of `what` apart; StateError names the part that can't be used, and shows no credentials."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise StateError(f"{what}'s {kind.scheme} URL can't be read; it is {kind.form}") from None
    if "@" in parts.netloc:
        raise StateError(
            f"{what}'s {kind.scheme} URL has a user or a password before the {kind.noun}'s name: {kind.credentials}"
        )
    if not parts.netloc:
        raise StateError(f"{what} {url.partition('?')[0]}: names no {kind.noun}, as {kind.form}")
    place = f"{what} {kind.scheme}{parts.netloc}{parts.path}"
    parameters = parse_qs(parts.query)
    if unknown := sorted(set(parameters) - set(kind.known)):
        # The value is not shown: it may be a secret that somebody took for a parameter.
        raise StateError(
            f"{place}: unknown parameter {unknown[0]!r} in its URL; known are {', '.join(sorted(kind.known))}"
        )
    folder = unquote(parts.path).lstrip("/")
    return BucketUrl(place, parts.netloc, f"{folder.removesuffix('/')}/" if folder else "", parameters)


def as_bool(text: str) -> bool | None:
    """Return what `strconv.ParseBool` of Go makes of a text; None where it is neither true nor false."""
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def switch(place: str, name: str, value: str) -> bool:
    """Return the value of a parameter that is true or false."""
    if (said := as_bool(value)) is None:
        raise StateError(f"{place}: {name} is {value!r} in its URL and must be true or false")
    return said
