"""What an update did, as tests ask for it, and what they are told where they ask for what there is not."""

import pytest
from azure_sandbox.testing import Step
from nat_egress.testing import Failure

from tests.sandbox.testing.conftest import step, update, urn

GATEWAY, SUBNET = "network:NatGateway", "network:Subnet"
REPLACED = (
    step("same", "resources:ResourceGroup", "group", 1, 2),
    step("create-replacement", GATEWAY, "egress", 3, 4, replace_keys=("zones",)),
    step("replace", GATEWAY, "egress", 5, 6),
    step("update", SUBNET, "web", 7, 10, diffs=("natGateway",)),
    step("update", SUBNET, "data", 8, 9),
    step("delete-replaced", GATEWAY, "egress", 11, 12),
    Step("update", "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", begun=0, ended=13),
    Step("create", "urn:pulumi:dev::shop::pulumi:providers:azure-native::default", begun=0, ended=13),
)
GROUP = "/subscriptions/s/resourceGroups/rg"
SUBNET_ID = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/Web"
ASKED = (
    ("GET", SUBNET_ID, 404, "NotFound"),
    ("PUT", SUBNET_ID, 409, "AnotherOperationInProgress"),
    ("PUT", SUBNET_ID, 201, None),
    ("PUT", GROUP, 200, None),
    ("GET", f"{GROUP}/providers/Microsoft.Network/natGateways", 200, None),
    ("DELETE", f"{GROUP}/providers/Microsoft.Network/natGateways/egress", 200, None),
)


def test_changes_leave_out_what_stays_and_what_each_program_has():
    done = update(*REPLACED)
    assert done.changes == {"NatGateway egress": "replace", "Subnet web": "update", "Subnet data": "update"}
    assert (done.created, done.deleted, done.replaced) == (set(), set(), {"NatGateway egress"})
    assert done.updated == {"Subnet web", "Subnet data"}
    assert done.unchanged == {"ResourceGroup group"}
    assert done.steps_of(GATEWAY) == ["create-replacement", "replace", "delete-replaced"]
    assert done.step("update", "Subnet", "web").diffs == ("natGateway",)


def test_two_resources_of_one_kind_and_name_are_told_apart():
    other = "urn:pulumi:dev::shop::own:index:Subnet::web"
    done = update(step("create", SUBNET, "web", 1, 2), Step("create", other, begun=3, ended=4))
    assert done.changes == {"azure-native:network:Subnet web": "create", "own:index:Subnet web": "create"}
    inner = "urn:pulumi:dev::shop::own:index:Network$azure-native:network:Subnet::web"
    done = update(step("create", SUBNET, "web", 1, 2), Step("create", inner, begun=3, ended=4))
    assert done.changes == {urn(SUBNET, "web"): "create", inner: "create"}


def test_what_was_not_brought_to_its_end_is_no_change():
    done = update(step("create", SUBNET, "web", 1, None), step("create", SUBNET, "data", 2, 3, failed=True), status=1)
    assert done.changes == {}
    assert done.under_way == ["create Subnet web"]
    assert done.failed == {"Subnet data"}


def test_a_preview_tells_what_would_be_done():
    assert update(step("create", SUBNET, "web"), verb="preview").changes == {"Subnet web": "create"}
    assert update(step("create", SUBNET, "web"), verb="preview").under_way == []


def test_order_is_that_of_ends_before_begins():
    done = update(*REPLACED)
    done.assert_order("create-replacement NatGateway", "update Subnet", "delete-replaced NatGateway egress")
    done.assert_order("replace NatGateway egress", "update Subnet data")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (("update Subnet web", "update Subnet data"), "did not end update Subnet web before it began update Subnet da"),
        (("delete-replaced NatGateway", "update Subnet"), "did not end delete-replaced NatGateway before"),
        (("create NatGateway", "update Subnet"), "took no step that is create NatGateway"),
        (("update Subnet", "update Subnet other"), "took no step that is update Subnet other"),
    ],
)
def test_another_order_fails(steps, said):
    with pytest.raises(Failure, match=said):
        update(*REPLACED).assert_order(*steps)


def test_a_preview_has_no_order():
    with pytest.raises(Failure, match="A preview takes no steps"):
        update(*REPLACED, verb="preview").assert_order("update Subnet")


def test_ops_of_what_there_is_not_fail():
    with pytest.raises(Failure, match="knows no NatGatewy"):
        update(*REPLACED).steps_of("NatGatewy")
    with pytest.raises(Failure, match="knows no Subnet worker"):
        update(*REPLACED).steps_of("Subnet", "worker")


@pytest.mark.parametrize(("op", "said"), [("create", "took no steps that are"), ("update", "took 2 steps that are")])
def test_one_step_is_one(op, said):
    with pytest.raises(Failure, match=said):
        update(*REPLACED).step(op, "Subnet")


def test_what_azure_was_asked():
    done = update(asked=ASKED)
    assert [each.status for each in done.asked("PUT", "subnets")] == [409, 201]
    assert [each.status for each in done.asked("PUT", "microsoft.network/virtualNetworks/SUBNETS", "w*")] == [409, 201]
    assert done.asked("PUT", "subnets", "data") == ()
    assert [each.method for each in done.asked(type_="natGateways")] == ["DELETE"], "a list is about no one type"
    assert len(done.asked("GET")) == 2
    assert done.writes == ["PUT subnets", "PUT resourceGroups", "DELETE natGateways"]
    assert done.refusals == ["PUT subnets: AnotherOperationInProgress"]


def test_requests_that_there_can_be_none_of_fail():
    with pytest.raises(Failure, match=r"no type subnet\. There are: .*/virtualNetworks/subnets"):
        update(asked=ASKED).asked("PUT", "subnet")
    with pytest.raises(Failure, match="PATCH is no method"):
        update(asked=ASKED).asked("PATCH")


def test_errors_have_the_resource_that_they_are_about():
    said = [
        ("error", "ARM refused", urn(SUBNET, "web")),
        ("warning", "careful"),
        ("error", "update failed", "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"),
        ("mandatory", "vm-no-public-ip: in", urn("network:NetworkInterface", "nic")),
        ("advisory", "subnet-private: not"),
    ]
    failed = update(messages=said, said="Engine\nerror: locked", status=1)
    assert failed.errors == [
        "Subnet web: ARM refused",
        "update failed",
        "NetworkInterface nic: vm-no-public-ip: in",
        "locked",
    ]
    assert failed.error.count("\n") == 3
    assert failed.warnings == ["careful"]


def test_an_error_that_there_is_not_fails():
    with pytest.raises(Failure, match="said no error"):
        update().error  # noqa: B018 - that it is asked for is what fails


def test_the_update_stands_below_what_is_wrong_with_it():
    done = update(*REPLACED, messages=[("warning", "careful")], said="printed", asked=ASKED)
    with pytest.raises(Failure) as caught:
        done.steps_of("Disk")
    assert str(caught.value).splitlines() == [
        "up of shop/dev knows no Disk; there are: none.",
        "It said:",
        "  careful",
        "  printed",
        "Its steps:",
        "  create-replacement NatGateway egress  [zones]",
        "  replace            NatGateway egress",
        "  update             Subnet web  [natGateway]",
        "  update             Subnet data",
        "  delete-replaced    NatGateway egress",
        "1 stay the same.",
        "Azure refused:",
        "  PUT    subnets Web: 409 AnotherOperationInProgress",
        "All that it printed: commands/1-up.stdout and .stderr",
    ]


def test_a_long_update_is_cut():
    done = update(*(step("create", SUBNET, f"s{number}", number, number) for number in range(90)))
    with pytest.raises(Failure) as caught:
        done.assert_order("delete Subnet")
    assert "… and 30 more" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "killed", "shown"), [(0, False, "succeeded"), (1, False, "failed"), (-9, True, "was killed")]
)
def test_an_update_is_shown_in_a_line(status, killed, shown):
    done = update(*REPLACED, status=status, killed=killed)
    assert repr(done).startswith(f"<up of shop/dev {shown}: 1 same, 1 create-replacement")
