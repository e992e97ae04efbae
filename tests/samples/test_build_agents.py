"""A program that is none of this project's, tested as its team tests it: the tests pass, and they notice a defect."""

import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

SAMPLE = Path(__file__).parent / "build-agents"


@pytest.fixture
def sample(pytester):
    """A copy of the sample, and its tests in a process of their own."""
    shutil.copytree(SAMPLE, pytester.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return pytester


def test_its_tests_pass_side_by_side(sample):
    tests = sum(path.read_text().count("def test_") for path in SAMPLE.glob("tests/*.py"))
    assert tests == 6
    sample.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2").assert_outcomes(passed=tests)


TIMEOUT = "            idle_timeout_in_minutes=idle_minutes,\n"
REPLACED = (
    '            opts=ResourceOptions(replace_on_changes=["idleTimeoutInMinutes"], delete_before_replace=True),\n'
)


@pytest.mark.parametrize(
    ("old", "new", "test", "said"),
    [
        pytest.param(
            "            nat_gateway=net.SubResourceArgs(id=self.gateway.id),\n",
            "",
            "every_pool_leaves",
            ["*Machines of subnet linux leave by None, and not by NatGateway*"],
            id="a subnet that is not attached",
        ),
        pytest.param(
            TIMEOUT,
            TIMEOUT + REPLACED,
            "a_longer_timeout",
            [
                "*>*.up(config={*idleMinutes*: 10})",
                "*up of build-agents/ci was to succeed, and failed*",
                "*NatGateway gateway: *CannotDeleteNatGatewayAssociatedToSubnet*",
                "*delete-replaced *NatGateway gateway *FAILED",
            ],
            id="a gateway that is replaced",
        ),
    ],
)
def test_they_notice(sample, old, new, test, said):
    module = sample.path / "agents.py"
    assert old in module.read_text()
    module.write_text(module.read_text().replace(old, new))
    done = sample.runpytest_subprocess("-p", "no:cacheprovider", "-k", test)
    done.assert_outcomes(failed=1, deselected=5)
    done.stdout.fnmatch_lines(said)
