"""What would pass without looking at anything fails, and says which value, and where."""

import asyncio
import inspect
import json
import re
import warnings
from pathlib import Path

import pulumi
import pytest
from nat_egress.testing import Failure, NothingRegistered, Unawaited, UnknownUsed, Unrun, is_known, record
from pulumi_azure_native import network as azure


def address(name="address"):
    return azure.PublicIPAddress(name, resource_group_name="rg")


def line(mark):
    """The number of the line of this file that ends in a comment."""
    lines = inspect.getsource(inspect.getmodule(line)).splitlines()
    (found,) = [number for number, text in enumerate(lines, 1) if text.endswith(f"# {mark}")]
    return f"{__file__}:{found}"


def no(_value):
    raise AssertionError("this does not run")


ASSERTIONS = [
    lambda value: value == "1.2.3.4",
    lambda value: value != "1.2.3.4",
    lambda value: value != "1.2.3.4",
    lambda value: not value,
    lambda value: value in {"1.2.3.4", "5.6.7.8"},
    lambda value: value in ["1.2.3.4", "5.6.7.8"],
    lambda value: "1" not in value,
    lambda value: len(value) == 0,
    lambda value: all(part for part in value),
    lambda value: value < "2",
    lambda value: f"{value}" != "",
    lambda value: str(value) != "",
    lambda value: value[0] != "1",
    lambda value: {"a": value} != {"a": 1},
    lambda value: [value] == ["1.2.3.4"],
]


@pytest.mark.parametrize("assertion", ASSERTIONS, ids=range(len(ASSERTIONS)))
@pytest.mark.parametrize("read", [lambda it: it.outputs["ipAddress"], lambda it: it.outputs.get("ipAddress")])
def test_an_assertion_on_an_unknown_value(assertion, read):
    value = read(record(address, preview=True).one("PublicIPAddress"))
    with pytest.raises(UnknownUsed, match=r"^ipAddress of PublicIPAddress address is not known before the update"):
        assertion(value)


@pytest.mark.parametrize(
    ("assertion", "said"),
    [
        (lambda outputs: "ipAddress" not in outputs, "Whether PublicIPAddress address gives ipAddress is not known"),
        (lambda outputs: outputs == {"resourceGroupName": "rg"}, "All that PublicIPAddress address gives is not known"),
        (lambda outputs: outputs != {}, "All that PublicIPAddress address gives is not known"),
        (len, "All that PublicIPAddress address gives is not known"),
        (bool, "All that PublicIPAddress address gives is not known"),
        (set, "All that PublicIPAddress address gives is not known"),
        (dict, "All that PublicIPAddress address gives is not known"),
        (json.dumps, "All that PublicIPAddress address gives is not known"),
        (lambda outputs: {**outputs}, "All that PublicIPAddress address gives is not known"),
        (lambda outputs: outputs | {"a": 1}, "All that PublicIPAddress address gives is not known"),
        (lambda outputs: {"a": 1} | outputs, "All that PublicIPAddress address gives is not known"),
        (lambda outputs: outputs.copy(), "All that PublicIPAddress address gives is not known"),
        (lambda outputs: all(outputs.values()), "All that PublicIPAddress address gives is not known"),
        (lambda outputs: [key for key, _ in outputs.items()], "All that PublicIPAddress address gives is not known"),
        (lambda outputs: "ipAddress" in list(outputs.keys()), "All that PublicIPAddress address gives is not known"),
    ],
)
def test_what_all_a_resource_gives_is_unknown(assertion, said):
    outputs = record(address, preview=True).one("PublicIPAddress").outputs
    with pytest.raises(UnknownUsed, match=f"^{said} before the update"):
        assertion(outputs)
    assert not is_known(outputs)
    assert "resourceGroupName" in outputs
    assert outputs["resourceGroupName"] == "rg"


def test_an_attribute_of_an_unknown_value():
    value = record(address, preview=True).one("PublicIPAddress").outputs["ipAddress"]
    with pytest.raises(AttributeError, match="ipAddress of PublicIPAddress address is not known"):
        value.startswith("1")


def test_where_in_an_input_the_unknown_value_is():
    def program():
        azure.NatGateway("gateway", resource_group_name="rg", public_ip_addresses=[{"id": address().id}])

    gateway = record(program, preview=True).one("NatGateway")
    with pytest.raises(UnknownUsed, match=r"publicIpAddresses\[0\]\.id of NatGateway gateway"):
        assert gateway.inputs["publicIpAddresses"][0]["id"] != "x"


def test_an_unknown_stack_output_and_result():
    def program():
        pulumi.export("id", address().id)
        return address("other").id

    graph = record(program, preview=True)
    with pytest.raises(UnknownUsed, match="the stack output id"):
        assert graph.outputs["id"] != ""
    with pytest.raises(UnknownUsed, match="what the program returned"):
        assert graph.result != ""


def test_an_apply_that_never_ran_in_a_preview():
    def program():
        address().ip_address.apply(no)  # dropped

    with pytest.raises(Unrun) as caught:
        record(program, preview=True)
    assert f"{line('dropped')}: ip_address of PublicIPAddress address is not known" in str(caught.value)


def test_an_apply_that_never_ran_and_is_returned():
    def program():
        return pulumi.Output.all(address().ip_address, address("b").id).apply(no)  # returned

    with pytest.raises(Unrun) as caught:
        record(program, preview=True)
    said = str(caught.value)
    assert f"{line('returned')}: a value of PublicIPAddress address, a value of PublicIPAddress b is not known" in said


def test_an_apply_on_an_apply_names_the_value_at_its_beginning():
    def program():
        address().ip_address.apply(str).apply(no)  # second

    with pytest.raises(Unrun) as caught:
        record(program, preview=True)
    assert f"{line('second')}: ip_address of PublicIPAddress address" in str(caught.value)


def test_what_feeds_a_resource_may_wait_for_the_update():
    def program():
        azure.RouteTable(
            "table", resource_group_name="rg", location=address().ip_address.apply(lambda one: f"at {one}")
        )

    assert record(program, preview=True).names("RouteTable") == ["table"]


def test_in_an_update_every_apply_must_run_whoever_takes_its_result():
    def program():
        azure.RouteTable("table", resource_group_name="rg", location=address().id.apply(lambda one: f"at {one}"))  # fed

    with pytest.raises(Unrun) as caught:
        record(program, outputs={"PublicIPAddress": {"id": ""}})
    assert f"{line('fed')}: id of PublicIPAddress address is not known" in str(caught.value)


@pytest.mark.parametrize("preview", [True, False])
def test_an_apply_that_runs_with_unknowns_runs(preview):
    seen = []

    def program():
        address().ip_address.apply(seen.append, run_with_unknowns=True)

    record(program, preview=preview)
    assert len(seen) == 1


def test_an_apply_after_the_program():
    kept = []
    record(lambda: kept.append(address()))
    with pytest.raises(Unrun) as caught:
        kept[0].id.apply(no)  # late
    assert str(caught.value).startswith(f"{line('late')}: the program is over")


@pytest.mark.parametrize("preview", [True, False])
def test_a_program_that_registers_nothing(preview):
    with pytest.raises(NothingRegistered, match="may_register_nothing=True"):
        record(lambda: None, preview=preview)
    assert len(record(lambda: None, may_register_nothing=True)) == 0


def test_a_coroutine_that_is_never_awaited():
    async def check():
        raise AssertionError("this does not run")

    def program():
        address()
        check()  # unawaited

    with pytest.raises(Unawaited) as caught:
        record(program)
    assert f"{line('unawaited')}: " in str(caught.value)
    assert "check()" in str(caught.value)


def test_a_coroutine_that_the_sdk_drops_is_none_of_the_programs():
    async def check():
        raise AssertionError("this does not run")

    code = compile("check()", str(Path(pulumi.__file__).parent / "output.py"), "exec")

    def program():
        address()
        exec(code, {"check": check})  # noqa: S102 - a line of the SDK

    assert record(program).names("PublicIPAddress") == ["address"]


def test_other_warnings_are_given_as_they_were():
    def program():
        address()
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    with pytest.warns(DeprecationWarning, match="old"):
        record(program)


ASKED_OF_OUTPUTS = [
    lambda output: output != "1.2.3.4",
    lambda output: output == "1.2.3.4",
    lambda output: output != output,  # noqa: PLR0124 - as of another
    lambda output: output != None,  # noqa: E711 - as a test may have it
    lambda output: "1.2.3.4" not in [output, "5.6.7.8"],
    lambda output: {"address": output} != {"address": "1.2.3.4"},
    bool,
    lambda output: not output,
    lambda output: any([output]),
    lambda output: [one for one in [output] if one != "1.2.3.4"],  # which has no frame of its own from 3.12 on
]


@pytest.mark.parametrize("ask", ASKED_OF_OUTPUTS, ids=range(len(ASKED_OF_OUTPUTS)))
@pytest.mark.parametrize("preview", [True, False])
def test_an_output_is_taken_for_its_value(ask, preview):
    with pytest.raises(Failure, match=rf"^{re.escape(__file__)}:\d+: this asks an output and not its value"):
        record(lambda: ask(address().ip_address), preview=preview)


@pytest.mark.parametrize("ask", ASKED_OF_OUTPUTS, ids=range(len(ASKED_OF_OUTPUTS)))
def test_an_output_is_taken_for_its_value_after_the_program(ask):
    returned = record(address).result
    with pytest.raises(Failure, match="this asks an output and not its value"):
        ask(returned.ip_address)


def test_a_program_may_ask_whether_it_has_an_output():
    asking = compile("asked = [not given, given == 'default', given == given, given in {given}]", "program.py", "exec")
    seen = {}

    def program():
        exec(asking, seen | {"given": address().id}, seen)  # noqa: S102 - a line of a program

    record(program)
    assert seen["asked"] == [False, False, True, True]


def test_outputs_of_no_recording_are_asked_as_ever():
    record(address)

    async def other():
        output = pulumi.Output.from_input("a")
        return [bool(output), output == "a", output == output, len({output, output})]  # noqa: PLR0124

    loop = asyncio.new_event_loop()  # and no asyncio.run, which leaves the thread without a loop for other tests
    assert loop.run_until_complete(other()) == [True, False, True, 1]
    loop.close()


def test_an_output_is_written_into_a_text(monkeypatch):
    def program():
        azure.RouteTable(f"{address().id}-table", resource_group_name="rg")

    with pytest.raises(Exception, match="Calling __str__ on an Output"):
        record(program)
    monkeypatch.setenv("PULUMI_ERROR_OUTPUT_STRING", "false")
    assert len(record(program)) == 1 + 1
