"""What `nat_egress.testing.sdk` takes for granted of Pulumi's SDK: each test says what breaks where one fails."""

import asyncio
import contextvars
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import pulumi
import pytest
from nat_egress.testing import applies, sdk
from nat_egress.testing.answers import AzureAnswers
from nat_egress.testing.monitor import Monitor
from pulumi import output, runtime
from pulumi._utils import ContextProperty
from pulumi.runtime import settings
from pulumi.runtime.mocks import MockMonitor


def run(program, **setting):
    monitor = Monitor(AzureAnswers(), "project", "stack", setting.get("preview", False))
    return sdk.run(program, monitor, sdk.Setting("project", "stack", **setting))


def test_run_in_stack_takes_a_function_without_arguments():
    """Else no program is run: `sdk._in_stack`."""
    assert list(inspect.signature(runtime.run_in_stack).parameters) == ["func"]
    assert inspect.iscoroutinefunction(runtime.run_in_stack)


def test_an_output_holds_one_future_of_its_data():
    """Else results are not read, and what an apply waits for is not named: `sdk._in_stack`, `applies.unknown_to`."""

    async def look():
        made = pulumi.Output.from_input("x")
        assert isinstance(made._data, asyncio.Future)
        data = await made._data
        return data.value, data.is_known, data.resources

    assert asyncio.run(look()) == ("x", True, set())


def test_apply_takes_a_function_and_whether_it_runs_with_unknowns():
    """Else applies are not noted, and one that never ran passes: `applies.watch`."""
    parameters = inspect.signature(inspect.unwrap(pulumi.Output.apply)).parameters
    assert list(parameters) == ["self", "func", "run_with_unknowns"]
    assert parameters["run_with_unknowns"].default is False


def test_apply_alone_makes_an_output_of_another():
    """Else there are ways to assert that are not watched: `applies.watch`."""
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


def test_what_is_none_is_looked_into_by_functions_of_these_names():
    """Else a program that fails for want of an output is not told which: `applies._FAIL_FOR_NONE`."""
    called = []

    def program():
        made = pulumi.Output.from_input({"key": "value"})
        original, seen = pulumi.Output.apply, lambda: called.append(inspect.currentframe().f_back.f_back.f_code)
        pulumi.Output.apply = lambda output, *_given: seen() or output
        try:
            made["key"], made.key, pulumi.Output.concat("a", made)
        finally:
            pulumi.Output.apply = original

    run(program)
    assert {*applies._FAIL_FOR_NONE} <= {*called}


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
    """Else a message names the resource and not the value: `applies._named`."""
    found = []

    def program():
        resource = pulumi.CustomResource("azure-native:network:RouteTable", "table", {"location": "x"})
        found.extend([vars(resource)["location"], vars(resource)["id"]])

    run(program)
    assert all(isinstance(one, pulumi.Output) for one in found)


def test_unknown_is_what_a_value_is_made_of_that_is_not_known():
    """Else unknowns in a result look like values: `sdk._plain`."""
    assert isinstance(pulumi.UNKNOWN, output.Unknown)


def test_a_setting_has_the_default_again_that_it_had():
    """Else a thread that a test begins is told of a run that is over, and all that it made is kept: `sdk.run`."""

    def settings_of_a_thread():
        found = {}
        look = lambda: found.update({name: getattr(settings.SETTINGS, name) for name in names})  # noqa: E731
        thread = threading.Thread(target=contextvars.Context().run, args=(look,))
        thread.start()
        thread.join()
        return found

    names = [name for name, one in vars(settings.Settings).items() if isinstance(one, ContextProperty)]
    assert {"monitor", "engine", "dry_run"} <= {*names}
    before = settings_of_a_thread()
    during = []
    run(lambda: during.append(settings_of_a_thread()), preview=True)
    assert during[0]["dry_run"] is True  # else there is nothing to give back
    assert settings_of_a_thread() == before


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
    """Else registrations come in another order in each run: `sdk._run_at_once_in`."""
    threads = set()

    class Answers(AzureAnswers):
        def resource(self, asked):
            threads.add(threading.current_thread().name)
            return super().resource(asked)

    monitor = Monitor(Answers(), "project", "stack")
    program = lambda: pulumi.CustomResource("azure-native:network:RouteTable", "table", {})  # noqa: E731
    sdk.run(program, monitor, sdk.Setting("project", "stack"))
    assert threads == {"program"}


def test_what_a_program_gives_to_other_threads_runs_and_raises_as_it_does_there():
    """Else a program that uses `asyncio.to_thread`, or a pool of its own, fails: `sdk._run_at_once_in`."""

    async def program():
        with ThreadPoolExecutor(1, "pool") as pool:
            name = await asyncio.get_running_loop().run_in_executor(pool, lambda: threading.current_thread().name)
        fails = asyncio.get_running_loop().run_in_executor(None, {}.__getitem__, "key")
        with pytest.raises(KeyError, match="key"):
            await fails
        return [name, await asyncio.to_thread("a{}c".format, "b")]

    assert run(program).result == ["pool_0", "abc"]


def test_no_thread_is_left():
    before = threading.active_count()
    run(lambda: pulumi.CustomResource("azure-native:network:RouteTable", "table", {}))
    assert threading.active_count() == before
