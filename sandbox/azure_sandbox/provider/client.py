"""Requests to the control plane as azure-native's client makes them: retried where Azure asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from .errors import ProviderError
from .wire import Properties

RETRY_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504})
RETRY_CODE: Final = "AnotherOperationInProgress"
"""The one conflict (409) that is retried. Both as in azure-native `provider/pkg/azure/client_azcore.go`, v3."""

RETRY_SECONDS: Final = (20.0, 60.0, 120.0)
"""Waits before each retry, as there; the sandbox scales them down."""

NOT_FOUND: Final = 404
FAILED_STATES: Final = frozenset({"Failed", "Canceled"})


class Refused(Protocol):
    """Why ARM refused."""

    @property
    def code(self) -> str:
        """ARM's error code."""

    @property
    def message(self) -> str:
        """ARM's words."""


class Response(Protocol):
    """What the control plane answers."""

    @property
    def status(self) -> int:
        """Status as in HTTP."""

    @property
    def body(self) -> dict[str, Any] | None:
        """JSON body."""

    @property
    def error(self) -> Refused | None:
        """The reason of a refusal."""


class Arm(Protocol):
    """The control plane: `azure_sandbox.arm.ControlPlane`."""

    def put(self, id: str, body: dict[str, Any], *, api_version: str) -> Response:  # noqa: A002 - ARM's word
        """Create or replace a resource."""

    def get(self, id: str, *, api_version: str) -> Response:  # noqa: A002
        """Read a resource."""

    def delete(self, id: str, *, api_version: str) -> Response:  # noqa: A002
        """Delete a resource."""


class ArmRequestError(ProviderError):
    """A request that ARM refused, in the words in which azure-native tells it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f'Status={status} Code="{code}" Message="{message}"')
        self.status = status


class ProvisioningError(ArmRequestError):
    """ARM took the request and the resource exists, but its provisioning failed."""


class ArmClient:
    """Reads and writes resources; a refusal is an exception."""

    def __init__(self, arm: Arm, *, retry_scale: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._arm = arm
        self._waits = tuple(seconds * retry_scale for seconds in RETRY_SECONDS)
        self._sleep = sleep

    def get(self, resource_id: str, api_version: str) -> Properties | None:
        """Return the resource, or None where there is none.

        Raises:
            ArmRequestError: ARM refused for another reason than that nothing is there.

        """
        response = self._send(lambda: self._arm.get(resource_id, api_version=api_version))
        if response.status == NOT_FOUND:
            return None
        return _body(response)

    def require(self, resource_id: str, api_version: str) -> Properties:
        """Return the resource.

        Raises:
            ArmRequestError: ARM refused, or there is none.

        """
        return _body(self._send(lambda: self._arm.get(resource_id, api_version=api_version)))

    def put(self, resource_id: str, body: Properties, api_version: str) -> Properties:
        """Create or replace the resource and return what ARM made of it.

        Raises:
            ProvisioningError: the resource exists, but is not what was asked for.
            ArmRequestError: ARM refused.

        """
        response = self._send(lambda: self._arm.put(resource_id, body, api_version=api_version))
        answer = _body(response)
        state = (answer.get("properties") or {}).get("provisioningState")
        if state in FAILED_STATES:
            raise ProvisioningError(response.status, str(state), f"The provisioning of {resource_id} ended as {state}.")
        return answer

    def delete(self, resource_id: str, api_version: str) -> None:
        """Delete the resource; that it is gone already is no error.

        Raises:
            ArmRequestError: ARM refused.

        """
        response = self._send(lambda: self._arm.delete(resource_id, api_version=api_version))
        if response.status != NOT_FOUND:
            _body(response)

    def _send(self, request: Callable[[], Response]) -> Response:
        response = request()
        for wait in self._waits:
            if not _is_transient(response):
                break
            self._sleep(wait)
            response = request()
        return response


def _is_transient(response: Response) -> bool:
    return response.status in RETRY_STATUSES or (response.error is not None and response.error.code == RETRY_CODE)


def _body(response: Response) -> Properties:
    if response.error is not None:
        raise ArmRequestError(response.status, response.error.code, response.error.message)
    return response.body or {}
