"""What an `s3://` URL of a backend says.

The parameters are those of gocloud.dev (`blob/s3blob` and `aws`, at 29ba3487 of google/go-cloud) and the older ones
that the official CLI still understands (`translateLegacyS3Params` in `pkg/backend/diy/backend.go` of pulumi/pulumi);
both read 2026-11-25.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from .bucket_url import Kind, split, switch
from .errors import StateError

SCHEME: Final = "s3://"
_TEXTS: Final = ("region", "profile", "role", "endpoint", "kmskeyid")
_SWITCHES: Final = (
    "s3ForcePathStyle",
    "use_path_style",
    "hostname_immutable",
    "disableSSL",
    "disable_https",
    "anonymous",
    "accelerate",
    "dualstack",
    "fips",
)
_CHOICES: Final = {
    "ssetype": ("AES256", "aws:kms", "aws:kms:dsse"),
    "request_checksum_calculation": ("when_supported", "when_required"),
    "response_checksum_validation": ("when_supported", "when_required"),
}
_IGNORED: Final = ("awssdk", "rate_limiter_capacity")
"""Which SDK of Go is used, and how many requests the CLI sends at once."""
KNOWN: Final = (*_TEXTS, *_SWITCHES, *_CHOICES, *_IGNORED)
_KIND: Final = Kind(
    SCHEME,
    "bucket",
    "credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from a profile (profile=NAME in the URL)",
    KNOWN,
)


@dataclass(frozen=True)
class S3Url:
    """A bucket, a folder in it, and how it is reached; an empty text is one that is not given."""

    text: str
    """The whole URL, which holds no credentials."""
    bucket: str
    folder: str = ""
    """With a slash at its end."""
    region: str = ""
    profile: str = ""
    role: str = ""
    endpoint: str = ""
    """With its scheme."""
    kms_key: str = ""
    encryption: str = ""
    """`ssetype`."""
    path_style: bool = False
    https: bool = True
    """Only where there is no endpoint, which says it itself."""
    anonymous: bool = False
    accelerate: bool = False
    dual_stack: bool = False
    fips: bool = False
    request_checksums: str = ""
    response_checksums: str = ""
    what: str = "the backend"
    """Whose URL it is, for messages."""


def parse(url: str, what: str = "the backend") -> S3Url:
    """Read an `s3://` URL; StateError names the part of `what` that can't be used, and shows no credentials."""
    parts = split(url, _KIND, what)
    place = parts.place
    given = {name: values[0] for name, values in parts.parameters.items()}
    switches: dict[str, bool] = {name: switch(place, name, given[name]) for name in _SWITCHES if name in given}
    choices = {name: _choice(place, name, given.get(name, "")) for name in _CHOICES}
    return S3Url(
        text=url,
        bucket=parts.bucket,
        folder=parts.folder,
        region=given.get("region", ""),
        profile=given.get("profile", ""),
        role=_role(place, given.get("role", "")),
        endpoint=_endpoint(place, given.get("endpoint", ""), switches),
        kms_key=given.get("kmskeyid", ""),
        encryption=choices["ssetype"],
        path_style=any(switches.get(name) for name in ("s3ForcePathStyle", "use_path_style", "hostname_immutable")),
        https=not any(switches.get(name) for name in ("disableSSL", "disable_https")),
        anonymous=switches.get("anonymous", False),
        accelerate=switches.get("accelerate", False),
        dual_stack=switches.get("dualstack", False),
        fips=switches.get("fips", False),
        request_checksums=choices["request_checksum_calculation"],
        response_checksums=choices["response_checksum_validation"],
        what=what,
    )


def _choice(place: str, name: str, value: str) -> str:
    known = {choice.lower(): choice for choice in _CHOICES[name]}
    if value and value.lower() not in known:
        raise StateError(f"{place}: {name} is {value!r} in its URL and must be {' or '.join(_CHOICES[name])}")
    return known.get(value.lower(), "")


def _role(place: str, value: str) -> str:
    if value and not value.startswith("arn:"):
        raise StateError(f"{place}: role in its URL must be an ARN: arn:aws:iam::ACCOUNT:role/NAME")
    return value


def _endpoint(place: str, value: str, switches: Mapping[str, bool]) -> str:
    """Return the endpoint with its scheme; one without is https, or http with disableSSL."""
    if not value:
        return ""
    whole = value if "://" in value else f"{'http' if switches.get('disableSSL') else 'https'}://{value}"
    try:
        parts = urlsplit(whole)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in whole:
        # What can't be read may hold a password, and is not shown.
        raise StateError(f"{place}: endpoint in its URL must be that of a service, as http://HOST:PORT, without a user")
    return whole
