"""What S3 and its client refuse, in sentences for the person who has to mend it.

The codes are those of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (read 2026-11-25). What a
service says beside its code is not shown: it may repeat a part of the credentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from .errors import StateError
from .s3_url import S3Url

ACTIONS: Final = {
    "read": "s3:GetObject",
    "written": "s3:PutObject",
    "deleted": "s3:DeleteObject",
    "listed": "s3:ListBucket",
}
"""The permission that is needed for what is done to an object."""


def explain(error: Exception, url: S3Url, place: str, done: str, objects: str = "") -> StateError:
    """Return what is said of an error of the client; `done` is what could not be done: read, written, and so on.

    `objects` is what permissions are needed on, as in `bucket/key`; all that a backend keeps where it is not given.
    """
    if not isinstance(error, aws.ClientError):
        why = _of_client(error, url)
    elif error.operation_name.startswith("AssumeRole"):
        code = error.response["Error"]["Code"]
        why = f"{_source(url)} may not be taken ({code}): its trust policy and theirs must allow sts:AssumeRole"
    else:
        why = _of_service(error.response, url, done, objects or f"{url.bucket}/{url.folder}.pulumi/*")
    return StateError(f"{place}: can't be {done}: {why}")


def _of_service(response: Mapping[str, Any], url: S3Url, done: str, objects: str) -> str:
    code = str(response.get("Error", {}).get("Code", ""))
    whose = _source(url)
    sentences = [
        ({"NoSuchBucket"}, _no_bucket(url)),
        ({"AccessDenied", "AllAccessDisabled", "403"}, _denied(url, done, objects)),
        (
            {"InvalidAccessKeyId", "SignatureDoesNotMatch"},
            f"{_service(url)} does not accept the credentials of {whose} ({code}): {_set(url)}",
        ),
        (
            {"ExpiredToken", "InvalidToken", "TokenRefreshRequired"},
            f"the credentials of {whose} have expired ({code}): log in again, or {_other(url)}",
        ),
        (
            {"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException", "301"},
            _elsewhere(response, url, code),
        ),
        ({"RequestTimeTooSkewed"}, f"the clock of this machine differs too much from that of {_service(url)}: set it"),
        (
            {"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout"},
            f"{_service(url)} answers {code}, also when it is asked again: try later",
        ),
    ]
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", "none")
    # An answer without a code of S3's has its HTTP status in its place.
    answer = f"answers {code}" if code and not code.isdigit() else "does not answer as S3 does"
    other = f"{_service(url)} {answer} (HTTP status {status}): {_endpoint(url)}"
    return next((sentence for codes, sentence in sentences if code in codes), other)


def _of_client(error: Exception, url: S3Url) -> str:
    detail: Mapping[str, Any] = getattr(error, "kwargs", {})
    whose = _source(url)
    sentences: list[tuple[tuple[type[Exception], ...], str]] = [
        ((aws.NoCredentialsError, aws.NoAuthTokenError), f"there are no AWS credentials in {whose}: {_set(url)}"),
        (
            (aws.PartialCredentialsError,),
            f"the AWS credentials of {whose} are not whole: {detail.get('cred_var')} is missing",
        ),
        (
            (aws.SSOError, aws.TokenRetrievalError),
            f"the single sign-on of {whose} has expired or was never made: log in with aws sso login",
        ),
        (
            (aws.CredentialRetrievalError,),
            f"the credentials of {whose} can't be had from {detail.get('provider')}: {_set(url)}",
        ),
        (
            (aws.ProfileNotFound,),
            f"the AWS configuration has no profile {detail.get('profile')!r}: the URL or AWS_PROFILE names it",
        ),
        (
            (aws.NoRegionError, aws.InvalidRegionError),
            f"its region is missing or can't be one: set region=… in {url.what}'s URL, or AWS_REGION",
        ),
        ((aws.ParamValidationError,), f"{url.bucket!r} can't be the name of a bucket"),
        ((aws.ConfigParseError, aws.ConfigNotFound), f"the AWS configuration {detail.get('path')} can't be read"),
        ((ResponseParserError,), f"{_service(url)} does not answer as S3 does: {_endpoint(url)}"),
        (
            (aws.SSLError,),
            f"{_service(url)} has no certificate that is trusted here: AWS_CA_BUNDLE names a file of those that are",
        ),
        (
            (aws.HTTPClientError, aws.ConnectionError),
            f"{_service(url)} can't be reached ({type(error).__name__}): {_endpoint(url)}",
        ),
    ]
    other = f"the AWS client refuses it ({type(error).__name__}): {_endpoint(url)}"
    return next((sentence for kinds, sentence in sentences if isinstance(error, kinds)), other)


def _no_bucket(url: S3Url) -> str:
    return (
        f"{_service(url)} has no bucket {url.bucket!r}: check the name in {url.what}'s URL, and its region=… and "
        "endpoint=…; a new bucket is made before its first use"
    )


def _denied(url: S3Url, done: str, objects: str) -> str:
    scope = f"the bucket {url.bucket!r}" if done == "listed" else objects
    return (
        f"access is denied to {_source(url)}: they need {ACTIONS.get(done, 'access')} on {scope} (and the use of its "
        f"KMS key where it has one); or {_other(url)}"
    )


def _elsewhere(response: Mapping[str, Any], url: S3Url, code: str) -> str:
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = response.get("Error", {}).get("Region") or headers.get("x-amz-bucket-region")
    asked = f"{url.what}'s URL has {f'region={url.region}' if url.region else 'no region=…'}"
    if not region:
        return f"the bucket is in another region than was asked ({code}): {asked}"
    return f"the bucket is in the region {region}, and {asked}: set region={region} there"


def _other(url: S3Url) -> str:
    return f"name others with profile=… in {url.what}'s URL or AWS_PROFILE"


def _set(url: S3Url) -> str:
    return f"set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or {_other(url)}"


def _endpoint(url: S3Url) -> str:
    return f"check region=… and endpoint=… of {url.what}'s URL, and AWS_ENDPOINT_URL"


def _source(url: S3Url) -> str:
    """Return where the credentials come from."""
    whose = f"the profile {url.profile!r}" if url.profile else "the environment and the AWS configuration"
    return f"the role {url.role} for {whose}" if url.role else whose


def _service(url: S3Url) -> str:
    return url.endpoint or (f"S3 in {url.region}" if url.region else "S3")
