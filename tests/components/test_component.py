from __future__ import annotations

import pulumi
import pytest
from nat_egress import InvalidArguments, NatEgress, PrivateNetwork, Problem
from nat_egress.component import by_key, component_options, known
from pulumi import Output, ResourceHook, ResourceHookArgs, ResourceHookBinding, ResourceOptions
from pulumi.output import Unknown
from pulumi.runtime import settings
from pulumi.runtime.proto import resource_pb2
from pulumi_azure_native.resources import ResourceGroup


class Component(pulumi.ComponentResource):
    def __init__(self, name, decide=lambda old, new: [], opts=None):
        super().__init__(
            "nat-egress:index:Component",
            name,
            {"zone": "1"},
            component_options("Component", name, decide, opts, keep_version_aliases=False),
        )


def hooks_of(done, name):
    return list(done.one("Component", name).request.hooks.before_update)


def test_every_component_has_a_hook_of_its_own(run):
    def program():
        parent = Component("parent")
        Component("same", opts=ResourceOptions(parent=parent))
        return Component("same-not").urn

    done = run(program)
    names = [name for one in done.registered for name in one.request.hooks.before_update]
    assert len(set(names)) == len(names) == 3
    assert "parent" in hooks_of(done, "same")[0]


def test_a_users_hooks_stay(run):
    def program():
        mine = ResourceHook("mine", lambda args: None)
        return Component("c", opts=ResourceOptions(hooks=ResourceHookBinding(before_update=[mine]))).urn

    assert hooks_of(run(program), "c")[0] == "mine"
    assert len(hooks_of(run.last, "c")) == 2


def test_without_hooks_in_the_monitor_the_component_works_without_the_guard(run):
    def program():
        features = settings.SETTINGS.monitor_features
        settings.SETTINGS.monitor_features = features - {resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS}
        try:
            return Component("c").urn
        finally:
            settings.SETTINGS.monitor_features = features

    assert hooks_of(run(program), "c") == []


def test_the_hook_runs_in_previews_and_refuses_with_all_problems(run):
    seen = []

    def decide(old, new):
        seen.append((old, new))
        return [Problem("zone", "1 → 2", "no", "Don't.")]

    def program():
        (hook,) = component_options("C", "c", decide, None, keep_version_aliases=False).hooks.before_update
        assert hook.opts.on_dry_run
        assert not hook.opts.ignore_errors
        with pytest.raises(InvalidArguments, match="The change of C 'c' has a problem:\n  - zone is 1 → 2: no"):
            hook.callback(ResourceHookArgs("urn", "", "c", "t", {"zone": "2", "id": Unknown()}, {"zone": "1"}))
        return "ran"

    assert run(program).result == "ran"
    assert seen == [({"zone": "1"}, {"zone": "2", "id": None})]


@pytest.mark.parametrize("preview", [False, True])
def test_a_component_depends_on_nothing_that_its_identity_names(run, preview):
    def program():
        group = ResourceGroup("group", location="westeurope")
        egress = {"resource_group_name": group.name, "prefixes": {"one": {"length": 31}}}
        NatEgress("egress", egress)
        subnets = {"a": {"address_prefix": "10.0.0.0/24"}}
        network = {"resource_group_name": group.name, "address_space": ["10.0.0.0/16"], "subnets": subnets}
        return PrivateNetwork("network", network).urn

    done = run(program, preview=preview)
    for component in (done.one("NatEgress", "egress"), done.one("PrivateNetwork", "network")):
        assert component.inputs["resourceGroupName"], "the name itself is registered"
        assert component.dependencies == set()
    assert done.one("NatGateway", "egress").dependencies, "what it makes does depend on the group"


def test_what_is_not_known_or_secret_reads_as_none(run):
    value = {"a": Unknown(), "b": [Unknown(), 1], "c": {"d": "x"}}
    assert known(value) == {"a": None, "b": [None, 1], "c": {"d": "x"}}
    assert run(lambda: str(known(Output.secret("s")))).result == "None"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_outputs_by_key(run, count):
    keys = [f"k{n}" for n in range(count)]
    assert run(lambda: by_key({key: Output.from_input(key.upper()) for key in keys})).result == {
        key: key.upper() for key in keys
    }
