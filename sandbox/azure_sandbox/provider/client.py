"""Requests to the control plane as azure-native's client makes them: retried where Azure asks for it, and polled."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from .errors import ProviderError
from .patience import Patience
from .retrying import Refusal, Reply, seconds_to_retry
from .wire import Properties

NOT_FOUND: Final = 404
FAILED_STATES: Final = frozenset({"Failed", "Canceled"})
IN_PROGRESS: Final = "InProgress"

POLL_SECONDS: Final = 10.0
"""Between two looks at an operation that a PUT began, and at one that a DELETE began (`client_azcore.go`, v3)."""
DELETION_POLL_SECONDS: Final = 30.0


class Response(Reply, Protocol):
    """What the control plane answers."""

    @property
    def body(self) -> dict[str, Any] | None:
        """JSON body."""

    @property
    def operation(self) -> str | None:
        """Where to ask how the operation stands that the request began."""


class Arm(Protocol):
    """The control plane: `azure_sandbox.arm.ControlPlane`. Each raises ConnectionError where no answer comes."""

    def put(self, id: str, body: dict[str, Any], *, api_version: str) -> Response:  # noqa: A002 - ARM's word
        """Create or replace a resource."""

    def get(self, id: str, *, api_version: str) -> Response:  # noqa: A002
        """Read a resource."""

    def delete(self, id: str, *, api_version: str) -> Response:  # noqa: A002
        """Delete a resource."""

    def operation(self, id: str) -> Response:  # noqa: A002
        """Tell how an operation stands."""


class ArmRequestError(ProviderError):
    """A request that ARM refused, in the words in which azure-native tells it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f'Status={status} Code="{code}" Message="{message}"')
        self.status = status
        self.body = json.dumps({"error": {"code": code, "message": message}}, separators=(",", ":"))


class NoAnswerError(ProviderError):
    """The connection ended before an answer came, at each try: what was asked for may have been done all the same."""

    def __init__(self, method: str, resource_id: str, api_version: str) -> None:
        url = f"https://management.azure.com{resource_id}?api-version={api_version}"
        super().__init__(f'{method.title()} "{url}": EOF')


class ProvisioningError(ProviderError):
    """ARM took the request and the resource exists, but it did not become what was asked for, or not in time."""


@dataclass(frozen=True)
class ArmClient:
    """Reads and writes resources; a refusal is an exception."""

    arm: Arm
    patience: Patience

    def within(self, seconds: float, cancelled: threading.Event) -> ArmClient:
        """Return the client for one call, which ends after so many of Azure's seconds, or when it is cancelled."""
        return replace(self, patience=self.patience.renewed(seconds, cancelled))

    def get(self, resource_id: str, api_version: str) -> Properties | None:
        """Return the resource, or None where there is none.

        Raises:
            ArmRequestError: ARM refused for another reason than that nothing is there.
            ProviderError: no answer came in time.

        """
        response = self._get(resource_id, api_version)
        return None if response.status == NOT_FOUND else _body(response)

    def require(self, resource_id: str, api_version: str) -> Properties:
        """Return the resource.

        Raises:
            ArmRequestError: ARM refused, or there is none.
            ProviderError: no answer came in time.

        """
        return _body(self._get(resource_id, api_version))

    def put(self, resource_id: str, body: Properties, api_version: str) -> Properties:
        """Create or replace the resource and return what ARM made of it, when that is done.

        Raises:
            ProvisioningError: the resource exists, but is not what was asked for.
            ArmRequestError: ARM refused.
            ProviderError: no answer came in time.

        """
        response = self._send(
            "PUT", resource_id, api_version, lambda: self.arm.put(resource_id, body, api_version=api_version)
        )
        answer = _body(response)
        if response.operation:
            return self._finish(response.operation, resource_id, api_version)
        state = (answer.get("properties") or {}).get("provisioningState")
        if state in FAILED_STATES:
            reason = f"The provisioning of {resource_id} ended as {state}."
            raise ProvisioningError(str(ArmRequestError(response.status, str(state), reason)))
        return answer

    def delete(self, resource_id: str, api_version: str) -> None:
        """Delete the resource, and come back when it is gone; that it is gone already is no error.

        Raises:
            ArmRequestError: ARM refused.
            ProviderError: no answer came in time, or the operation did not end in time.

        """
        response = self._send(
            "DELETE", resource_id, api_version, lambda: self.arm.delete(resource_id, api_version=api_version)
        )
        if response.status != NOT_FOUND:
            _body(response)
        if response.operation:
            self._poll(response.operation, api_version, DELETION_POLL_SECONDS)

    def _get(self, resource_id: str, api_version: str) -> Response:
        return self._send("GET", resource_id, api_version, lambda: self.arm.get(resource_id, api_version=api_version))

    def _finish(self, operation: str, resource_id: str, api_version: str) -> Properties:
        try:
            self._poll(operation, api_version, POLL_SECONDS)
            return self.require(resource_id, api_version)
        except ProviderError as error:
            raise ProvisioningError(str(error)) from error

    def _poll(self, operation: str, api_version: str, seconds: float) -> None:
        count = self.patience.by_the_clock()
        while True:
            response = self._send("GET", operation, api_version, lambda: self.arm.operation(operation))
            if _body(response).get("status") != IN_PROGRESS:
                return
            count()
            self.patience.wait(response.retry_after or seconds)

    def _send(self, method: str, resource_id: str, api_version: str, request: Callable[[], Response]) -> Response:
        for tries in itertools.count(1):
            self.patience.check()
            try:
                response = request()
            except ConnectionError:
                response = None
            seconds = seconds_to_retry(response, tries)
            if seconds is not None:
                self.patience.wait(seconds)
            elif response is not None:
                return response
            else:
                break
        raise NoAnswerError(method, resource_id, api_version)


def _body(response: Response) -> Properties:
    refusal: Refusal | None = response.error
    if refusal is not None:
        raise ArmRequestError(response.status, refusal.code, refusal.message)
    return response.body or {}
