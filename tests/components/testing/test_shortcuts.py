"""Each shortcut gives what the function of the SDK gives in whose place it is, and the SDK takes it."""

# ruff: noqa: UP007, UP045 - types as typing has them, which are not those that `|` makes
import inspect
import traceback
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

import pulumi
import pulumi_azure_native as azure_native
import pytest
from nat_egress.testing import record, shortcuts
from nat_egress.testing.sdk import Setting
from pulumi import _types, output
from pulumi.runtime import resource, rpc

REPLACED = [(rpc, "contains_unknowns"), (_types, "unwrap_type"), (resource, "_get_stack_trace")]


@pytest.fixture(autouse=True)
def _taken():
    record(lambda: None, may_register_nothing=True)


@pytest.mark.parametrize(("module", "name"), REPLACED)
def test_the_sdk_takes_it_where_it_took_its_own(module, name, monkeypatch):
    """Else a test of a program is slower than it need be."""
    asked = []
    taken = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given: asked.append(given) or taken(*given))
    record(lambda: pulumi.export("id", azure_native.network.RouteTable("table", resource_group_name="x").id))
    assert asked
    assert inspect.unwrap(taken) is not taken


@pytest.mark.parametrize(("module", "name"), REPLACED)
def test_it_is_taken_once(module, name):
    assert inspect.unwrap(getattr(module, name)).__module__ == module.__name__
    assert getattr(module, name).__wrapped__ is inspect.unwrap(getattr(module, name))


def itself():
    value = {"known": 1}
    value["itself"] = [value]
    return value


class Dimensions(dict):
    """Inputs as an SDK has them, whose property hides a method of dict."""

    @property
    def values(self):
        return self["values"]


@pytest.mark.parametrize(
    "value",
    [
        *(None, 1, "text", {}, [], {"a": [1, {"b": "c"}]}, itself()),
        *(output.UNKNOWN, [output.UNKNOWN], {"a": [1, {"b": output.UNKNOWN}]}, [itself(), output.UNKNOWN]),
        *((output.UNKNOWN,), {output.UNKNOWN: 1}, Setting("project", output.UNKNOWN)),
        *(Dimensions(values=["Failed"]), Dimensions(values=[output.UNKNOWN])),
    ],
)
def test_what_contains_unknowns_does_so_by_either_function(value):
    assert rpc.contains_unknowns(value) is inspect.unwrap(rpc.contains_unknowns)(value)


SUBNET = azure_native.network.SubnetArgs
TYPES = [
    *(str, dict, SUBNET, list[str], Any, Optional[str], str | None, Sequence[str], Mapping[str, Any]),
    *(pulumi.Input[str], pulumi.Input[Optional[str]], Optional[pulumi.Input[str]], pulumi.Output[str]),
    *(pulumi.InputType[SUBNET], pulumi.Input[pulumi.InputType[SUBNET]]),
    # These two are equal, and one is the type of an input alone.
    *(Union[SUBNET, dict], Union[dict, SUBNET]),
]


@pytest.mark.parametrize("typ", [*TYPES, *reversed(TYPES)], ids=str)
def test_a_type_is_unwrapped_to_the_same_by_either_function(typ):
    known = inspect.unwrap(_types.unwrap_type)(typ)
    assert [_types.unwrap_type(typ), _types.unwrap_type(typ)] == [known, known]


def test_a_type_is_unwrapped_once(monkeypatch):
    asked = []
    remembered = shortcuts._by_identity(lambda typ: asked.append(typ) or str)
    assert [remembered(pulumi.Input[str]) for _ in range(3)] == [str] * 3
    assert asked == [pulumi.Input[str]]


def test_a_type_that_was_unwrapped_stays():
    """Else one that comes later can have its id, and is taken for it."""

    class Type:
        pass

    typ = Type()
    kept = weakref.ref(typ)
    remembered = shortcuts._by_identity(lambda _typ: str)
    assert remembered(typ) is str
    del typ
    assert kept() is not None
    assert remembered(Type()) is str


def traces():
    return [inspect.unwrap(resource._get_stack_trace)(), resource._get_stack_trace()]


class Made:
    """As many constructors as the SDK has, one of which another function calls."""

    def __init__(self, depth):
        self.traces = traces() if depth == 1 else self.again(depth - 1)

    def again(self, depth):
        return Made(depth).traces


@pytest.mark.parametrize("depth", range(1, 6))
def test_where_a_resource_was_made_is_told_by_either_function(depth):
    theirs, ours = Made(depth).traces
    assert ours == theirs
    assert bool(ours.frames) is (depth >= 3)


def test_where_a_resource_was_made_is_told_for_code_that_is_in_no_file():
    found = {"Made": Made}
    exec(compile("traces = Made(3).traces", "<console>", "exec"), found)  # noqa: S102 - as a console has it
    theirs, ours = found["traces"]
    assert ours == theirs
    assert not ours.frames[0].HasField("pc")


def test_no_file_is_read_for_where_a_resource_was_made(monkeypatch):
    """Else it takes as long as all the rest of what a resource with few properties takes."""
    monkeypatch.setattr(traceback.linecache, "checkcache", lambda *_: pytest.fail("a file is looked at"))
    assert len(MadeShortly(3).trace.frames) > 3


class MadeShortly:
    def __init__(self, depth):
        self.trace = resource._get_stack_trace() if depth == 1 else MadeShortly(depth - 1).trace
