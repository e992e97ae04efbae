"""With what a container on Azure Blob Storage is opened: the first that the environment has, in gocloud.dev's order.

`newCredInfoFromEnv` in `blob/azureblob/azureblob.go`, at 29ba3487 of google/go-cloud, read 2026-11-25.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class SharedKey:
    """A key of an account."""

    account: str
    key: str

    def __str__(self) -> str:
        return f"the key of {self.account!r} (AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_KEY)"


@dataclass(frozen=True)
class SasToken:
    """A shared access signature: who has it may do what it says until it ends."""

    token: str

    def __str__(self) -> str:
        return "the token in AZURE_STORAGE_SAS_TOKEN"


@dataclass(frozen=True)
class ConnectionString:
    """An account's address with a key or a shared access signature."""

    text: str

    def __str__(self) -> str:
        return "AZURE_STORAGE_CONNECTION_STRING"


@dataclass(frozen=True)
class SignedIn:
    """Whoever is signed in to Microsoft Entra ID, as DefaultAzureCredential finds out."""

    def __str__(self) -> str:
        return "whoever is signed in"


Credentials: TypeAlias = SharedKey | SasToken | ConnectionString | SignedIn


def credentials(environment: Mapping[str, str]) -> Credentials:
    """Return what the environment says; a key without AZURE_STORAGE_ACCOUNT does not count."""
    account, key = environment.get("AZURE_STORAGE_ACCOUNT", ""), environment.get("AZURE_STORAGE_KEY", "")
    if account and key:
        return SharedKey(account, key)
    if token := environment.get("AZURE_STORAGE_SAS_TOKEN"):
        return SasToken(token)
    if text := connection_string(environment):
        return ConnectionString(text)
    return SignedIn()


def connection_string(environment: Mapping[str, str]) -> str:
    """Return the connection string of the environment, empty where there is none."""
    return environment.get("AZURE_STORAGE_CONNECTION_STRING") or environment.get(
        "AZURE_STORAGEBLOB_CONNECTIONSTRING", ""
    )
