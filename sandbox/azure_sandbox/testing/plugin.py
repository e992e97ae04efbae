"""The pytest plugin: `azure_sandbox`, which runs real updates of a program in a sandbox of its own.

pytest loads this wherever the package is installed, so nothing else is loaded before a test asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from .sandbox import Engine, Sandbox

_ENGINES: Final = ("embedded", "official", "auto")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    group = parser.getgroup("azure-sandbox", "Updates of Pulumi programs in a sandbox (azure-sandbox)")
    group.addoption(
        "--azure-sandbox-engine",
        choices=_ENGINES,
        default=_ENGINES[0],
        help="which engine runs the updates of azure_sandbox: embedded, the official CLI, or that where there is one",
    )


class Sandboxes:
    """Makes the sandboxes of one test."""

    def __init__(self, folder: Path, config: pytest.Config) -> None:
        self._folder = folder
        self._config = config
        self.made: list[Sandbox] = []

    def __call__(
        self,
        program: str | Path | None = None,
        *,
        stack: str | None = None,
        config: Mapping[str, Any] | None = None,
        engine: Engine | None = None,
        policy_packs: Sequence[Path] | None = None,
        limit: float | None = None,
    ) -> Sandbox:
        """Return the stack of a program in a new sandbox, as `Sandbox` takes them.

        A program is found from pytest's root folder. Program and stack are those of `--pulumi-program` and
        `--pulumi-stack` where they are not given, the engine that of `--azure-sandbox-engine`.
        """
        from nat_egress.testing.failures import Failure  # noqa: PLC0415 - loaded where it is used

        from .sandbox import LIMIT_SECONDS, Sandbox  # noqa: PLC0415

        found = self._program(program)
        name = stack or self._config.getoption("--pulumi-stack")
        if name is None:
            raise Failure(f"Which stack of {found}? Say it with azure_sandbox(…, stack=NAME), or --pulumi-stack NAME.")
        return self._kept(
            Sandbox(
                found,
                stack=name,
                folder=self._next(),
                config=config,
                engine=engine or self._config.getoption("--azure-sandbox-engine"),
                policy_packs=policy_packs,
                limit=limit or LIMIT_SECONDS,
            )
        )

    def copy_of(self, other: Sandbox) -> Sandbox:
        """Return a copy of a sandbox, such as one that a fixture of a wider scope has brought up."""
        return self._kept(other.copy(self._next()))

    def _program(self, given: str | Path | None) -> Path:
        option = self._config.getoption("--pulumi-program")
        if given is None and option is not None:
            return self._config.invocation_params.dir / Path(option)
        return self._config.rootpath / Path(given or ".")

    def _next(self) -> Path:
        return self._folder / f"azure-sandbox-{len(self.made) + 1}"

    def _kept(self, sandbox: Sandbox) -> Sandbox:
        self.made.append(sandbox)
        return sandbox


@pytest.fixture
def azure_sandbox(tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[Sandboxes]:
    """Make sandboxes: `azure_sandbox("infra", stack="prod")`. At the end of the test their processes are ended."""
    sandboxes = Sandboxes(tmp_path, pytestconfig)
    yield sandboxes
    for sandbox in sandboxes.made:
        sandbox.close()


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Show what an update did beneath a comparison that fails."""
    compared = sys.modules.get(f"{__package__}.compared")
    if op != "==" or compared is None:
        return None
    told: list[str] | None = compared.difference(left, right) or compared.difference(right, left)
    return told
