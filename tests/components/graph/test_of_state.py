"""A stack's state gets the verdict that its preview and its update got."""

import re
from datetime import date

import pytest
from nat_egress.exposure.configuration import read
from nat_egress.exposure.evaluate import of_stack
from nat_egress.exposure.finding import Verdict
from nat_egress.graph.of_state import resources_of
from nat_egress.state.model import ResourceState, Snapshot
from nat_egress.state.values import Secret

from tests.policies.corpus import SETTINGS, arm_id, assert_verdict, cases

CASES = [case for case in cases() if "up" in case.phases]
TODAY = date(2026, 11, 25)


def state_of(case, *, secret=False):
    resources = []
    for declared, resource in zip(case.stack("up"), case.resources, strict=True):
        try:
            found = arm_id(resource)
        except KeyError:
            found = ""
        resources.append(
            ResourceState(
                declared.urn,
                declared.type,
                custom=True,
                id=found,
                inputs={key: Secret(value) if secret else value for key, value in declared.inputs.items()},
                property_dependencies=declared.property_dependencies,
            )
        )
    return Snapshot(resources)


def judged(snapshot, config):
    document = {}
    for key, value in config.items():
        document.setdefault(SETTINGS[key], {})[key] = value
    return of_stack(resources_of(snapshot), read(document, TODAY))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_verdict_on_a_state(case):
    found = judged(state_of(case), case.config)
    refused = {one.policy for one in found if one.verdict is Verdict.DENY}
    assert_verdict(case, refused, {one.policy for one in found} - refused, found)


PARTS = re.compile(r"(?<=/)(frontendIPConfigurations|backendAddressPools|inboundNatRules|inboundNatPools)/([^/]+)$")


def hushed(value, *, inside=False):
    """Return inputs in which every name of a part, and every reference to one, begins with hush."""
    if isinstance(value, dict):
        return {
            key: f"hush{item}" if inside and key == "name" else hushed(item, inside=True) for key, item in value.items()
        }
    if isinstance(value, list):
        return [hushed(item, inside=True) for item in value]
    return PARTS.sub(r"\1/hush\2", value) if isinstance(value, str) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_secret_is_judged_as_any_value_and_never_shown(case):
    plain, hidden = judged(state_of(case), case.config), judged(state_of(case, secret=True), case.config)
    assert sorted((one.policy, one.verdict, one.urn) for one in plain) == sorted(
        (one.policy, one.verdict, one.urn) for one in hidden
    )
    snapshot = state_of(case)
    for resource in snapshot.resources:
        resource.inputs = {key: Secret(value) for key, value in hushed(resource.inputs).items()}
    assert "hush" not in "".join(f"{one}{one.path}" for one in judged(snapshot, case.config))


def test_what_is_still_to_be_deleted_is_none_of_the_stack():
    state = ResourceState(
        "urn:pulumi:s::p::azure-native:network:NetworkInterface::nic",
        "azure-native:network:NetworkInterface",
        custom=True,
        delete=True,
        inputs={"ipConfigurations": [{"publicIPAddress": {"id": "x"}}]},
    )
    assert judged(Snapshot([state]), {}) == []


def test_what_was_read_is_judged_as_it_was_read():
    state = ResourceState(
        "urn:pulumi:s::p::azure-native:network:NetworkInterface::nic",
        "azure-native:network:NetworkInterface",
        custom=True,
        external=True,
        outputs={"ipConfigurations": [{"name": "one", "publicIPAddress": {"id": "x"}}]},
    )
    assert [one.verdict for one in judged(Snapshot([state]), {})] == [Verdict.DENY]


@pytest.mark.parametrize("secret", [False, True])
def test_what_azure_answered_is_read_too(secret):
    answered = {"ipAddress": Secret("192.0.2.1") if secret else "192.0.2.1"}
    kind = "azure-native:network:PublicIPAddress"
    (read_back,) = resources_of(Snapshot([ResourceState(f"urn:pulumi:s::p::{kind}::a", kind, outputs=answered)]))
    assert read_back.outputs == {"ipAddress": "192.0.2.1"}
    assert f"{read_back.outputs['ipAddress']}" == ("[secret]" if secret else "192.0.2.1")
