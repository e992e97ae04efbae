"""What EC2 and its client refuse, in sentences for the person who has to mend it.

The codes are those of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and of the error
handling in hashicorp/terraform-provider-aws `internal/service/ec2/errors.go` and `vpc_managed_prefix_list_entry.go`
(read 2026-11-25). What EC2 says beside its code is not shown: it may repeat a part of the credentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from botocore import exceptions as aws

ACTIONS: Final = {
    "read": "ec2:DescribeManagedPrefixLists and ec2:GetManagedPrefixListEntries",
    "created": "ec2:CreateManagedPrefixList and ec2:CreateTags",
    "changed": "ec2:ModifyManagedPrefixList",
}
"""The permissions that are needed for what is done to a prefix list."""
_CONFLICTS: Final = frozenset({"PrefixListVersionMismatch", "IncorrectState", "ConcurrentMutationLimitExceeded"})
_MISSING: Final = frozenset({"InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"})
_WHOSE: Final = "the environment and the AWS configuration"
_SET: Final = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name others with AWS_PROFILE"
_CHECK: Final = "check --region, AWS_REGION and AWS_ENDPOINT_URL"


def conflicts(error: Exception) -> bool:
    """Tell whether a change was refused since the list has changed, or is changing, meanwhile."""
    return isinstance(error, aws.ClientError) and _code(error.response) in _CONFLICTS


def is_missing(error: aws.ClientError) -> bool:
    """Tell whether there is no prefix list of the id that was asked for."""
    return _code(error.response) in _MISSING


def explain(error: Exception, wanted: str, done: str) -> str:
    """Return what is said of an error of the client; `done` is what could not be done: read, created, changed."""
    why = _of_service(error.response, done) if isinstance(error, aws.ClientError) else _of_client(error)
    return f"the prefix list {wanted}: can't be {done}: {why}" if wanted else f"prefix lists can't be {done}: {why}"


def _code(response: Mapping[str, Any]) -> str:
    return str(response.get("Error", {}).get("Code", ""))


def _of_service(response: Mapping[str, Any], done: str) -> str:
    code = _code(response)
    sentences = [
        (
            {"UnauthorizedOperation", "AccessDenied"},
            f"access is denied to {_WHOSE}: they need {ACTIONS.get(done, 'access')}",
        ),
        (
            {"AuthFailure", "InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"},
            f"EC2 does not accept the credentials of {_WHOSE} ({code}): {_SET}",
        ),
        (
            {"RequestExpired", "ExpiredToken", "ExpiredTokenException"},
            f"the credentials of {_WHOSE} have expired ({code}): log in again, or {_SET}",
        ),
        (_MISSING, f"the region has none of this id ({code}): {_CHECK}"),
        (
            {"PrefixListMaxEntriesExceeded"},
            "it has no room for more entries: raise --max-entries, or remove what has left the stack with --remove",
        ),
        (
            {"RequestLimitExceeded", "Throttling", "Unavailable", "InternalError"},
            f"EC2 answers {code}, also when it is asked again: try later",
        ),
    ]
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", "none")
    quota = "; a quota of the account (Service Quotas, Amazon VPC) may be used up" if code.endswith("Exceeded") else ""
    other = f"EC2 answers {code or 'without a code'} (HTTP status {status}){quota}: {_CHECK}"
    return next((sentence for codes, sentence in sentences if code in codes), other)


def _of_client(error: Exception) -> str:
    detail: Mapping[str, Any] = getattr(error, "kwargs", {})
    sentences: list[tuple[tuple[type[Exception], ...], str]] = [
        ((aws.NoCredentialsError, aws.NoAuthTokenError), f"there are no AWS credentials in {_WHOSE}: {_SET}"),
        (
            (aws.PartialCredentialsError,),
            f"the AWS credentials of {_WHOSE} are not whole: {detail.get('cred_var')} is missing",
        ),
        (
            (aws.SSOError, aws.TokenRetrievalError),
            f"the single sign-on of {_WHOSE} has expired or was never made: log in with aws sso login",
        ),
        ((aws.CredentialRetrievalError,), f"the credentials can't be had from {detail.get('provider')}: {_SET}"),
        (
            (aws.ProfileNotFound,),
            f"the AWS configuration has no profile {detail.get('profile')!r}: AWS_PROFILE names it",
        ),
        ((aws.NoRegionError, aws.InvalidRegionError), "the region is missing or can't be one: give --region"),
        ((aws.ConfigParseError, aws.ConfigNotFound), f"the AWS configuration {detail.get('path')} can't be read"),
        ((aws.HTTPClientError, aws.ConnectionError), f"EC2 can't be reached ({type(error).__name__}): {_CHECK}"),
    ]
    other = f"the AWS client refuses it ({type(error).__name__}): {_CHECK}"
    return next((sentence for kinds, sentence in sentences if isinstance(error, kinds)), other)
