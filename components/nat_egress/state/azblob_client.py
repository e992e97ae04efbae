"""The client of azure-storage-blob for a container, with the credentials that the environment has."""

from __future__ import annotations

import logging
from typing import Any, Final

from azure.storage.blob import ContainerClient

from .azblob_credentials import ConnectionString, Credentials, SasToken, SharedKey
from .azblob_url import AzblobUrl

RETRIES: Final[dict[str, Any]] = {"retry_total": 3, "initial_backoff": 1, "increment_base": 2, "random_jitter_range": 1}
"""Seconds and how often: half a dozen seconds in all, as in the CLI. The SDK's own would keep somebody waiting for a
minute who has mistyped a name."""


def client(url: AzblobUrl, credentials: Credentials) -> ContainerClient:
    """Return the client; nothing is asked of a service yet."""
    # Where nobody listens to its log, Python would print it: what goes wrong is told in one sentence instead.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    if isinstance(credentials, ConnectionString):
        return ContainerClient.from_connection_string(credentials.text, url.container, **RETRIES)
    service, credential = url.service, None
    match credentials:
        case SharedKey(account, key):
            credential = {"account_name": account, "account_key": key}
        case SasToken(token):
            # In the URL: the source of a copy needs it there.
            service = f"{service}?{token.removeprefix('?')}"
        case _:
            credential = _signed_in()
    return ContainerClient(service, url.container, credential=credential, **RETRIES)


def _signed_in() -> Any:  # noqa: ANN401 - azure-identity has no part in the other ways
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - a third of a second, which few need

    return DefaultAzureCredential()
