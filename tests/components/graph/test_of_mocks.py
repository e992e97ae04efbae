"""A program that is recorded gets the verdict that the engine's preview and update of it get."""

from datetime import date

import pulumi
import pytest
from nat_egress.exposure.configuration import read
from nat_egress.exposure.evaluate import of_stack
from nat_egress.exposure.finding import Verdict
from nat_egress.graph.network import Network
from nat_egress.graph.of_mocks import resources_of
from nat_egress.graph.values import UNKNOWN
from nat_egress.graph.ways import out_of_subnet
from nat_egress.testing import record
from nat_egress.ways_out import WayOut
from pulumi_azure_native import network as azure

from tests.policies.corpus import SETTINGS, SUBSCRIPTION, arm_id, assert_verdict, cases

CASES = [pytest.param(case, phase, id=f"{case.id}-{phase}") for case in cases() for phase in case.phases]
SUBSCRIPTION_ID = SUBSCRIPTION.rpartition("/")[2]
TODAY = date(2026, 11, 25)


def unknown(*resources):
    """An output that is not known in a preview and depends on these resources."""
    return pulumi.Output.all(pulumi.UNKNOWN, *(one.id for one in resources)).apply(lambda known: known[0])


class Program:
    """Declares the resources of a case, with outputs where they refer to each other."""

    def __init__(self, case):
        self.case = case
        self.declared = {}
        self.by_name = {}
        for each in case.resources:
            self.by_name.setdefault(each["name"], each)

    def __call__(self):
        for each in self.case.resources:
            if self.by_name[each["name"]] is each:
                self.resource(each["name"])
            else:  # another kind of that name
                self.declare(each)

    def resource(self, name):
        if name not in self.declared:
            self.declared[name] = self.declare(self.by_name[name])
        return self.declared[name]

    def declare(self, each):
        inputs = {key: self.value(given, each, key) for key, given in each.get("props", {}).items()}
        return pulumi.CustomResource(each["type"], each["name"], inputs)

    def value(self, given, holder, key):
        if isinstance(given, dict):
            return {inner: self.value(item, holder, key) for inner, item in given.items()}
        if isinstance(given, list):
            return [self.value(item, holder, key) for item in given]
        if given == "<unknown>":
            depended = {ref["to"] for ref in holder.get("refs", ()) if ref["prop"] == key} & self.by_name.keys()
            return unknown(*map(self.resource, depended))
        if isinstance(given, str) and given.startswith("${"):
            name, _, suffix = given[2:].partition(".id}")
            if name == holder["name"]:  # as a part of a load balancer names another of its parts
                return unknown() if pulumi.runtime.is_dry_run() else arm_id(holder) + suffix
            return pulumi.Output.concat(self.resource(name).id, suffix)
        return given


@pytest.mark.parametrize(("case", "phase"), CASES)
def test_the_verdict_on_a_recorded_program(case, phase):
    graph = record(Program(case), preview=phase == "preview", config={"azure-native:subscriptionId": SUBSCRIPTION_ID})
    document = {}
    for key, setting in case.config.items():
        document.setdefault(SETTINGS[key], {})[key] = setting
    found = of_stack(resources_of(graph.resources), read(document, TODAY))
    refused = {one.policy for one in found if one.verdict is Verdict.DENY}
    assert_verdict(case, refused, {one.policy for one in found} - refused, found)


def attached():
    """A subnet behind a NAT gateway with one address."""
    address = azure.PublicIPAddress("a", resource_group_name="rg")
    gateway = azure.NatGateway(
        "ng", resource_group_name="rg", public_ip_addresses=[azure.SubResourceArgs(id=address.id)]
    )
    azure.Subnet(
        "app",
        resource_group_name="rg",
        virtual_network_name="v",
        nat_gateway=azure.SubResourceArgs(id=gateway.id),
    )


@pytest.mark.parametrize("preview", [False, True])
def test_the_addresses_that_mocks_answer_are_those_that_the_other_side_sees(preview):
    recorded = record(attached, preview=preview)
    network = Network(resources_of(recorded.resources))
    way = out_of_subnet(network, network.subnets.all[0])
    assert way.exit.way is WayOut.NAT_GATEWAY
    expected = UNKNOWN if preview else recorded.one("PublicIPAddress", "a").outputs["ipAddress"]
    assert way.exit.addresses == (expected,)
