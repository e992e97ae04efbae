from __future__ import annotations

from azure_sandbox.engine import destroy_plan
from azure_sandbox.engine.events import Summary
from nat_egress.state.model import ResourceState, Snapshot

PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:azure-native::default"


def resource(name, **fields):
    return ResourceState(f"urn:{name}", "azure-native:network:X", custom=True, id=name, **fields)


SNAPSHOT = Snapshot(
    resources=[
        ResourceState("urn:stack", "pulumi:pulumi:Stack"),
        ResourceState(PROVIDER, "pulumi:providers:azure-native", custom=True, id="p"),
        resource("group", parent="urn:stack", provider=f"{PROVIDER}::p"),
        resource("prefix", parent="urn:stack", dependencies=["urn:group"], protect=True, provider=f"{PROVIDER}::p"),
        resource("gateway", parent="urn:stack", dependencies=["urn:prefix"], provider=f"{PROVIDER}::p"),
        resource("prefix", parent="urn:stack", delete=True, provider=f"{PROVIDER}::p"),
    ]
)


def urns(**given):
    return [each.urn for each in destroy_plan.deletions(SNAPSHOT, **given)]


def test_dependents_go_first():
    assert urns(exclude_protected=False)[:3] == ["urn:prefix", "urn:gateway", "urn:prefix"]


def test_protected_resources_and_all_they_need_are_kept():
    assert urns(exclude_protected=True) == ["urn:prefix", "urn:gateway"]


def test_providers_are_not_counted():
    *_, summary = destroy_plan.events(SNAPSHOT, exclude_protected=False)
    assert summary == Summary(preview=True, duration_seconds=0.0, resource_changes={"delete": 5})


def test_nothing_to_destroy():
    assert list(destroy_plan.events(Snapshot(), exclude_protected=False)) == [
        Summary(preview=True, duration_seconds=0.0, resource_changes={})
    ]
