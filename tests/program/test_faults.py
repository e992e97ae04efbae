"""What Azure's faults do to the gateway and its addresses, and how the stack comes back with the same addresses."""

import pytest
from azure_sandbox.arm import ControlPlane, Fault, LostReply, faults

GATEWAYS = "Microsoft.Network/natGateways"
SUBNETS = "Microsoft.Network/virtualNetworks/subnets"
API = "2024-05-01"


@pytest.fixture
def plane(either_engine):
    (either_engine.root / ".sandbox").mkdir()
    plane = ControlPlane(either_engine.root / ".sandbox" / "azure.sqlite")
    yield plane
    plane.close()


def ids(project, kind):
    rows = project.resources().values()
    return [row["id"] for row in rows if row["type"] == f"azure-native:network:{kind}"]


def test_a_gateway_that_nobody_heard_of_keeps_its_addresses_until_it_is_deleted(either_engine, plane):
    plane.inject(Fault(type=GATEWAYS, times=4, happens=LostReply()))
    assert 'Put "https://management.azure.com/' in either_engine.refused("up", "--yes", "--skip-preview")
    assert (ids(either_engine, "NatGateway"), len(ids(either_engine, "PublicIPPrefix"))) == ([], 1)

    # Its name was generated, and is generated anew: Azure tells who has the addresses.
    said = either_engine.refused("up", "--yes", "--skip-preview")
    [lost] = {request.id for request in plane.requests() if "/natGateways/" in request.id and request.status == 201}
    assert f"which {lost} uses" in said
    prefixes = ids(either_engine, "PublicIPPrefix")
    assert plane.delete(lost, api_version=API).ok

    either_engine.run("up", "--yes", "--skip-preview")
    either_engine.run("preview", "--expect-no-changes")
    assert ids(either_engine, "PublicIPPrefix") == prefixes
    assert len(ids(either_engine, "NatGateway")) == 1


def test_a_subnet_that_azure_refuses_stays_as_it_was_and_the_next_update_attaches_it(either_engine, plane):
    plane.inject(Fault(type=SUBNETS, times=0, happens=faults.server_error()))
    said = either_engine.refused("up", "--yes", "--skip-preview")
    assert 'Status=500 Code="InternalServerError"' in said
    assert "azure-native:network:Subnet" in said
    assert (ids(either_engine, "Subnet"), len(ids(either_engine, "NatGateway"))) == ([], 1)
    plane.clear_faults()
    either_engine.run("up", "--yes", "--skip-preview")
    either_engine.run("preview", "--expect-no-changes")
    [gateway] = ids(either_engine, "NatGateway")
    subnets = [id_ for id_ in ids(either_engine, "Subnet") if not id_.endswith("/AzureBastionSubnet")]
    assert subnets
    for subnet in subnets:
        assert plane.get(subnet, api_version=API).body["properties"]["natGateway"]["id"] == gateway
