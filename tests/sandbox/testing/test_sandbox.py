"""Real updates of a small program: what they did, what is left, and what fails a test that would have passed."""

import shutil

import pytest
from azure_sandbox.testing import Fault, Sandbox, conflict, processes, server_error
from nat_egress.state.values import Secret
from nat_egress.testing import Failure, MissingAnswer

FIRST = {"ResourceGroup group", "RouteTable table", "VirtualNetwork vnet", "Subnet web", "Subnet data"}


def test_a_first_update(first):
    assert first.succeeded
    assert first.created == FIRST
    first.assert_order("create ResourceGroup", "create VirtualNetwork", "create Subnet web", "create Subnet data")
    assert first.writes[-2:] == ["PUT subnets", "PUT subnets"]
    assert [each.status for each in first.asked("PUT", "routeTables")] == [201]
    assert "/resourceGroups/rg/providers/Microsoft.Network/routeTables/table" in first.outputs["table"]
    assert first.before.resources == {}
    assert set(first.state.resources) == FIRST
    assert first.state.one("Subnet", "web").inputs["addressPrefix"] == "10.0.0.0/24"


def test_a_preview_an_update_and_the_end(stack):
    planned = stack.preview(config={"subnets": ["web"], "owner": "others"})
    done = stack.up()
    assert (
        planned.changes
        == done.changes
        == {
            "RouteTable table": "replace",
            "Subnet web": "update",
            "Subnet data": "delete",
        }
    )
    assert planned.unchanged == done.unchanged == {"ResourceGroup group", "VirtualNetwork vnet"}
    assert planned.asked("PUT") == ()
    assert done.steps_of("RouteTable") == ["create-replacement", "replace", "delete-replaced"]
    assert done.step("create-replacement", "RouteTable").replace_keys == ("tags",)
    done.assert_order("create-replacement RouteTable", "update Subnet web", "delete-replaced RouteTable")
    assert stack.up().changes == {}, "settings stay as they were changed"

    gone = stack.destroy()
    assert gone.deleted == FIRST - {"Subnet data"}
    gone.assert_order("delete Subnet web", "delete VirtualNetwork", "delete ResourceGroup")
    assert stack.left == []


def test_a_refresh_finds_what_somebody_did_behind_the_stacks_back(stack):
    stack.azure.delete(stack.left[-1], api_version="2024-05-01")
    found = stack.refresh()
    assert found.changes == {"Subnet data": "delete"}
    assert found.unchanged == FIRST - {"Subnet data"}
    assert found.asked("PUT") == ()
    assert stack.preview().changes == stack.up().changes == {"Subnet data": "create"}


def test_a_copy_and_what_it_was_copied_from_do_not_see_each_other(stack, brought_up):
    stack.azure.delete(stack.left[-1], api_version="2024-05-01")
    assert len(stack.left) == len(FIRST) - 1
    assert len(brought_up[0].left) == len(FIRST)
    assert stack.outputs == brought_up[0].outputs


def test_azure_misbehaves_by_rules(stack):
    stack.inject(Fault(type="subnets", name="more", happens=conflict()))
    done = stack.up(config={"subnets": ["web", "data", "more"]})
    assert done.refusals == ["PUT subnets: AnotherOperationInProgress"]

    stack.azure.clear_faults()
    stack.inject(Fault(type="routeTables", times=0, happens=server_error()))
    failed = stack.up(config={"owner": "others"}, expect_failure=True)
    assert failed.failed == {"RouteTable table"}
    assert "InternalServerError" in failed.error
    assert "RouteTable table" not in failed.changes
    assert stack.state.resources.keys() == FIRST | {"Subnet more"}


def test_an_update_that_fails_fails_the_test(stack):
    with pytest.raises(Failure) as caught:
        stack.up(config={"subnets": ["web", "data", "x" * 90]})
    said = str(caught.value)
    assert said.startswith("up of shop/dev was to succeed, and failed with status 1.\nIt said:\n  Subnet xxx")
    assert "InvalidResourceName" in said
    assert f"create             Subnet {'x' * 90}  FAILED" in said


def test_an_update_that_succeeds_where_it_should_not_fails_the_test(stack):
    with pytest.raises(Failure, match=r"up of shop/dev was to fail, and succeeded\.\n5 stay the same"):
        stack.up(expect_failure=True)


def test_a_fault_that_no_request_meets_fails_the_test(stack):
    stack.inject(Fault(type="natGateways", happens=conflict()), Fault(type="subnets", nth=2, happens=conflict()))
    with pytest.raises(Failure) as caught:
        stack.up(config={"subnets": ["web", "data", "more"]})
    assert (
        "did not meet the fault injected at PUT Microsoft.Network/natGateways number 1, of which there were 0"
        in str(caught.value)
    )
    assert "PUT Microsoft.Network/virtualNetworks/subnets number 2, of which there were 1" in str(caught.value)


def test_a_fault_of_a_type_that_there_is_not_fails_the_test(stack):
    with pytest.raises(Failure, match="has no type gateways"):
        stack.inject(Fault(type="gateways", happens=conflict()))


def test_a_command_that_takes_too_long_is_ended(program, azure_sandbox):
    stack = azure_sandbox(program, stack="dev", config={"waits": True}, limit=8)
    with pytest.raises(Failure) as caught:
        stack.up()
    assert str(caught.value).startswith("up of shop/dev took more than 8 s, and was killed.\nIt said:\n  waiting\n")
    assert list(processes.of(stack.folder)) == []


def test_what_leads_to_a_real_cloud_does_not_get_through(stack, monkeypatch):
    monkeypatch.setenv("ARM_CLIENT_SECRET", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "x")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://prod")
    assert stack.up().outputs["environment"] == []


def test_settings(stack, program):
    assert stack.config == {"azure-native:location": "westeurope", "shop:subnets": ["web", "data"]}
    done = stack.up(config={"secret": Secret("pssst"), "azure-native:location": None})
    assert done.outputs["secret"] == Secret("pssst")
    files = [path for path in stack.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if b"pssst" in path.read_bytes()]
    assert "azure-native:location" not in stack.config
    written = {path.name for path in program.iterdir()} - {"__pycache__"}  # which Python writes itself
    assert written == {"Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py"}


def test_a_stack_without_a_file_has_what_it_is_given(program, tmp_path):
    config = {"subnets": ["only"]}
    with Sandbox(program, stack="new", folder=tmp_path, config=config) as stack:
        assert stack.config == {"shop:subnets": ["only"]}
    with pytest.raises(Failure, match="Stacks with a file: dev"):
        Sandbox(program, stack="new", folder=tmp_path)


def test_what_is_no_program(tmp_path):
    with pytest.raises(Failure, match=r"is no Pulumi program: it has no Pulumi\.yaml"):
        Sandbox(tmp_path, stack="dev", folder=tmp_path / "sandbox")


def test_an_encrypted_setting_needs_a_value(program, tmp_path):
    folder = tmp_path / "shop"
    shutil.copytree(program, folder)
    (folder / "Pulumi.dev.yaml").write_text("config: {shop:key: {secure: AAAA}, shop:plain: a}\n")
    with pytest.raises(MissingAnswer, match="shop:key encrypted, and a test has no key to it"):
        Sandbox(folder, stack="dev", folder=tmp_path / "sandbox")
    given = Sandbox(folder, stack="dev", folder=tmp_path / "sandbox", config={"key": Secret("value")})
    assert given.config == {"shop:key": Secret("value"), "shop:plain": "a"}


def test_the_projects_own_policy_pack_runs_unless_others_are_given(program, tmp_path):
    folder = tmp_path / "shop"
    shutil.copytree(program, folder)
    (folder / "policies").mkdir()
    (folder / "policies" / "PulumiPolicy.yaml").write_text("runtime: {name: python, options: {virtualenv: gone}}\n")
    with Sandbox(folder, stack="dev", folder=tmp_path / "a") as stack:
        failed = stack.preview(expect_failure=True)
        assert str(folder / "policies") in failed.error
        assert failed.steps == ()
    with Sandbox(folder, stack="dev", folder=tmp_path / "b", policy_packs=[]) as stack:
        assert stack.preview().created == FIRST
