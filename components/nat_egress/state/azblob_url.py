"""What an `azblob://` URL of a backend says, with what the environment adds to it.

The parameters and variables are those of gocloud.dev (`blob/azureblob/azureblob.go`, at 29ba3487 of google/go-cloud),
which the official CLI uses (`newDIYBackend` in `pkg/backend/diy/backend.go` of pulumi/pulumi); both read 2026-11-25.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from .azblob_credentials import connection_string
from .bucket_url import Kind, as_bool, split, switch
from .errors import StateError

SCHEME: Final = "azblob://"
KNOWN: Final = ("storage_account", "domain", "protocol", "cdn", "localemu")
_KIND: Final = Kind(
    SCHEME,
    "container",
    "credentials come from AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or "
    "AZURE_STORAGE_CONNECTION_STRING, or from signing in with az login",
    KNOWN,
)
_DOMAIN: Final = "blob.core.windows.net"
_LOCAL: Final = ("127.0.0.1", "localhost")
"""Beginnings of the domains that are emulators, which have the account's name in the path."""


@dataclass(frozen=True)
class AzblobUrl:
    """A container, a folder in it, and the service that keeps it."""

    text: str
    """The whole URL, which holds no credentials."""
    container: str
    folder: str
    """With a slash at its end; empty where there is none."""
    service: str
    """The URL of the account's blob service."""


def parse(url: str, environment: Mapping[str, str]) -> AzblobUrl:
    """Read the URL of a backend on Azure Blob Storage; StateError names the part that can't be used."""
    parts = split(url, _KIND)
    if twice := sorted(name for name, values in parts.parameters.items() if len(values) > 1):
        raise StateError(f"{parts.place}: {twice[0]} stands more than once in its URL")
    given = {name: values[0] for name, values in parts.parameters.items()}
    said = _of_connection_string(connection_string(environment))
    account = given.get("storage_account") or environment.get("AZURE_STORAGE_ACCOUNT") or said.get("AccountName", "")
    if not account:
        raise StateError(
            f"{parts.place}: nothing names its storage account: set storage_account=… in the URL, or "
            "AZURE_STORAGE_ACCOUNT"
        )
    protocol = (
        given.get("protocol")
        or environment.get("AZURE_STORAGE_PROTOCOL")
        or said.get("DefaultEndpointsProtocol")
        or "https"
    )
    if protocol not in {"http", "https"}:
        raise StateError(
            f"{parts.place}: its protocol is {protocol!r} and must be http or https (protocol=… in the "
            "URL, or AZURE_STORAGE_PROTOCOL)"
        )
    domain = given.get("domain") or environment.get("AZURE_STORAGE_DOMAIN") or _DOMAIN

    def is_on(parameter: str, variable: str) -> bool:
        if parameter in given:
            return switch(parts.place, parameter, given[parameter])
        return as_bool(environment.get(variable, "")) is True

    emulator = is_on("localemu", "AZURE_STORAGE_IS_LOCAL_EMULATOR")
    cdn = is_on("cdn", "AZURE_STORAGE_IS_CDN")
    if emulator or domain.startswith(_LOCAL):
        service = f"{protocol}://{domain}/{account}"
    else:
        service = f"{protocol}://{domain}" if cdn else f"{protocol}://{account}.{domain}"
    _check(parts.place, service)
    return AzblobUrl(url, parts.bucket, parts.folder, service)


def _of_connection_string(text: str) -> dict[str, str]:
    """Return the parts of a connection string that are a name and a value, as gocloud.dev looks for them."""
    pairs = (part.split("=") for part in text.split(";"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}  # noqa: PLR2004 - a name and a value


def _check(place: str, service: str) -> None:
    try:
        parts = urlsplit(service)
        usable = parts.hostname and parts.port != 0 and not {"@", "?", "#"} & set(service)
    except ValueError:
        usable = False
    if not usable:
        # What can't be read may hold a password, and is not shown.
        raise StateError(
            f"{place}: domain and storage_account of its URL, or AZURE_STORAGE_DOMAIN and "
            "AZURE_STORAGE_ACCOUNT, must be names, as blob.core.windows.net or 127.0.0.1:10000"
        )
