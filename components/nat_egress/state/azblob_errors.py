"""What Azure Blob Storage and its client refuse, in sentences for the person who has to mend it.

The codes are those of three pages of https://learn.microsoft.com/rest/api/storageservices/ (read 2026-11-25):
common-rest-api-error-codes, blob-service-error-codes and sas-error-codes. KeyBasedAuthenticationNotPermitted and
PublicAccessNotPermitted are on none of them, and are what an account answers that allows neither keys nor anonymous
access (https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent and
https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent, read 2026-11-25). What a service says
beside its code is not shown: it may repeat a part of the credentials.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
)

from .azblob_credentials import ConnectionString, Credentials, SasToken, SharedKey, SignedIn
from .azblob_url import AzblobUrl
from .errors import StateError

RIGHTS: Final = {
    "read": ("Storage Blob Data Reader", "r"),
    "written": ("Storage Blob Data Contributor", "cw"),
    "deleted": ("Storage Blob Data Contributor", "d"),
    "listed": ("Storage Blob Data Reader", "l"),
}
"""The role of whoever is signed in, and the letters of a shared access signature, for what is done to an object."""

_OTHER: Final = (
    "set AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, or "
    "sign in with az login"
)
_SERVICE: Final = "check storage_account=…, domain=… and protocol=… of the backend's URL, and AZURE_STORAGE_…"


def code_of(error: AzureError) -> str:
    """Return the service's code of an error, empty where it has none."""
    code = getattr(error, "error_code", None) or ""
    return str(getattr(code, "value", code))


def explain(error: Exception, url: AzblobUrl, credentials: Credentials, place: str, done: str) -> StateError:
    """Return what is said of an error of the client; `done` is what could not be done: read, written, and so on."""
    if isinstance(error, HttpResponseError) and code_of(error):
        why = _of_service(error, url, credentials, done)
    else:
        why = _of_client(error, url, credentials)
    return StateError(f"{place}: can't be {done}: {why}")


def _of_service(error: HttpResponseError, url: AzblobUrl, credentials: Credentials, done: str) -> str:
    code = code_of(error)
    service = _service(url, credentials)
    sentences = [
        ({"ContainerNotFound", "ResourceNotFound", "ContainerDisabled"}, _no_container(service, url)),
        (
            {"InvalidResourceName", "OutOfRangeInput", "InvalidUri"},
            f"{url.container!r} can't be the name of a container, or {url.folder!r} that of a folder ({code})",
        ),
        (
            {"AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation"},
            f"{service} does not accept {credentials} ({code}): {_renew(credentials)}",
        ),
        ({"AuthorizationFailure"}, _refused(service, credentials, done)),
        (
            {
                "AuthorizationPermissionMismatch",
                "AuthorizationResourceTypeMismatch",
                "AuthorizationServiceMismatch",
                "InsufficientAccountPermissions",
            },
            f"access is denied to {credentials} ({code}): {_needed(credentials, done)}",
        ),
        ({"AuthorizationSourceIPMismatch"}, f"{credentials} is not for this machine's address: make one that is"),
        (
            {"AuthorizationProtocolMismatch"},
            f"{credentials} is for https only: set protocol=https in the backend's URL",
        ),
        (
            {"KeyBasedAuthenticationNotPermitted"},
            f"{service} takes no keys, and was given {credentials}: unset it, and sign in with az login",
        ),
        ({"PublicAccessNotPermitted"}, f"{service} wants credentials, and {credentials} is none: {_OTHER}"),
        ({"AccountIsDisabled"}, f"{service} is disabled"),
        (
            {"LeaseIdMissing", "LeaseIdMismatchWithBlobOperation", "LeaseIdMismatchWithContainerOperation"},
            f"somebody holds a lease on it ({code}), which Pulumi never does: az storage blob lease break ends it",
        ),
        (
            {"BlobImmutableDueToPolicy"},
            "the container keeps what was written as it is (an immutability policy), and a state is written anew",
        ),
        ({"BlobArchived", "BlobBeingRehydrated"}, f"it is in the archive tier ({code}): set it to the hot tier"),
        ({"SnapshotsPresent"}, "it has snapshots, which nobody deletes unasked: az storage blob delete does"),
        (
            {"ServerBusy", "InternalError", "OperationTimedOut", "SystemInUse", "ContainerBeingDeleted"},
            f"{service} answers {code}, also when it is asked again: try later",
        ),
    ]
    other = f"{service} answers {code} (HTTP status {error.status_code}): {_SERVICE}"
    return next((sentence for codes, sentence in sentences if code in codes), other)


def _of_client(error: Exception, url: AzblobUrl, credentials: Credentials) -> str:
    service = _service(url, credentials)
    signed_in = isinstance(credentials, SignedIn)
    unsent = isinstance(error, ServiceRequestError)
    untrusted = unsent and "SSL" in type(getattr(error, "inner_exception", None)).__name__
    azure, status = isinstance(error, HttpResponseError), getattr(error, "status_code", None)
    sentences = [
        (
            signed_in and isinstance(error, ClientAuthenticationError),
            f"nobody is signed in who could open it: {_OTHER} (a key counts only with AZURE_STORAGE_ACCOUNT)",
        ),
        (
            isinstance(error, ClientAuthenticationError) and not status,
            f"{credentials} can't sign a request: a key is Base64, as the Azure portal shows it",
        ),
        (
            signed_in and url.service.startswith("http:"),
            f"{service} is not asked over http by {credentials}: set protocol=https in the backend's URL",
        ),
        (untrusted, f"{service} has no certificate that is trusted here: REQUESTS_CA_BUNDLE names a file of such"),
        (unsent, f"{service} can't be reached: {_SERVICE}"),
        (
            isinstance(error, (ServiceResponseError, IncompleteReadError)) or (azure and not status),
            f"{service} breaks off its answer, also when it is asked again: {_SERVICE}",
        ),
        (bool(status), f"{service} does not answer as Azure Blob Storage does (HTTP status {status}): {_SERVICE}"),
        (
            isinstance(error, ValueError) and isinstance(credentials, ConnectionString),
            f"{credentials} can't be read: it is AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net",
        ),
    ]
    other = f"the Azure client refuses it ({type(error).__name__}): {_SERVICE}"
    return next((sentence for applies, sentence in sentences if applies), other)


def _no_container(service: str, url: AzblobUrl) -> str:
    return (
        f"{service} has no container {url.container!r}: check the name in the backend's URL, and its "
        "storage_account=…; a new container is made before its first use"
    )


def _renew(credentials: Credentials) -> str:
    match credentials:
        case SharedKey():
            return "check both, and this machine's clock"
        case SasToken(token):
            return f"{_end(token)}make a new one, and check this machine's clock"
        case ConnectionString():
            return "check its account and its key or signature, and this machine's clock"
        case SignedIn():
            return "sign in again with az login"


def _refused(service: str, credentials: Credentials, done: str) -> str:
    """Say what AuthorizationFailure may mean, which an emulator also answers where Azure says AuthenticationFailed."""
    return (
        f"{service} refuses {credentials} (AuthorizationFailure): {_needed(credentials, done)}; its network rules must "
        f"let this machine in; otherwise {_renew(credentials)}"
    )


def _needed(credentials: Credentials, done: str) -> str:
    role, letters = RIGHTS.get(done, RIGHTS["read"])
    if isinstance(credentials, SignedIn):
        return f"they need the role {role!r} on the container or the account"
    return f"a shared access signature needs the permissions {letters!r} on the container's blobs"


def _end(token: str) -> str:
    end = parse_qs(token.removeprefix("?")).get("se")
    return f"it ends or ended at {end[0]}; " if end else "it has no end (se=…), so it may not be whole; "


def _service(url: AzblobUrl, credentials: Credentials) -> str:
    return f"the account of {credentials}" if isinstance(credentials, ConnectionString) else url.service
