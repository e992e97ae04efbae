"""The client of azure-storage-blob for a container, with the credentials that the environment has."""

from __future__ import annotations

import logging
from typing import Any, Final

from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.storage.blob import ContainerClient, ExponentialRetry

from .azblob_credentials import ConnectionString, Credentials, SasToken, SharedKey
from .azblob_url import AzblobUrl

RETRIES: Final[dict[str, Any]] = {"retry_total": 3, "initial_backoff": 1, "increment_base": 2, "random_jitter_range": 1}
"""How often, and seconds: nine in all. The SDK's own keeps somebody waiting for a minute who has mistyped a name."""


class _Retry(ExponentialRetry):
    """Asks again where that may help, which it does not where nobody is signed in."""

    def increment(
        self,
        settings: dict[str, Any],
        request: PipelineRequest[Any],
        response: PipelineResponse[Any, Any] | None = None,
        error: AzureError | None = None,
    ) -> bool:
        """Return whether to ask again."""
        if isinstance(error, ClientAuthenticationError):
            return False
        return super().increment(settings, request, response, error)


def client(url: AzblobUrl, credentials: Credentials) -> ContainerClient:
    """Return the client; nothing is asked of a service yet."""
    # Where nobody listens to its log, Python would print it: what goes wrong is told in one sentence instead.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    retry = _Retry(**RETRIES)
    if isinstance(credentials, ConnectionString):
        return ContainerClient.from_connection_string(credentials.text, url.container, retry_policy=retry)
    service, credential = url.service, None
    match credentials:
        case SharedKey(account, key):
            credential = {"account_name": account, "account_key": key}
        case SasToken(token):
            # In the URL: the source of a copy needs it there.
            service = f"{service}?{token.removeprefix('?')}"
        case _:
            credential = _signed_in()
    return ContainerClient(service, url.container, credential=credential, retry_policy=retry)


def _signed_in() -> Any:  # noqa: ANN401 - azure-identity has no part in the other ways
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - a third of a second, which few need

    return DefaultAzureCredential()
