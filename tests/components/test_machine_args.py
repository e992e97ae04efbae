from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nat_egress import InvalidArguments, PrivateMachine
from nat_egress.disks import OsDiskArgs
from nat_egress.images import DEFAULT_IMAGES
from nat_egress.inbound import InboundException
from nat_egress.machine_args import PrivateMachineArgs, read_machine
from pulumi import Output

TODAY = date(2026, 11, 25)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/web"
ARGS = {
    "resource_group_name": "rg",
    "subnet_id": SUBNET,
    "size": "Standard_D2s_v5",
    "ssh_public_keys": [KEY],
}
INBOUND = {"reason": "partners", "expires": "2027-01-31", "ports": [443], "sources": ["203.0.113.0/24"]}


def read(args):
    return read_machine("PrivateMachine 'web'", "web", args, TODAY)


def refused(args):
    with pytest.raises(InvalidArguments) as caught:
        read(args)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("os", ["Linux", "Windows"])
def test_the_defaults(os):
    spec = read({**ARGS, "os": os, "ssh_public_keys": [KEY] if os == "Linux" else []})
    assert (spec.logical_name, spec.count, spec.zones, spec.inbound) == ("web", 1, (), None)
    assert spec.image == DEFAULT_IMAGES[os]
    assert spec.trusted_launch
    assert spec.system_assigned_identity
    assert spec.boot_diagnostics
    assert not spec.encryption_at_host
    assert not spec.accelerated_networking


@pytest.mark.parametrize("missing", ["resource_group_name", "subnet_id", "size"])
@pytest.mark.parametrize("value", ["absent", None])
def test_what_is_required(missing, value):
    args = {key: value for key, value in ARGS.items() if key != missing} | (
        {} if value == "absent" else {missing: None}
    )
    (line,) = refused(args)
    assert line.startswith(f"{missing} is not set: it is required. Give the ")


PLAIN = ["size", "os", "image", "name", "computer_name", "admin_username"]
FLAGS = [
    "password_login",
    "accelerated_networking",
    "system_assigned_identity",
    "trusted_launch",
    "encryption_at_host",
    "boot_diagnostics",
]
REFERENCES = [
    "resource_group_name",
    "subnet_id",
    "location",
    "admin_password",
    "custom_data",
    "network_security_group_id",
]
LISTS = ["zones", "ssh_public_keys", "user_assigned_identity_ids"]
MAPPINGS = ["os_disk", "inbound", "tags"]
WRONG = {
    **{key: [7, 1.5, True, ["a"], {"a": 1}, "", b"x"] for key in PLAIN},
    **{key: [1, 0, "yes", [], {}] for key in FLAGS},
    **{key: [7, 1.5, True, ["a"], {"a": 1}, "", b"x"] for key in REFERENCES},
    **{key: ["1", 1, True, {"a": 1}, [1], [None], [""], [["1"]]] for key in LISTS},
    **{key: [7, "a", True, ["a"]] for key in MAPPINGS},
    "count": ["1", 1.5, True, [1], {}],
}


def test_every_argument_is_tried():
    assert set(WRONG) == set(PrivateMachineArgs.__annotations__)


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in WRONG.items() for value in values], ids=repr
)
def test_a_wrong_type_is_refused_by_name(key, value):
    said = refused({**ARGS, key: value})
    assert any(line.startswith(f"{key} is ") and ": it must " in line and " is of type " in line for line in said), said


@pytest.mark.parametrize("key", sorted({*WRONG, *LISTS} - {*REFERENCES}))
def test_an_output_is_refused_where_a_plain_value_decides(run, key):
    done = run(lambda: [refused({**ARGS, key: Output.from_input("x")})])
    (said,) = done.result
    lines = [line for line in said if line.startswith(f"{key} is an output: ")]
    assert len(lines) == 1, said
    assert "it must be known before any of them is made. Give a plain value" in lines[0]


@pytest.mark.parametrize("key", REFERENCES)
def test_an_output_is_taken_where_it_may_be_known_later(run, key):
    args = {**ARGS, "password_login": True, key: Output.from_input("x")}
    assert run(lambda: read(args).size).result == "Standard_D2s_v5"


@pytest.mark.parametrize("value", [None, 7, "args", ["rg"], [("size", "x")]])
def test_what_is_no_mapping_is_refused(value):
    said = refused(value)
    assert any(
        line.startswith("args is ") and "must be a mapping with the keys resource_group_name" in line for line in said
    )


@pytest.mark.parametrize("key", ["sizes", "public_ip", 7, None, ("a", "b"), ""])
def test_an_unknown_argument_is_refused_by_name(key):
    (line,) = refused({**ARGS, key: "x"})
    assert line.startswith(f"{key} is given: there is no such argument. ")


def test_none_is_as_good_as_nothing():
    optional = set(PrivateMachineArgs.__annotations__) - set(ARGS)
    assert read({**ARGS, **dict.fromkeys(optional)}) == read(ARGS)


json_ish = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=5,
)


def mixed(*good):
    """Mostly a good value, sometimes anything."""
    return st.sampled_from(good) | st.sampled_from(good) | st.sampled_from(good) | json_ish


expiries = st.dates(TODAY - timedelta(days=400), TODAY + timedelta(days=400)).map(date.isoformat)
sources = st.sampled_from(
    [
        "203.0.113.0/24",
        "198.51.100.7",
        "Internet",
        "Storage",
        "*",
        "any",
        "0.0.0.0/0",
        "10.0.0.0/8",
        "::/0",
        "128.0.0.0/1",
    ]
)
inbounds = st.fixed_dictionaries(
    {
        "reason": mixed("partners"),
        "expires": expiries | mixed("2027-01-31"),
        "ports": st.lists(st.sampled_from([443, 80, 22, 0, 65_536]), max_size=3) | mixed([443]),
        "sources": st.lists(sources, max_size=3) | mixed(["203.0.113.0/24"]),
    },
    optional={"protocol": mixed("Tcp", "Udp"), "port": json_ish},
)
valid_inbounds = st.fixed_dictionaries(
    {
        "reason": st.text("abc ", min_size=1).map("for ".__add__),
        "expires": st.dates(TODAY, TODAY + timedelta(days=366)).map(date.isoformat),
        "ports": st.sets(st.sampled_from([443, 80]), min_size=1).map(list),
        "sources": st.sampled_from([["Internet"], ["203.0.113.0/24", "Storage"]]),
    }
)
broken_inbounds = st.builds(
    lambda valid, broken: valid | broken,
    valid_inbounds,
    st.sampled_from(
        [
            {"expires": (TODAY - timedelta(days=1)).isoformat()},
            {"expires": (TODAY + timedelta(days=367)).isoformat()},
            {"ports": []},
            {"ports": [443, 22]},
            {"sources": []},
            {"sources": ["*"]},
        ]
    ),
)
disks = st.fixed_dictionaries(
    {},
    optional={
        "size_gb": mixed(64, 0),
        "storage": mixed("Premium_LRS"),
        "caching": mixed("None"),
        "ephemeral": st.booleans(),
    },
)
arguments = st.fixed_dictionaries(
    {
        "resource_group_name": mixed("rg"),
        "subnet_id": mixed(SUBNET),
        "size": mixed("Standard_D2s_v5"),
        "ssh_public_keys": mixed([KEY]),
    },
    optional={
        "inbound": inbounds | inbounds | json_ish,
        "os": mixed("Linux", "Windows"),
        "count": mixed(1, 2, 3) | st.integers(),
        "zones": mixed(["1"], ["1", "2", "3"], []),
        "name": mixed("vm"),
        "computer_name": mixed("host"),
        "image": mixed(*DEFAULT_IMAGES.values()),
        "admin_username": mixed("ops"),
        "admin_password": mixed("Correct-Horse-7"),
        "password_login": st.booleans() | json_ish,
        "os_disk": disks | json_ish,
        "tags": st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2) | json_ish,
        "custom_data": mixed("#cloud-config"),
        "user_assigned_identity_ids": json_ish,
        "unknown": json_ish,
    },
)


@settings(max_examples=300, deadline=None)
@given(args=arguments | json_ish)
def test_whatever_is_written_is_understood_or_refused(args):
    try:
        spec = read(args)
    except InvalidArguments as refusal:
        incomplete = [one for one in refusal.problems if not (one.rule and one.remedy)]
    else:
        incomplete = []
        assert 1 <= len(spec.machines) <= 1_000
        assert (spec.inbound is not None) == (args.get("inbound") is not None)
    assert incomplete == []


def valid_exception(args):
    """Tell, from the rules alone, whether the arguments ask for an exception that the day and its sources allow."""
    inbound = args.get("inbound")
    return (
        isinstance(inbound, dict)
        and TODAY <= date.fromisoformat(inbound["expires"]) <= TODAY + timedelta(days=366)
        and bool(inbound["ports"])
        and all(port in (443, 80) for port in inbound["ports"])
        and bool(inbound["sources"])
        and "*" not in inbound["sources"]
    )


nearly_right = st.fixed_dictionaries(
    {**{key: st.just(value) for key, value in ARGS.items()}, "inbound": valid_inbounds | broken_inbounds | st.none()},
    optional={"count": st.integers(1, 3), "zones": st.just(["1", "2"]), "name": st.just("vm")},
)


@example(args=ARGS | {"inbound": INBOUND, "count": 2})
@example(args=ARGS | {"count": 2})
@example(args=ARGS | {"inbound": INBOUND | {"ports": [443, 22]}})
@example(args=ARGS | {"inbound": INBOUND | {"sources": ["*"]}})
@example(args=ARGS | {"inbound": INBOUND | {"expires": "2026-11-24"}})
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(args=nearly_right | nearly_right | arguments)
def test_a_machine_has_a_public_address_if_and_only_if_it_has_a_valid_exception(run, args):
    gateway = {"web": {"natGateway": {"id": "/ng"}}}
    try:
        done = run(lambda: PrivateMachine("web", args, today=TODAY).machine_ids, existing=gateway)
    except InvalidArguments:
        assert run.last.registered == []
        return
    interfaces = [one.inputs for one in done.registered if one.type == "azure-native:network:NetworkInterface"]
    assert interfaces
    exposed = [any("publicIPAddress" in part for part in one["ipConfigurations"]) for one in interfaces]
    guarded = ["networkSecurityGroup" in one for one in interfaces]
    wanted = args.get("inbound") is not None
    assert exposed == guarded == [wanted] * len(interfaces)
    assert len(done.names("PublicIPAddress")) == (len(interfaces) if wanted else 0)
    if wanted:
        assert valid_exception(args)
        assert all("nat-egress-inbound-expires" in one["tags"] for one in interfaces)


def test_the_shapes_say_what_they_take():
    for shape in (PrivateMachineArgs, InboundException, OsDiskArgs):
        assert shape.__doc__


def test_an_awaitable_is_like_an_output():
    async def later():
        return "rg"

    coroutine = later()
    try:
        assert read({**ARGS, "resource_group_name": coroutine}).resource_group_name is coroutine
        (line,) = refused({**ARGS, "size": coroutine})
        assert line.startswith("size is an output: ")
    finally:
        asyncio.run(coroutine)
