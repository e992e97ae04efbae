"""The life of machines and of Bastion: what a change of settings does to what exists, in the sandbox's Azure."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.program.conftest import deployed
from tests.program.conftest import settle as settled

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3PhX4g54YCvms6V8f7+1cF5XX4Qv3TOvWp256ZIX0q"
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAqQF9RNUrvyN1r7w0Oj3PNwrHWLlZOTVt9tF2hAfyhP"
IN_A_YEAR = (datetime.now(UTC).date() + timedelta(days=300)).isoformat()
YESTERDAY = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
INBOUND = {"reason": "partners deliver files", "expires": IN_A_YEAR, "ports": [2222], "sources": ["198.51.100.0/24"]}
BASTION = {"addressPrefix": "10.0.100.0/26"}


def stack(machines, subnets=("a", "b"), **settings):
    """Machines in subnets of a /24 each, whose range goes with the name."""
    return {
        "network": {
            "addressSpace": ["10.0.0.0/16"],
            "subnets": {name: {"addressPrefix": f"10.0.{ord(name[0])}.0/24"} for name in subnets},
        },
        "egress": {"addresses": {"one": {}}},
        "logins": {"sshPublicKeys": [KEY]},
        "machines": machines,
        "bastion": None,
        **settings,
    }


def machine(subnet="a", **more):
    return {"subnet": subnet, "size": "Standard_B2s_v2", **more}


def own(changes):
    """Leave the components themselves out of changes."""
    components = ("PrivateMachine ", "PrivateNetwork ")
    return {name: change for name, change in changes.items() if not name.startswith(components)}


def settle(stack, settings=None):
    """Bring the stack up, see that ARM refused nothing and that a preview finds nothing to do; return the machines."""
    done = settled(stack, settings)
    assert done.refusals == []
    return done.outputs["machines"]


def ways_out(stack):
    """The sandbox's own answer: private address to the public addresses that the internet sees."""
    return {way.private_address: way for way in stack.azure.ways_out()}


with_an_exception = deployed(stack({"sftp": machine(inbound=INBOUND)}))


def test_machines_come_and_go_at_the_end_and_leave_the_others_alone(started):
    life = started(stack({"web": machine(count=2, zones=["1", "2", "3"])}))
    before = settle(life)
    life.configure(stack({"web": machine(count=4, zones=["1", "2", "3"])}))
    assert own(life.preview().changes) == {
        f"{kind} web-{number}": "create" for kind in ("NetworkInterface", "VirtualMachine") for number in (3, 4)
    }
    more = settle(life)
    assert {key: more[key] for key in before} == before
    assert [more[f"web-{number}"]["zone"] for number in range(1, 5)] == ["1", "2", "3", "1"]
    life.configure(stack({"web": machine(count=1, zones=["1", "2", "3"])}))
    assert set(own(life.preview().changes).values()) == {"delete"}
    assert settle(life) == {"web-1": before["web-1"]}
    assert settle(life, stack({})) == {}
    assert not life.azure.ways_out()


def test_a_machine_that_moves_to_another_zone_is_replaced_and_keeps_its_interface_and_address(started, engine):
    life = started(stack({"web": machine(count=2, zones=["1", "2"])}), engine)
    before = settle(life)
    life.configure(stack({"web": machine(count=2, zones=["1", "3"])}))
    assert own(life.preview().changes) == {"VirtualMachine web-2": "replace"}
    done = settled(life)
    after = done.outputs["machines"]
    assert done.writes == ["DELETE virtualMachines", "PUT virtualMachines"]
    assert done.refusals == []
    assert after["web-1"] == before["web-1"]
    assert after["web-2"] == before["web-2"] | {"zone": "3"}


def test_machines_move_to_another_subnet_in_place_and_the_old_one_may_go_at_once(started, engine):
    life = started(stack({"web": machine("a", count=2)}), engine)
    before = settle(life)
    life.configure(stack({"web": machine("b", count=2)}, subnets=("b",)))
    assert own(life.preview().changes) == {
        "NetworkInterface web-1": "update",
        "NetworkInterface web-2": "update",
        "Subnet network-a": "delete",
    }
    after = settle(life)
    assert {one["subnet"] for one in after.values()} == {"b"}
    assert before["web-1"]["privateAddress"] != after["web-1"]["privateAddress"]


def test_a_preview_with_a_new_subnet_leaves_machines_in_the_others_alone(started):
    life = started(stack({"web": machine("b")}, subnets=("b",)))
    settle(life)
    life.configure(stack({"web": machine("b")}, subnets=("a", "b")))
    planned = life.preview().changes
    assert {name: change for name, change in planned.items() if not name.startswith("PrivateNetwork")} == {
        "Subnet network-a": "create"
    }
    settle(life)


READ_ONCE = {
    "image": {"image": "Debian:debian-12:12-gen2:latest"},
    "keys": {"sshPublicKeys": [OTHER_KEY]},
    "user": {"adminUsername": "someone"},
    "data": {"customData": "#!/bin/sh"},
    "host": {"computerName": "other"},
    "boot": {"trustedLaunch": False},
    "disk": {"osDisk": {"ephemeral": True}},
    "login": {"passwordLogin": True},
}
IN_PLACE = {
    "size": {"size": "Standard_D2s_v5"},
    "console": {"bootDiagnostics": False},
    "identity": {"systemAssignedIdentity": False},
}


def test_what_azure_reads_once_replaces_its_machine_and_the_rest_changes_in_place(started, engine):
    changes = READ_ONCE | IN_PLACE
    first = {name: machine() for name in changes}
    life = started(stack(first), engine)
    settle(life)
    life.configure(stack({name: one | changes[name] for name, one in first.items()}))
    planned = own(life.preview().changes)
    machines = {name: change for name, change in planned.items() if name.startswith("VirtualMachine ")}
    assert machines == {
        **{f"VirtualMachine {name}-1": "replace" for name in READ_ONCE},
        **{f"VirtualMachine {name}-1": "update" for name in IN_PLACE},
    }
    assert {name: change for name, change in planned.items() if name not in machines} == {
        "RandomPassword login-1": "create"
    }
    settle(life)


def test_a_disk_that_would_shrink_is_refused_and_nothing_is_changed(started):
    life = started(stack({"web": machine(osDisk={"sizeGb": 64})}))
    settle(life)
    life.configure(stack({"web": machine(osDisk={"sizeGb": 32})}))
    for refused in (life.preview(expect_failure=True), life.up(expect_failure=True)):
        assert "can't shrink" in refused.error
        assert refused.writes == []


def test_an_exception_comes_and_goes_and_serves_inbound_only(started, engine):
    life = started(stack({"sftp": machine()}), engine)
    before = settle(life)["sftp-1"]
    (warning,) = life.preview(config=stack({"sftp": machine(inbound=INBOUND)})).warnings
    assert "By an exception until" in warning
    assert "Tcp 2222 from 198.51.100.0/24 (partners deliver files)" in warning
    excepted = settle(life)["sftp-1"]
    way = ways_out(life)[excepted["privateAddress"]]
    assert way.inbound == (excepted["inboundOnlyAddress"],)
    assert excepted["inboundOnlyAddress"] not in excepted["outboundAddresses"]
    assert excepted["outboundAddresses"] == life.outputs["addresses"]
    tagged = {
        name.split()[0]
        for name, resource in life.state.resources.items()
        if "nat-egress-inbound-reason" in resource.inputs.get("tags", {})
    }
    assert tagged == {"NetworkInterface", "NetworkSecurityGroup", "PublicIPAddress", "VirtualMachine"}
    after = settle(life, stack({"sftp": machine()}))["sftp-1"]
    assert after == before
    assert ways_out(life)[after["privateAddress"]].inbound == ()


def test_the_day_that_an_exception_ends_may_stand_without_quotes(either_engine):
    project = either_engine
    project.settings("sandbox", stack({"sftp": machine(inbound=INBOUND)}))
    file = project.root / "stacks" / "Pulumi.sandbox.yaml"
    file.write_text(file.read_text().replace(f"'{IN_A_YEAR}'", IN_A_YEAR))
    assert f"expires: {IN_A_YEAR}" in file.read_text()
    assert f"By an exception until {IN_A_YEAR}" in project.run("preview").said


def test_a_machine_with_an_exception_may_change_its_zone_too(started):
    life = started(stack({"sftp": machine(inbound=INBOUND, zones=["1"])}))
    before = settle(life)["sftp-1"]
    assert settle(life, stack({"sftp": machine(inbound=INBOUND, zones=["2"])}))["sftp-1"] == before | {"zone": "2"}


@pytest.mark.parametrize("way_back", ["destroy", "remove the machine", "remove the exception"])
def test_an_expired_exception_is_refused_and_a_way_back_stays_open(azure_sandbox, with_an_exception, way_back):
    life = azure_sandbox.copy_of(with_an_exception)
    life.configure(stack({"sftp": machine(inbound={**INBOUND, "expires": YESTERDAY})}))
    for refused in (life.preview(expect_failure=True), life.up(expect_failure=True)):
        assert "machines.sftp.inbound.expires" in refused.error
        assert "has ended" in refused.error
        assert "Remove inbound" in refused.error
        assert refused.writes == []
    if way_back == "destroy":
        life.destroy()
        assert life.state.resources == {}
    else:
        settle(life, stack({} if way_back == "remove the machine" else {"sftp": machine()}))
        assert [way.inbound for way in life.azure.ways_out()] == ([()] if way_back != "remove the machine" else [])


def test_generated_passwords_stay_and_are_secrets_everywhere(either_engine):
    project = either_engine
    project.settings("sandbox", stack({"ops": machine(os="Windows", count=2)}))
    up = project.up().said
    shown = json.loads(project.run("output", "--json", "--show-secrets").stdout)["adminPasswords"]
    assert set(shown) == {"ops-1", "ops-2"}
    assert shown["ops-1"] != shown["ops-2"]
    assert project.steps() == set()
    again = project.up().said
    assert json.loads(project.run("output", "--json", "--show-secrets").stdout)["adminPasswords"] == shown
    everything = up + again + project.run("preview", "--json").stdout + project.run("export").stdout
    everything += project.run("output").stdout + project.run("output", "--json").stdout
    files = [path.read_bytes() for path in (project.root / ".sandbox").rglob("*") if path.is_file()]
    for password in shown.values():
        assert password not in everything
        assert not any(password.encode() in content for content in files)


def test_custom_data_is_a_secret(project):
    project.settings("sandbox", stack({"web": machine(customData="#cloud-config\npassword: very-secret-indeed")}))
    project.up()
    exported = project.run("export").stdout
    assert "very-secret-indeed" not in exported
    assert "I2Nsb3VkLWNvbmZpZwpwYXNzd29yZDogdmVyeS1zZWNyZXQ" not in exported, "nor as Azure takes it"


def test_bastion_comes_changes_and_goes(started, engine):
    life = started(stack({"web": machine()}, bastion=BASTION), engine)
    settle(life)
    before = life.outputs["bastion"]
    assert before["address"]

    life.configure(stack({"web": machine()}, bastion=BASTION | {"sku": "Standard", "tunneling": True}))
    assert life.preview().changes["azure-native:network:BastionHost bastion"] == "update"
    settle(life)
    assert life.outputs["bastion"] == before

    refused = life.preview(config=stack({"web": machine()}, bastion=BASTION), expect_failure=True)
    assert "never lowers it" in refused.error
    assert refused.writes == []

    wider = {"addressPrefix": "10.0.101.0/25", "sku": "Standard", "tunneling": True}
    settle(life, stack({"web": machine()}, bastion=wider))
    assert life.outputs["bastion"]["address"] == before["address"], "its address stays"

    settle(life, stack({"web": machine()}))
    assert "bastion" not in life.outputs


def test_the_sandbox_and_the_outputs_agree_on_every_way_out_of_prod(project):
    project.up("prod")
    outputs = project.outputs("prod")
    assert len(outputs["machines"]) == 40
    seen = {}
    for way in project.cloud().ways_out():
        assert way.exit.method.name == "NAT_GATEWAY"
        assert way.inbound == ()
        seen[way.private_address] = way.exit.addresses
    assert set(seen) == {one["privateAddress"] for one in outputs["machines"].values()}
    assert set(seen.values()) == {tuple(outputs["cidrs"])}
    assert {tuple(one["outboundAddresses"]) for one in outputs["machines"].values()} == {tuple(outputs["addresses"])}
    assert {one["wayOut"] for one in outputs["machines"].values()} == {"NatGateway"}
    assert {one["zone"] for one in outputs["machines"].values()} == {"1", "2", "3"}
