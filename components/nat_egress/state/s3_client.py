"""The client of boto3 for a bucket, with the credentials, the endpoint and the options that its URL names."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, CredentialProvider, DeferredRefreshableCredentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from .s3_url import S3Url

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def client(url: S3Url) -> S3Client:
    """Return the client; nothing is asked of a service yet."""
    session = boto3.Session(botocore_session=_session(url), region_name=url.region or None)
    return session.client("s3", endpoint_url=url.endpoint or None, use_ssl=url.https, config=_config(url))


class _Role(CredentialProvider):
    """Credentials of the role that the URL names, taken anew before they expire."""

    METHOD = "assume-role"

    def __init__(self, url: S3Url) -> None:
        super().__init__()
        self._url = url

    def load(self) -> DeferredRefreshableCredentials:
        source = Session(profile=self._url.profile or None)
        own = source.get_credentials()
        if own is None:
            raise NoCredentialsError
        fetcher = AssumeRoleCredentialFetcher(
            partial(source.create_client, region_name=self._url.region or None), own, self._url.role
        )
        return DeferredRefreshableCredentials(fetcher.fetch_credentials, self.METHOD)


def _session(url: S3Url) -> Session:
    session = Session(profile=url.profile or None)
    if url.role:
        session.get_component("credential_provider").providers.insert(0, _Role(url))
    return session


def _config(url: S3Url) -> Config:
    wanted: dict[str, Any] = {
        "s3": {
            **({"addressing_style": "path" if url.path_style else "virtual"} if url.path_style or url.endpoint else {}),
            **({"use_accelerate_endpoint": True} if url.accelerate else {}),
        },
        "signature_version": UNSIGNED if url.anonymous else None,
        "use_dualstack_endpoint": url.dual_stack,
        "use_fips_endpoint": url.fips,
        "request_checksum_calculation": url.request_checksums or _checksums_of(url),
        "response_checksum_validation": url.response_checksums,
    }
    return Config(**{name: value for name, value in wanted.items() if value})


def _checksums_of(url: S3Url) -> str:
    """Return the checksums where nothing says which, as the CLI has them: few services beside AWS know the new ones."""
    return "when_required" if url.endpoint and not os.environ.get("AWS_REQUEST_CHECKSUM_CALCULATION") else ""
