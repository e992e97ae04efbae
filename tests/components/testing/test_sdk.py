"""What `nat_egress.testing.sdk` takes for granted of Pulumi's SDK: each test says what breaks where one fails."""

import asyncio
import contextvars
import gc
import inspect
import threading
import traceback

import pulumi
import pytest
from nat_egress.testing import sdk
from nat_egress.testing.answers import AzureAnswers
from nat_egress.testing.monitor import Monitor
from nat_egress.testing.sdk import Setting
from pulumi import output, runtime
from pulumi.runtime import resource, rpc, settings
from pulumi.runtime.mocks import MockMonitor


def run(program, **setting):
    monitor = Monitor(AzureAnswers(), "project", "stack", setting.get("preview", False))
    return sdk.run(program, monitor, sdk.Setting("project", "stack", **setting))


def test_run_in_stack_takes_a_function_without_arguments():
    """Else no program is run: `sdk._in_stack`."""
    assert list(inspect.signature(runtime.run_in_stack).parameters) == ["func"]
    assert inspect.iscoroutinefunction(runtime.run_in_stack)


def test_an_output_holds_one_future_of_its_data():
    """Else results are not read, and what an apply waits for is not named: `sdk._in_stack`, `sdk._unknown`."""

    async def look():
        made = pulumi.Output.from_input("x")
        assert isinstance(made._data, asyncio.Future)
        data = await made._data
        return data.value, data.is_known, data.resources

    assert asyncio.run(look()) == ("x", True, set())


def test_apply_takes_a_function_and_whether_it_runs_with_unknowns():
    """Else applies are not noted, and one that never ran passes: `sdk._watch`."""
    parameters = inspect.signature(inspect.unwrap(pulumi.Output.apply)).parameters
    assert list(parameters) == ["self", "func", "run_with_unknowns"]
    assert parameters["run_with_unknowns"].default is False


def test_apply_alone_makes_an_output_of_another():
    """Else there are ways to assert that are not watched: `sdk._watch`."""
    seen = []

    def program():
        made = pulumi.Output.from_input({"key": "value"})
        original, pulumi.Output.apply = pulumi.Output.apply, lambda *_args, **_options: seen.append("apply")
        try:
            made["key"], made.key
        finally:
            pulumi.Output.apply = original

    run(program)
    assert seen == ["apply", "apply"]


def test_an_unknown_output_runs_no_function_and_holds_no_value():
    """Else `Apply.ran` does not tell whether it ran, and a result that is unknown looks known."""
    seen = []
    finished = run(lambda: pulumi.Output.from_input(pulumi.UNKNOWN).apply(seen.append))
    assert seen == []
    assert finished.result is sdk.UNKNOWN
    assert [one.ran for one, _ in finished.unrun] == [False]


def test_an_output_that_nobody_holds_is_gone():
    """Else an assertion in a preview is taken for what feeds a resource: `Apply.dropped`."""

    def program():
        pulumi.Output.from_input(pulumi.UNKNOWN).apply(str)

    ((apply, _),) = run(program, preview=True).unrun
    assert apply.dropped


def test_settings_configuration_and_root_are_kept_in_the_context():
    """Else a run leaves them behind for the next test: `sdk.run`."""
    for name in ("monitor", "engine", "project", "stack", "dry_run", "outputs", "rpc_manager"):
        assert isinstance(vars(settings.Settings)[name]._data, contextvars.ContextVar), name
    assert isinstance(settings.ROOT, contextvars.ContextVar)
    assert isinstance(runtime.config.CONFIG, contextvars.ContextVar)


def test_a_resource_keeps_its_outputs_under_their_names():
    """Else a message names the resource and not the value: `sdk._named`."""
    found = []

    def program():
        resource = pulumi.CustomResource("azure-native:network:RouteTable", "table", {"location": "x"})
        found.extend([vars(resource)["location"], vars(resource)["id"]])

    run(program)
    assert all(isinstance(one, pulumi.Output) for one in found)


def test_unknown_is_what_a_value_is_made_of_that_is_not_known():
    """Else unknowns in a result look like values: `sdk._plain`."""
    assert isinstance(pulumi.UNKNOWN, output.Unknown)


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
    """Else what is not known is taken for known: `sdk._contains_unknowns`."""
    sdk._watch()
    original = inspect.unwrap(rpc.contains_unknowns)
    assert original is not sdk._contains_unknowns
    assert sdk._contains_unknowns(value) is original(value)


def test_the_sdk_asks_the_faster_one():
    """Else a test of a program is slower by a sixth: `sdk._watch`."""
    asked = []

    def program():
        original, rpc.contains_unknowns = rpc.contains_unknowns, lambda value: asked.append(value) or original(value)
        try:
            assert original is sdk._contains_unknowns
            return pulumi.Output.from_input({"a": pulumi.Output.from_input(1)})
        finally:
            rpc.contains_unknowns = original

    run(program)
    assert asked


def test_where_a_resource_was_made_is_told_as_the_sdk_tells_it():
    """Else it is a wrong place: `sdk._remembering`."""
    sdk._watch()
    original = inspect.unwrap(resource._get_source_position_for_frame)
    assert original is not resource._get_source_position_for_frame
    frames = [*traceback.extract_stack(), traceback.FrameSummary("", 1, ""), traceback.FrameSummary("a", None, "")]
    assert any(map(original, frames))
    for frame in [*frames, *frames]:
        assert resource._get_source_position_for_frame(frame) == original(frame)


def test_what_is_loaded_has_grown_old_unless_the_heap_is_frozen():
    """Else the second test of a session takes a fourth longer, or a heap that is frozen is thawed: `sdk.run`."""

    def old(value):
        return any(one is value for one in gc.get_objects(generation=2))

    frozen = gc.get_freeze_count()
    gc.unfreeze()
    try:
        loaded = [object()]
        assert not old(loaded)
        sdk._have_grown_old()
        assert old(loaded)
        assert gc.get_freeze_count() == 0
        gc.freeze()
        loaded = [object()]
        sdk._have_grown_old()
        assert not old(loaded)
        assert gc.get_freeze_count() > 0
    finally:
        if not frozen:
            gc.unfreeze()


def test_it_grows_old_with_the_first_program(monkeypatch):
    """Else so does the garbage of all of them, and is never collected."""
    aged = []
    monkeypatch.setattr(sdk, "_have_grown_old", lambda: aged.append(1))
    for first in (True, False, False):
        monkeypatch.setattr(sdk, "_watch", lambda first=first: first)
        run(lambda: None)
    assert len(aged) == 1


@pytest.mark.parametrize("method", [name for name in vars(MockMonitor) if name[0].isupper()])
def test_the_monitor_has_all_that_pulumis_own_mocks_answer(method):
    """Else the SDK asks what `monitor.Monitor` does not know of."""
    if method != "ResourceRegistration":  # a class, not a method
        assert callable(getattr(Monitor, method))


def test_the_monitor_has_the_features_of_pulumis_own_mocks():
    """Else the SDK takes another way than in the tests that people know."""
    theirs = set(MockMonitor(None).GetDeploymentInfo(None).supportedFeatures)
    assert set(Monitor(AzureAnswers(), "p", "s").GetDeploymentInfo(None).supportedFeatures) == theirs


def test_the_monitor_is_asked_in_the_programs_own_thread():
    """Else registrations come in another order in each run: `sdk._AtOnce`."""
    threads = set()

    class Answers(AzureAnswers):
        def resource(self, asked):
            threads.add(threading.current_thread().name)
            return super().resource(asked)

    monitor = Monitor(Answers(), "project", "stack")
    program = lambda: pulumi.CustomResource("azure-native:network:RouteTable", "table", {})  # noqa: E731
    sdk.run(program, monitor, sdk.Setting("project", "stack"))
    assert threads == {"program"}


def test_no_thread_is_left():
    before = threading.active_count()
    run(lambda: pulumi.CustomResource("azure-native:network:RouteTable", "table", {}))
    assert threading.active_count() == before
