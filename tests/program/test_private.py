"""A machine has no public address in any state that its settings can reach, save by a valid exception.

Random settings go through the stack program itself; what it registers is created in a sandbox's Azure in this process.
"""

import logging
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from azure_sandbox.arm import ControlPlane
from azure_sandbox.arm.ways_out import Method
from azure_sandbox.provider.check import LocationDefaults, with_defaults
from azure_sandbox.provider.client import ArmClient
from azure_sandbox.provider.operations import Operations
from azure_sandbox.provider.patience import Patience
from azure_sandbox.provider.resources import getter, resource_type
from azure_sandbox.provider.schema import load_schemas
from hypothesis import HealthCheck, event, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from nat_egress.state.values import reveal
from nat_egress.testing import record

from settings import SettingsError

ROOT = Path(__file__).parents[2]
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3PhX4g54YCvms6V8f7+1cF5XX4Qv3TOvWp256ZIX0q"
TODAY = datetime.now(UTC).date()


class Cloud:
    """Creates what a program registers in a sandbox's Azure, with the names and defaults that the provider gives."""

    def __init__(self, plane):
        self.operations = Operations(ArmClient(plane, Patience(0)), SUBSCRIPTION)

    def resource(self, asked):
        if asked.type.startswith("random:"):
            return "none", {**asked.inputs, "result": "Aa1!" * 6}
        if not asked.type.startswith("azure-native:"):
            return "", asked.inputs
        row, schema = resource_type(asked.type), load_schemas()[asked.type]
        defaults = LocationDefaults("westeurope", self.operations.location_of_group)
        urn = f"urn:pulumi:s::p::{asked.type}::{asked.name}"
        inputs = {key: value for key, value in reveal(asked.inputs).items() if key != "__createBeforeDelete"}
        known = with_defaults(row, schema, urn, {}, inputs, seed=b"seed", autonaming=None, locations=defaults)
        return self.operations.create(row, schema, known)

    def invoke(self, call):
        row = getter(call.token)
        return self.operations.look_up(row, load_schemas()[row.token], reveal(call.arguments))


def bring_up(stack, plane):
    """Run the stack program and return its outputs; an exception of the program's is raised as it is."""
    return reveal(record(ROOT, config=stack, answers=Cloud(plane)).outputs)


def test_the_rehearsal_in_this_process_is_that_of_the_engine(tmp_path):
    stack = {
        "location": "westeurope",
        "network": {"addressSpace": ["10.0.0.0/16"], "subnets": {"web": {"addressPrefix": "10.0.0.0/24"}}},
        "egress": {"addresses": {"one": {}}},
        "machines": {"web": machine("web", count=2, zones=["1", "2"])},
    }
    outputs = bring_up(stack, ControlPlane(tmp_path / "azure.sqlite"))
    assert set(outputs["machines"]) == {"web-1", "web-2"}
    assert outputs["machines"]["web-2"]["wayOut"] == "NatGateway"
    assert outputs["machines"]["web-2"]["outboundAddresses"] == outputs["addresses"] != []


def machine(subnet, **more):
    return {"subnet": subnet, "size": "Standard_B2s_v2", "sshPublicKeys": [KEY], **more}


WORDS = {
    Method.NAT_GATEWAY: "NatGateway",
    Method.APPLIANCE: "VirtualAppliance",
    Method.DEFAULT: "DefaultOutboundAccess",
    Method.NONE: "None",
}
SUBNETS = {
    "attached": {},
    "closed": {"egress": False},
    "legacy": {"egress": False, "defaultOutboundAccess": True},
    "firewalled": {
        "routes": {
            "all": {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.9.4"}
        }
    },
}
days = st.sampled_from([-400, -1, 0, 1, 90, 366, 367, 4_000])
exceptions = st.fixed_dictionaries(
    {
        "reason": st.sampled_from(["partners deliver files", "", " "]),
        "expires": days.map(lambda ahead: (TODAY + timedelta(days=ahead)).isoformat()),
        "ports": st.lists(st.sampled_from([22, 443, 2222, 3389, 0, 70_000]), max_size=3),
        "sources": st.lists(
            st.sampled_from(["Internet", "0.0.0.0/0", "198.51.100.0/24", "AzureFrontDoor.Backend", "10.0.0.0/8"]),
            max_size=2,
        ),
    }
)
good_exceptions = st.fixed_dictionaries(
    {
        "reason": st.just("partners deliver files"),
        "expires": st.sampled_from([0, 90, 366]).map(lambda ahead: (TODAY + timedelta(days=ahead)).isoformat()),
        "ports": st.sampled_from([[443], [2222, 443]]),
        "sources": st.sampled_from([["Internet"], ["198.51.100.0/24", "203.0.113.7"], ["AzureFrontDoor.Backend"]]),
    }
)
machines = st.fixed_dictionaries(
    {"subnet": st.sampled_from(["attached"] * 3 + [*SUBNETS]), "size": st.sampled_from(["Standard_B2s_v2"])},
    optional={
        "count": st.integers(1, 3),
        "zones": st.sampled_from([["1"], ["1", "2", "3"], ["3", "1"]]),
        "os": st.sampled_from(["Linux", "Windows"]),
        "name": st.sampled_from(["vm", "host"]),
        "passwordLogin": st.booleans(),
        "systemAssignedIdentity": st.booleans(),
        "trustedLaunch": st.booleans(),
        "osDisk": st.sampled_from([{"sizeGb": 64}, {"ephemeral": True}, {"deleteWithMachine": False}]),
        "inbound": st.one_of(good_exceptions, good_exceptions, exceptions),
    },
)


def base():
    """Settings of a stack without machines: a subnet for each way out."""
    subnets = {
        name: {"addressPrefix": f"10.0.{number}.0/24", **more} for number, (name, more) in enumerate(SUBNETS.items())
    }
    return {
        "location": "westeurope",
        "network": {"addressSpace": ["10.0.0.0/16"], "subnets": subnets},
        "egress": {"addresses": {"one": {}}},
        "logins": {"sshPublicKeys": [KEY]},
    }


some_machines = st.dictionaries(st.sampled_from(["web", "api", "sftp"]), machines, min_size=1, max_size=3)


@hypothesis_settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(machines=some_machines)
def test_only_a_valid_exception_gives_a_public_address_and_it_serves_inbound_only(machines):
    stack = {**base(), "machines": machines}
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        plane = ControlPlane(Path(folder) / "azure.sqlite")
        try:
            outputs = bring_up(stack, plane)
        except SettingsError:
            assert plane.requests() == [], "refused before anything was asked of Azure"
            event("refused")
            return
        finally:
            logging.disable(logging.NOTSET)
        event("made, with an exception" if any("inbound" in one for one in stack["machines"].values()) else "made")
        excepted = {name for name, one in stack["machines"].items() if "inbound" in one}
        ways = {way.private_address: way for way in plane.ways_out()}
        assert len(ways) == len(outputs["machines"])
        for key, told in outputs["machines"].items():
            way = ways[told["privateAddress"]]
            assert WORDS[way.exit.method] == told["wayOut"]
            assert list(way.exit.addresses) == told["outboundAddresses"]
            assert bool(way.inbound) == (key.rpartition("-")[0] in excepted)
            assert list(way.inbound) == [told["inboundOnlyAddress"]][: len(way.inbound)]
            if way.inbound:
                assert way.exit.method is Method.NAT_GATEWAY
                assert set(way.inbound).isdisjoint(told["outboundAddresses"])


def random_state(random):
    """Settings as they may follow any others: names stay with their machines, and disks keep their size."""
    groups = {}
    for name in random.sample(["web", "api", "sftp"], random.randint(1, 3)):
        group = {"subnet": random.choice(["attached", "attached", *SUBNETS]), "size": "Standard_B2s_v2"}
        group["count"] = random.randint(1, 2)
        for key, values in (
            ("zones", [["1"], ["1", "2", "3"], ["3", "1"]]),
            ("os", ["Linux", "Windows"]),
            ("name", [f"vm-{name}"]),
            ("passwordLogin", [True]),
            ("osDisk", [{"ephemeral": True}, {"storage": "Premium_LRS"}]),
        ):
            if random.random() < 0.4 and not (key == "passwordLogin" and group.get("os") == "Windows"):
                group[key] = random.choice(values)
        if group["subnet"] == "attached" and random.random() < 0.6:
            last = (TODAY + timedelta(days=random.choice([0, 90, 366]))).isoformat()
            sources = random.choice([["Internet"], ["198.51.100.0/24"]])
            group["inbound"] = {"reason": "partners", "expires": last, "ports": [443], "sources": sources}
        groups[name] = group
    return groups


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_change_of_settings_leaves_a_public_address_behind(project, seed):
    random = Random(seed)  # noqa: S311 - a walk that can be repeated
    for _ in range(4):
        groups = random_state(random)
        project.settings("sandbox", {**base(), "machines": groups})
        project.run("up", "--yes", "--skip-preview")
        refused = [one for one in project.cloud().requests() if one.error_code and one.method != "GET"]
        assert refused == [], groups
        excepted = sum(one["count"] for one in groups.values() if "inbound" in one)
        ways = project.cloud().ways_out()
        assert len(ways) == sum(one["count"] for one in groups.values())
        assert len([way for way in ways if way.inbound]) == excepted
        assert all(way.exit.method is Method.NAT_GATEWAY for way in ways if way.inbound)
        addresses = project.cloud().list(f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/publicIPAddresses")
        assert len(addresses.body["value"]) == excepted + 1, "that of the gateway, and none that nobody uses"
    assert project.steps() == set()
    project.run("destroy", "--yes")
    assert project.cloud().ways_out() == []
