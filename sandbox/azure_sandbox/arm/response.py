"""What the control plane answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import Refusal


@dataclass(frozen=True)
class ArmError:
    """Why a request was refused."""

    code: str
    message: str


@dataclass(frozen=True)
class Response:
    """ARM's answer: a status as in HTTP, and a JSON body where there is one."""

    status: int
    body: dict[str, Any] | None = None
    retry_after: float | None = None
    """Azure's seconds that the Retry-After header asks to wait."""
    operation: str | None = None
    """Where the Azure-AsyncOperation header has the client poll, where the request goes on."""

    @classmethod
    def refused(cls, refusal: Refusal) -> Response:
        """Return the answer that refuses a request."""
        return cls(refusal.status, {"error": {"code": refusal.code, "message": refusal.message}})

    @property
    def ok(self) -> bool:
        """Whether the request was done."""
        return self.error is None

    @property
    def error(self) -> ArmError | None:
        """The reason of a refusal, or of the end of an operation that failed."""
        if self.body is None or "error" not in self.body:
            return None
        return ArmError(self.body["error"]["code"], self.body["error"]["message"])


@dataclass(frozen=True)
class Request:
    """One request that the control plane has answered, as its log keeps it."""

    sequence: int
    """Requests are numbered in the order in which they were answered, over all processes."""
    method: str
    id: str
    status: int
    """What was answered, also where the answer was lost on the way."""
    error_code: str | None
    at: float
    """When the request came, in seconds since the epoch."""
    retry_after: float | None
    """Azure's seconds that the answer asked to wait."""
    fault: int | None
    """Number of the rule that the request met, as `ControlPlane.faults` has it."""
