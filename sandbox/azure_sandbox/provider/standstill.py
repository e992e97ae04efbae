"""Where a test has the machine stop: before a request reaches ARM, or once it is done and nobody has heard of it yet.

The test writes what it wants into the sandbox's folder, waits until it is reached, and kills all processes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from .client import Arm, Response

FOLDER: Final = "standstill"
"""In the sandbox's folder; there while a test wants a standstill."""
RULE: Final = "rule.json"
COUNT: Final = "count"
"""A byte for each request that the rule is about, of all processes."""
REACHED: Final = "reached"
CHECK_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Standstill:
    """The request at which everything stops."""

    method: str
    """`PUT`, `GET` or `DELETE`."""
    type: str
    """Such as `Microsoft.Network/virtualNetworks/subnets`, or `subnets`."""
    nth: int
    done: bool
    """Whether the request is done when it stops."""


def ask_for(folder: Path, standstill: Standstill) -> None:
    """Have the providers of the sandbox in `folder` stop there; they must not run yet."""
    place = folder / FOLDER
    place.mkdir(parents=True)
    (place / RULE).write_text(json.dumps(asdict(standstill)), encoding="utf-8")


def is_reached(folder: Path) -> bool:
    """Tell whether a provider stands still."""
    return (folder / FOLDER / REACHED).exists()


def counted(folder: Path) -> int:
    """Return how many requests the rule was about."""
    count = folder / FOLDER / COUNT
    return count.stat().st_size if count.exists() else 0


def forget(folder: Path) -> None:
    """Take the rule away, and what came of it."""
    place = folder / FOLDER
    for file in (RULE, COUNT, REACHED):
        (place / file).unlink(missing_ok=True)
    if place.exists():
        place.rmdir()


def around(arm: Arm, folder: Path) -> Arm:
    """Return the control plane as a provider is to see it: where a test asks for it, one that stops."""
    rule = folder / FOLDER / RULE
    if not rule.exists():
        return arm
    return _Stopping(arm, folder / FOLDER, Standstill(**json.loads(rule.read_text(encoding="utf-8"))))


def is_of_type(type_: str, asked: str) -> bool:
    """Tell whether a type is the one that is asked for, by its whole name or the last part of it, whatever the case."""
    return asked.lower() in (type_.lower(), type_.rpartition("/")[2].lower())


class _Stopping:
    """Passes requests on, up to the one at which it stops."""

    def __init__(self, arm: Arm, place: Path, rule: Standstill) -> None:
        self._arm = arm
        self._place = place
        self._rule = rule

    def put(self, id: str, body: dict[str, Any], *, api_version: str) -> Response:  # noqa: A002 - ARM's word
        return self._pass("PUT", id, lambda: self._arm.put(id, body, api_version=api_version))

    def get(self, id: str, *, api_version: str) -> Response:  # noqa: A002
        return self._pass("GET", id, lambda: self._arm.get(id, api_version=api_version))

    def delete(self, id: str, *, api_version: str) -> Response:  # noqa: A002
        return self._pass("DELETE", id, lambda: self._arm.delete(id, api_version=api_version))

    def operation(self, id: str) -> Response:  # noqa: A002
        return self._arm.operation(id)

    def _pass(self, method: str, id_: str, send: Callable[[], Response]) -> Response:
        if not self._is_the_one(method, id_):
            return send()
        response = send() if self._rule.done else None
        self._stand()
        return response or send()

    def _is_the_one(self, method: str, id_: str) -> bool:
        from azure_sandbox.arm.ids import parse  # noqa: PLC0415 - the port is told before this is loaded

        if method != self._rule.method or not is_of_type(parse(id_).type, self._rule.type):
            return False
        count = os.open(self._place / COUNT, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            # Where an appended byte comes to stand tells its number, whichever process appends another.
            os.write(count, b".")
            return os.lseek(count, 0, os.SEEK_CUR) == self._rule.nth
        finally:
            os.close(count)

    def _stand(self) -> None:
        """Stop for as long as the engine is there: what stops it is a kill."""
        (self._place / REACHED).touch()
        parent = os.getppid()
        while os.getppid() == parent:
            time.sleep(CHECK_SECONDS)
