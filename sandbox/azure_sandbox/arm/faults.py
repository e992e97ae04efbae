"""Faults by rule: which requests meet something else than Azure's usual answer, which of them, and what.

Seconds are Azure's: how long one of them is here says `ControlPlane.time_scale`. Wordings are those that Azure was seen
to use; the evidence stands with each.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, TypeAlias

from .errors import Refusal
from .ids import parse

METHODS: Final = ("PUT", "GET", "DELETE")


@dataclass(frozen=True)
class Refused:
    """The request is refused with this answer, and nothing of it is done."""

    status: int
    code: str
    message: str
    """Its `{subscription}` and `{operation}` are those of the request."""
    retry_after: float | None = None
    """Seconds that the answer's Retry-After header asks to wait; None for an answer without the header."""

    def told(self, method: str, id_: str) -> str:
        """Return the message to a request on an id that `parse` takes."""
        where = parse(id_)
        operation = f"{method}/subscriptions/resourcegroups/providers/{where.type}".upper()
        return self.message.replace("{subscription}", where.subscription).replace("{operation}", operation)


@dataclass(frozen=True)
class LostReply:
    """The request is done, and the connection ends before its answer arrives: `ConnectionLostError`."""


@dataclass(frozen=True)
class Slow:
    """A PUT or DELETE is accepted, and its operation takes this long. The resource shows `Updating` until then.

    What is written can be read at once, and what is deleted is gone at once; meanwhile another write to the resource,
    or to the same virtual network, is refused as `AnotherOperationInProgress`.
    """

    seconds: float


@dataclass(frozen=True)
class OperationFailed:
    """A PUT or DELETE is accepted, and its operation ends as Failed, after so many seconds.

    What was PUT is there, with `provisioningState` Failed until it is written again; what was to be deleted stays.
    """

    code: str
    message: str
    seconds: float = 0.0


Happening: TypeAlias = Refused | LostReply | Slow | OperationFailed


class ConnectionLostError(ConnectionError):
    """The connection ended before the answer came: whether the request was done cannot be told from it."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A rule. It counts the requests that it is about, and strikes `times` of them from the `nth` on.

    Each try counts, repeated ones of a client too. Where two rules strike one request, the older one does. Requests
    that list resources are not counted. ValueError where the rule makes no sense.
    """

    method: str = "PUT"
    """`PUT`, `GET` or `DELETE`."""
    type: str = ""
    """Such as `Microsoft.Network/virtualNetworks/subnets`, without regard to case; empty for every type."""
    name: str = ""
    """Pattern of the resource's own name, matched as file names are (`app-*`), without case; empty for every name."""
    nth: int = 1
    times: int = 1
    """0 for all from the `nth` on."""
    happens: Happening

    def __post_init__(self) -> None:
        for wrong, message in (
            (self.method not in METHODS, f"method is {self.method!r}: give one of {', '.join(METHODS)}"),
            (self.nth < 1, f"nth is {self.nth}: requests are counted from 1"),
            (self.times < 0, f"times is {self.times}: give how many requests in a row, or 0 for all"),
            (
                self.method == "GET" and isinstance(self.happens, Slow | OperationFailed),
                f"method is GET and happens is {type(self.happens).__name__}: only PUT and DELETE begin an operation",
            ),
        ):
            if wrong:
                raise ValueError(message)

    def matches(self, method: str, id_: str) -> bool:
        """Tell whether the rule is about a request."""
        if method != self.method:
            return False
        try:
            where = parse(id_)
        except Refusal:
            return False
        return (not self.type or where.type.lower() == self.type.lower()) and (
            not self.name or fnmatchcase(where.name.lower(), self.name.lower())
        )

    def strikes(self, count: int) -> bool:
        """Tell whether the rule strikes the request that is the `count`th, from 1, that it is about."""
        return count >= self.nth and (self.times == 0 or count < self.nth + self.times)


@dataclass(frozen=True)
class InjectedFault:
    """A rule that a control plane keeps, with what came of it so far."""

    number: int
    """As in `Request.fault`; never given again."""
    fault: Fault
    matched: int
    """Requests that it was about."""
    struck: int
    """Requests that met what it says."""


def conflict(retry_after: float | None = None) -> Refused:
    """Return the refusal of a write while another one runs. azure-native tries again.

    Seen: Azure/terraform-provider-azapi#503, 2024-05.
    """
    message = (
        "Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: "
        "https://management.azure.com/subscriptions/{subscription}/providers/Microsoft.Network/locations/sandbox/"
        "operations/00000000-0000-0000-0000-000000000000."
    )
    return Refused(409, "AnotherOperationInProgress", message, retry_after)


def retryable(retry_after: float | None = None) -> Refused:
    """Return the 429 with which Microsoft.Network answers while something that the resource needs is being written.

    Seen: kubernetes-sigs/cluster-api-provider-azure#4385, 2023-12; hashicorp/terraform-provider-azurerm#25417, 2024-04.
    """
    return Refused(429, "RetryableError", "A retryable error occurred.", retry_after)


def throttled(after: float) -> Refused:
    """Return the refusal of a subscription that asks too much, with a Retry-After of `after` seconds.

    Seen: MicrosoftDocs/azure-docs#105248, 2023-02; the header: learn.microsoft.com/azure/azure-resource-manager/
    management/request-limits-and-throttling, 2024.
    """
    message = (
        "Number of requests for subscription '{subscription}' and operation '{operation}' exceeded the backend storage "
        f"limit. Please try again after '{after:g}' seconds."
    )
    return Refused(429, "SubscriptionRequestsThrottled", message, after)


def server_error() -> Refused:
    """Return the answer of a resource provider with a defect; nothing is done.

    Seen: Azure/terraform-provider-azapi#364, 2023-10, for the PUT of a subnet.
    """
    return Refused(500, "InternalServerError", "An error occurred.")


def quota_reached(limit: int = 1_000) -> Refused:
    """Return the refusal of a public address beyond the quota; `Quotas` has the sandbox count them instead.

    Seen: openshift/openshift-azure#2252, 2020-03; MicrosoftDocs/azure-docs#106096, 2023-03.
    """
    return Refused(
        400,
        "PublicIPCountLimitReached",
        f"Cannot create more than {limit} public IP addresses for this subscription in this region.",
    )


def operation_failed(seconds: float = 0.0) -> OperationFailed:
    """Return the end of an operation that Azure took and did not bring to its end.

    Seen: hashicorp/terraform-provider-azurerm#815, 2018-02, for a virtual network.
    """
    return OperationFailed("InternalServerError", "An error occurred.", seconds)


_HAPPENINGS: Final = {kind.__name__: kind for kind in (Refused, LostReply, Slow, OperationFailed)}


def to_json(fault: Fault) -> str:
    """Return a rule as it is kept."""
    return json.dumps({**asdict(fault), "kind": type(fault.happens).__name__})


def from_json(text: str) -> Fault:
    """Return the rule that `to_json` made a text of."""
    values: dict[str, Any] = json.loads(text)
    happens = _HAPPENINGS[values.pop("kind")](**values.pop("happens"))
    return Fault(**values, happens=happens)
