"""The pack over the Analyzer protocol: levels, settings, exemptions, baselines, and what an engine sends besides."""

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from nat_egress.exposure.baseline import entries_of, text_of
from nat_egress.exposure.evaluate import of_resource
from nat_egress.exposure.policies import POLICIES
from nat_egress.graph.declare import declare
from pulumi.runtime.proto import analyzer_pb2

from tests.components.exposure.test_malformed import GONE, WRONG, mutated
from tests.policies.corpus import UNKNOWN, Resource, cases

TODAY = datetime.now(UTC).date()
TOMORROW, YESTERDAY = (TODAY + timedelta(days=days) for days in (1, -1))
NIC = "azure-native:network:NetworkInterface"
CASES = {case.id: case for case in cases()}


@pytest.fixture
def stack(request):
    """A stack whose URNs no other test has: the pack says nothing twice."""
    return request.node.name.replace("::", "-")


def resource(stack, inputs, name="nic", kind=NIC, parents=""):
    urn = f"urn:pulumi:{stack}::corpus::{parents}{kind}::{name}"
    return Resource(urn, kind, name, inputs, inputs, "", {})


def public(stack, name="nic", **more):
    inputs = {"ipConfigurations": [{"name": "one", "publicIPAddress": {"id": UNKNOWN}}], **more}
    return resource(stack, inputs, name)


def exemption(**changes):
    return {"resource": "nic", "reason": "a partner's device", "owner": "netops", "expires": f"{TOMORROW}", **changes}


def test_every_policy_is_told_with_its_settings(pack):
    told = {policy.name: policy for policy in pack.information.policies}
    assert told.keys() == POLICIES.keys()
    assert pack.information.supportsConfig
    for name, policy in POLICIES.items():
        assert told[name].displayName == policy.title
        assert told[name].description == policy.description
        assert told[name].remediation_steps == policy.remediation
        assert "exemptions" in told[name].configSchema.properties
        assert analyzer_pb2.EnforcementLevel.Name(told[name].enforcementLevel).lower() == policy.level


def test_a_level_of_the_configuration(pack, stack):
    pack.configure({}, {"vm-no-public-ip": analyzer_pb2.ADVISORY})
    assert [one.level for one in pack.analyze(public(stack))] == ["ADVISORY"]
    pack.configure({}, {"vm-no-public-ip": analyzer_pb2.DISABLED})
    assert pack.analyze(public(f"{stack}-disabled")) == []


def test_a_policy_that_only_warns_refuses_where_it_is_made_mandatory(pack, stack):
    host = resource(stack, {"enableShareableLink": True}, "bastion", "azure-native:network:BastionHost")
    pack.configure({}, {"bastion-hardening": analyzer_pb2.MANDATORY})
    assert [one.level for one in pack.analyze(host)] == ["MANDATORY"]


def test_what_cannot_be_decided_is_told_apart_and_never_refused(pack, stack):
    pack.configure({})
    (said,) = pack.analyze(resource(stack, {"ipConfigurations": UNKNOWN}))
    assert said.level == "ADVISORY"
    assert said.message.startswith("Not decidable in this stack: The network interface nic has IP configurations")


def test_nothing_is_said_twice(pack, stack):
    pack.configure({})
    assert [one.policy for one in pack.everything([public(stack)])] == ["vm-no-public-ip"]


def test_what_was_not_shown_one_by_one_is_judged_with_the_stack(pack, stack):
    pack.configure({})
    assert [one.policy for one in pack.analyze_stack([public(stack)])] == ["vm-no-public-ip"]


def test_an_exemption_is_used_and_says_so(pack, stack):
    pack.configure({"vm-no-public-ip": {"exemptions": [exemption()]}})
    said = pack.everything([public(stack), public(stack, "other")])
    assert [(one.level, one.urn.rpartition("::")[2]) for one in said] == [("ADVISORY", "nic"), ("MANDATORY", "other")]
    assert said[0].message.startswith("Exempt, vm-no-public-ip for nic (netops, until ")
    assert "a partner's device" in said[0].message


def test_an_exemption_that_has_ended_denies_again_and_says_so(pack, stack):
    pack.configure({"vm-no-public-ip": {"exemptions": [exemption(expires=f"{YESTERDAY}")]}})
    (said,) = pack.analyze(public(stack))
    assert said.level == "MANDATORY"
    assert f"It was exempt until {YESTERDAY}" in said.message


def test_an_exemption_that_nothing_needs(pack, stack):
    pack.configure({"vm-no-public-ip": {"exemptions": [exemption(resource="gone")]}})
    (said,) = pack.analyze_stack([])
    assert said.level == "ADVISORY"
    assert "Nothing in this stack needs the exemption vm-no-public-ip for gone" in said.message


TAGS = {"nat-egress-inbound-reason": "partners deliver files", "nat-egress-inbound-expires": f"{TOMORROW}"}


@pytest.mark.parametrize(
    ("parents", "tags", "level"),
    [
        ("nat-egress:index:PrivateMachine$", TAGS, "ADVISORY"),
        ("nat-egress:index:PrivateMachine$", {**TAGS, "nat-egress-inbound-expires": f"{YESTERDAY}"}, "MANDATORY"),
        ("nat-egress:index:PrivateMachine$", {**TAGS, "nat-egress-inbound-expires": "2099-01-01"}, "MANDATORY"),
        ("nat-egress:index:PrivateMachine$", {**TAGS, "nat-egress-inbound-expires": UNKNOWN}, "MANDATORY"),
        ("nat-egress:index:PrivateMachine$", {}, "MANDATORY"),
        ("", TAGS, "MANDATORY"),
    ],
    ids=["in-force", "ended", "too-long", "unknown", "no-tags", "not-of-the-component"],
)
def test_the_exception_of_a_private_machine(pack, stack, parents, tags, level):
    pack.configure({})
    inputs = {"ipConfigurations": [{"name": "primary", "publicIPAddress": {"id": UNKNOWN}}], "tags": tags}
    (said,) = pack.analyze(resource(stack, inputs, parents=parents))
    assert said.level == level


def test_a_baseline_takes_what_is_there(pack, stack, tmp_path):
    known = public(stack)
    file = tmp_path / "baseline.json"
    file.write_text(text_of(entries_of(of_resource(declare(known.urn, known.type, known.inputs)))))
    pack.configure({"vm-no-public-ip": {"baseline": str(file)}})
    (said,) = pack.analyze(known)
    assert said.level == "ADVISORY"
    assert said.message.startswith("Known from the baseline: ")
    assert [one.level for one in pack.analyze(public(stack, "new"))] == ["MANDATORY"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"no-such-policy": {"x": 1}}, "no-such-policy"),
        ({"egress-nat-only": {"excludedSubnet": ["a"]}}, "Did you mean excludedSubnets?"),
        ({"egress-nat-only": {"excludedSubnets": "a"}}, "must be a list"),
        ({"nsg-no-internet-inbound": {"managementPorts": [0]}}, "1 to 65535"),
        ({"vm-no-public-ip": {"exemptions": [{"resource": "nic"}]}}, "reason"),
        ({"vm-no-public-ip": {"baseline": "no/such/file.json"}}, "no/such/file.json"),
    ],
)
def test_a_mistake_in_the_configuration_is_an_error(pack, given, words):
    with pytest.raises(grpc.RpcError) as raised:
        pack.configure(given)
    assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert words in raised.value.details()


def signed(value):
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


@pytest.mark.parametrize(
    "configurations",
    [
        signed([{"name": "one", "publicIPAddress": {"id": "x"}}]),
        [{"name": "one", "publicIPAddress": signed({"id": "x"})}],
        [signed({"name": "one", "publicIPAddress": {"id": "x"}})],
        [{"name": "one", "publicIPAddress": UNKNOWN}],
    ],
)
def test_what_is_secret_or_unknown_is_seen(pack, stack, configurations):
    pack.configure({})
    assert [one.level for one in pack.analyze(resource(stack, {"ipConfigurations": configurations}))] == ["MANDATORY"]


@pytest.mark.parametrize(
    "value",
    [
        {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"},
        {"4dabf18193072939515e22adb298388d": "no such signature", "value": []},
        "text",
        7,
        True,
        [None, [], "x", 7],
        [[[[[{"publicIPAddress": {}}]]]]],
    ],
)
def test_what_is_malformed_is_told_and_breaks_nothing(pack, stack, value):
    pack.configure({})
    (said,) = pack.analyze(resource(stack, {"ipConfigurations": value}))
    assert (said.policy, said.level) == ("vm-no-public-ip", "ADVISORY")


def test_five_hundred_mutations_over_the_protocol(pack):
    pack.configure({})
    chance = random.Random(5)  # noqa: S311 - the same each time
    stacks = [case.stack(phase) for case in CASES.values() for phase in case.phases]
    for number in range(500):
        stack = mutated(chance.choice(stacks), chance, (*WRONG, *GONE))
        own = [
            replace(one, urn=one.urn.replace("::corpus::", f"-{number}::corpus::"), outputs=one.inputs) for one in stack
        ]
        for said in pack.everything(own):
            assert said.policy in POLICIES


def test_resources_are_shown_at_once(pack, stack):
    pack.configure({})
    resources = [public(stack, f"nic-{number}") for number in range(40)]
    said = []
    threads = [threading.Thread(target=lambda one=one: said.extend(pack.analyze(one))) for one in resources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.urn for one in said) == sorted(one.urn for one in resources)
    assert pack.analyze_stack(resources) == []
