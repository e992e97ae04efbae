"""The pytest plugin: `pulumi_graph`, the resource graph of the program that the command line names.

pytest loads this wherever the package is installed, so nothing of Pulumi is loaded before a test asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from .coroutines import all_awaited
from .failures import Failure, hidden

if TYPE_CHECKING:
    from .graph import ResourceGraph

__tracebackhide__ = hidden

MARK: Final = "pulumi"
_ARGUMENTS: Final = (
    *("program", "stack", "project", "config", "preview", "outputs", "invokes", "stack_references"),
    "may_give_unasked",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("pulumi", "Pulumi programs (nat-egress)")
    group.addoption(
        "--pulumi-program", metavar="DIR", help="the folder of the program that pulumi_graph records (the root folder)"
    )
    group.addoption("--pulumi-stack", metavar="NAME", help="the stack whose configuration pulumi_graph takes")


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the mark."""
    config.addinivalue_line(
        "markers",
        f"{MARK}(program=, stack=, preview=, config=, outputs=, invokes=, …): what the fixture pulumi_graph records, "
        "with the arguments of nat_egress.testing.record",
    )


@pytest.fixture
def pulumi_graph(request: pytest.FixtureRequest) -> ResourceGraph:
    """Record the program of `--pulumi-program`, or of the marks `pulumi`, once for each way in which it is asked for.

    What the mark of a test says goes over that of its class and its module.
    """
    from .recording import record  # noqa: PLC0415 - Pulumi is loaded where it is used

    given: dict[str, Any] = {}
    positional: list[object] = []
    for mark in reversed([*request.node.iter_markers(MARK)]):
        given |= mark.kwargs
        positional += mark.args
    if wrong := sorted(given.keys() - set(_ARGUMENTS)) or positional:
        raise Failure(f"The mark {MARK} takes {', '.join(_ARGUMENTS)} by name, and not {wrong}.")
    program = _program(given.pop("program", None), request.config)
    stack = given.pop("stack", None) or request.config.getoption("--pulumi-stack")
    if stack is None and not callable(program):
        raise Failure(f"Which stack of {program}? Say it with --pulumi-stack NAME, or @pytest.mark.{MARK}(stack=NAME).")
    kept = request.config.stash.setdefault(_KEPT, [])
    # Of equal values the text may differ, as of 1 and True; and two secrets have one text.
    asked = (program, stack, repr(sorted(given.items())), given)
    found = next((graph for other, graph in kept if other == asked), None)
    if found is None:
        found = record(program, stack=stack, **given)
        kept.append((asked, found))
    return found


_KEPT: Final = pytest.StashKey[list[tuple[tuple[object, ...], "ResourceGraph"]]]()
"""What was asked for, and what came of it."""


def _program(marked: Callable[[], Any] | str | Path | None, config: pytest.Config) -> Callable[[], Any] | Path:
    if callable(marked):
        return marked
    option = config.getoption("--pulumi-program")
    if marked is None and option is not None:
        return config.invocation_params.dir / Path(option)
    return config.rootpath / Path(marked or ".")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a test of a program's graph that makes a coroutine and never awaits it."""
    if "pulumi_graph" not in pyfuncitem.fixturenames and pyfuncitem.get_closest_marker(MARK) is None:
        return (yield)
    with all_awaited():
        return (yield)


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Show where what a program registers differs from what a test expects."""
    if op != "==" or f"{__package__}.recorded" not in sys.modules:
        return None
    from .compared import difference  # noqa: PLC0415 - loaded where a comparison fails

    told: list[str] | None = difference(left, right) or difference(right, left)
    return told
