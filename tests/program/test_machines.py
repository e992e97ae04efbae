"""The life of machines and of Bastion: what a change of settings does to what exists, in the sandbox's Azure."""

import json
from datetime import UTC, datetime, timedelta

import pytest

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
        **settings,
    }


def machine(subnet="a", **more):
    return {"subnet": subnet, "size": "Standard_B2s_v2", **more}


def asked(project, start=0):
    """What ARM was asked to change, and did: (method, type, name)."""
    return [
        (request.method, request.id.split("/")[-2], request.id.split("/")[-1])
        for request in project.cloud().requests()[start:]
        if request.method in ("PUT", "DELETE") and request.error_code is None
    ]


def kinds(steps):
    """Leave the components themselves out of steps."""
    return {step for step in steps if step[1] not in ("PrivateMachine", "PrivateNetwork", "BastionHost")}


def settle(project):
    """Bring the stack up, see that ARM refused nothing, and that a preview finds nothing to do."""
    project.up()
    refused = [request for request in project.cloud().requests() if request.error_code and request.method != "GET"]
    assert refused == []
    assert project.steps() == set()
    return project.outputs()["machines"]


def ways_out(project):
    """The sandbox's own answer: private address to the public addresses that the internet sees."""
    return {way.private_address: way for way in project.cloud().ways_out()}


def test_machines_come_and_go_at_the_end_and_leave_the_others_alone(project):
    project.settings("sandbox", stack({"web": machine(count=2, zones=["1", "2", "3"])}))
    before = settle(project)
    project.settings("sandbox", stack({"web": machine(count=4, zones=["1", "2", "3"])}))
    assert kinds(project.steps()) == {
        ("create", kind, f"web-{number}") for kind in ("NetworkInterface", "VirtualMachine") for number in (3, 4)
    }
    more = settle(project)
    assert {key: more[key] for key in before} == before
    assert [more[f"web-{number}"]["zone"] for number in range(1, 5)] == ["1", "2", "3", "1"]
    project.settings("sandbox", stack({"web": machine(count=1, zones=["1", "2", "3"])}))
    assert {op for op, _, _ in kinds(project.steps())} == {"delete"}
    assert settle(project) == {"web-1": before["web-1"]}
    project.settings("sandbox", stack({}))
    assert settle(project) == {}
    assert not project.cloud().ways_out()


def test_a_machine_that_moves_to_another_zone_is_replaced_and_keeps_its_interface_and_address(either_engine):
    project = either_engine
    project.settings("sandbox", stack({"web": machine(count=2, zones=["1", "2"])}))
    before = settle(project)
    project.settings("sandbox", stack({"web": machine(count=2, zones=["1", "3"])}))
    assert kinds(project.steps()) == {("replace", "VirtualMachine", "web-2")}
    start = len(project.cloud().requests())
    after = settle(project)
    changes = [(method, kind) for method, kind, _ in asked(project, start)]
    assert changes == [("DELETE", "virtualMachines"), ("PUT", "virtualMachines")]
    assert after["web-1"] == before["web-1"]
    assert after["web-2"] == before["web-2"] | {"zone": "3"}


def test_machines_move_to_another_subnet_in_place_and_the_old_one_may_go_at_once(either_engine):
    project = either_engine
    project.settings("sandbox", stack({"web": machine("a", count=2)}))
    before = settle(project)
    project.settings("sandbox", stack({"web": machine("b", count=2)}, subnets=("b",)))
    assert kinds(project.steps()) == {
        ("update", "NetworkInterface", "web-1"),
        ("update", "NetworkInterface", "web-2"),
        ("delete", "Subnet", "network-a"),
    }
    after = settle(project)
    assert {one["subnet"] for one in after.values()} == {"b"}
    assert before["web-1"]["privateAddress"] != after["web-1"]["privateAddress"]


def test_a_preview_with_a_new_subnet_leaves_machines_in_the_others_alone(project):
    project.settings("sandbox", stack({"web": machine("b")}, subnets=("b",)))
    settle(project)
    project.settings("sandbox", stack({"web": machine("b")}, subnets=("a", "b")))
    assert {step for step in project.steps() if step[1] != "PrivateNetwork"} == {("create", "Subnet", "network-a")}
    settle(project)


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


def test_what_azure_reads_once_replaces_its_machine_and_the_rest_changes_in_place(either_engine):
    project = either_engine
    changes = READ_ONCE | IN_PLACE
    first = {name: machine() for name in changes}
    project.settings("sandbox", stack(first))
    settle(project)
    project.settings("sandbox", stack({name: one | changes[name] for name, one in first.items()}))
    assert {step for step in kinds(project.steps()) if step[1] == "VirtualMachine"} == {
        *(("replace", "VirtualMachine", f"{name}-1") for name in READ_ONCE),
        *(("update", "VirtualMachine", f"{name}-1") for name in IN_PLACE),
    }
    assert {step for step in kinds(project.steps()) if step[1] != "VirtualMachine"} == {
        ("create", "RandomPassword", "login-1")
    }
    settle(project)


def test_a_disk_that_would_shrink_is_refused_and_nothing_is_changed(project):
    project.settings("sandbox", stack({"web": machine(osDisk={"sizeGb": 64})}))
    settle(project)
    done = asked(project)
    project.settings("sandbox", stack({"web": machine(osDisk={"sizeGb": 32})}))
    for verb in ("preview", "up"):
        said = project.refused(verb, *(["--yes", "--skip-preview"] if verb == "up" else []))
        assert "can't shrink" in said
    assert asked(project) == done


def test_an_exception_comes_and_goes_and_serves_inbound_only(either_engine):
    project = either_engine
    project.settings("sandbox", stack({"sftp": machine()}))
    before = settle(project)["sftp-1"]
    project.settings("sandbox", stack({"sftp": machine(inbound=INBOUND)}))
    preview = project.run("preview").said
    assert "By an exception until" in preview
    assert "Tcp 2222 from 198.51.100.0/24 (partners deliver files)" in preview
    excepted = settle(project)["sftp-1"]
    way = ways_out(project)[excepted["privateAddress"]]
    assert way.inbound == (excepted["inboundOnlyAddress"],)
    assert excepted["inboundOnlyAddress"] not in excepted["outboundAddresses"]
    assert excepted["outboundAddresses"] == project.outputs()["addresses"]
    tagged = [
        resource
        for resource in json.loads(project.run("export").stdout)["deployment"]["resources"]
        if "nat-egress-inbound-reason" in resource.get("inputs", {}).get("tags", {})
    ]
    assert {resource["type"].rpartition(":")[2] for resource in tagged} == {
        "NetworkInterface",
        "NetworkSecurityGroup",
        "PublicIPAddress",
        "VirtualMachine",
    }
    project.settings("sandbox", stack({"sftp": machine()}))
    after = settle(project)["sftp-1"]
    assert after == before
    assert ways_out(project)[after["privateAddress"]].inbound == ()


def test_the_day_that_an_exception_ends_may_stand_without_quotes(either_engine):
    project = either_engine
    project.settings("sandbox", stack({"sftp": machine(inbound=INBOUND)}))
    file = project.root / "stacks" / "Pulumi.sandbox.yaml"
    file.write_text(file.read_text().replace(f"'{IN_A_YEAR}'", IN_A_YEAR))
    assert f"expires: {IN_A_YEAR}" in file.read_text()
    assert f"By an exception until {IN_A_YEAR}" in project.run("preview").said


def test_a_machine_with_an_exception_may_change_its_zone_too(project):
    project.settings("sandbox", stack({"sftp": machine(inbound=INBOUND, zones=["1"])}))
    before = settle(project)["sftp-1"]
    project.settings("sandbox", stack({"sftp": machine(inbound=INBOUND, zones=["2"])}))
    assert settle(project)["sftp-1"] == before | {"zone": "2"}


@pytest.mark.parametrize("way_back", ["destroy", "remove the machine", "remove the exception"])
def test_an_expired_exception_is_refused_and_a_way_back_stays_open(project, way_back):
    project.settings("sandbox", stack({"sftp": machine(inbound=INBOUND)}))
    project.up()
    done = asked(project)
    project.settings("sandbox", stack({"sftp": machine(inbound={**INBOUND, "expires": YESTERDAY})}))
    for verb in ("preview", "up"):
        said = project.refused(verb, *(["--yes", "--skip-preview"] if verb == "up" else []))
        assert "machines.sftp.inbound.expires" in said
        assert "has ended" in said
        assert "Remove inbound" in said
    assert asked(project) == done
    if way_back == "destroy":
        project.run("destroy", "--yes")
        assert project.resources() == {}
    else:
        project.settings("sandbox", stack({} if way_back == "remove the machine" else {"sftp": machine()}))
        settle(project)
        assert [way.inbound for way in project.cloud().ways_out()] == ([()] if way_back != "remove the machine" else [])


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


def test_bastion_comes_changes_and_goes(either_engine):
    project = either_engine
    project.settings("sandbox", stack({"web": machine()}, bastion=BASTION))
    settle(project)
    before = project.outputs()["bastion"]
    assert before["address"]

    project.settings("sandbox", stack({"web": machine()}, bastion=BASTION | {"sku": "Standard", "tunneling": True}))
    assert ("update", "BastionHost", "bastion") in project.steps()
    settle(project)
    assert project.outputs()["bastion"] == before

    done = asked(project)
    project.settings("sandbox", stack({"web": machine()}, bastion=BASTION))
    assert "never lowers it" in project.refused("preview")
    assert asked(project) == done

    wider = {"addressPrefix": "10.0.101.0/25", "sku": "Standard", "tunneling": True}
    project.settings("sandbox", stack({"web": machine()}, bastion=wider))
    settle(project)
    assert project.outputs()["bastion"]["address"] == before["address"], "its address stays"

    project.settings("sandbox", stack({"web": machine()}))
    settle(project)
    assert "bastion" not in project.outputs()


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
