import pytest
from azure_sandbox.testing import AfterRequest, Fault, Sandbox, conflict


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    with Sandbox(".", stack="ci", folder=tmp_path_factory.mktemp("deployed")) as stack:
        stack.up()
        yield stack


def test_a_longer_timeout_changes_the_gateway_and_nothing_else(azure_sandbox, deployed):
    done = azure_sandbox.copy_of(deployed).up(config={"idleMinutes": 10})
    assert done.changes == {"NatGateway gateway": "update"}
    assert done.writes == ["PUT natGateways"]


def test_a_pool_comes_and_another_goes_while_azure_is_busy(azure_sandbox, deployed):
    stack = azure_sandbox.copy_of(deployed)
    stack.inject(Fault(type="subnets", name="mac", happens=conflict()))
    done = stack.up(config={"pools": {"linux": "10.40.0.0/24", "mac": "10.40.2.0/24"}})
    assert done.created == {"Subnet mac", "NetworkInterface mac-agent"}
    assert done.deleted == {"Subnet windows", "NetworkInterface windows-agent"}
    assert done.refusals == ["PUT subnets: AnotherOperationInProgress"]
    assert [request.status for request in done.asked("PUT", "subnets", "mac")] == [409, 201]


def test_a_gateway_that_nobody_has_heard_of_is_in_the_way_until_it_is_deleted(azure_sandbox):
    stack = azure_sandbox(".", stack="ci")
    killed = stack.up(kill=AfterRequest("PUT", "natGateways"))
    assert killed.state.pending == ["creating NatGateway gateway"]
    (orphan,) = [resource for resource in stack.left if "/natGateways/" in resource]

    stack.cancel()
    again = stack.up(expect_failure=True)
    assert again.failed == {"NatGateway gateway"}
    assert again.refusals == ["PUT natGateways: PublicIPAddressInUse"]

    stack.azure.delete(orphan, api_version="2024-05-01")
    stack.up()
    stack.destroy()
    assert stack.left == []
