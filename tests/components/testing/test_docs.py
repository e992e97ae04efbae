"""The program and the tests in docs/testing.md: they pass as they stand there, and fail where the program is worse."""

import re
from pathlib import Path

import pytest
from nat_egress import testing
from nat_egress.testing.compared import difference

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[3] / "docs" / "testing.md").read_text()
FILES = dict(re.findall(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def project(pytester):
    for name, text in FILES.items():
        path = pytester.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return pytester


def test_every_example_passes(project):
    tests = sum(text.count("def test_") for text in FILES.values())
    assert tests == 9
    project.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=tests)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '{"name": "primary", "subnet": {"id": workers.id}}',
            '{"name": "primary", "subnet": {"id": workers.id}, "public_ip_address": {"id": prefix.id}}',
            "*vm-no-public-ip: The network interface worker-0 *internet > public address > network interface worker-0*",
        ),
        (
            '    nat_gateway={"id": gateway.id},\n',
            "",
            "*Machines of subnet workers leave by None, and not by NatGateway*",
        ),
        ("    default_outbound_access=False,\n", "", None),
        ("protect=True", "protect=False", "*assert False*"),
    ],
)
def test_a_worse_program_fails(project, old, new, said):
    program = project.path / "infra" / "__main__.py"
    assert old in program.read_text()
    program.write_text(program.read_text().replace(old, new))
    done = project.runpytest_subprocess("-p", "no:cacheprovider", "tests/test_network.py")
    if said is None:  # the gateway is the way out, whatever else is allowed
        done.assert_outcomes(passed=1)
    else:
        done.assert_outcomes(failed=1)
        done.stdout.fnmatch_lines([said])


def test_a_comparison_that_fails_shows_what_the_page_does(project):
    expected = {"resourceGroupName": "network", "prefixLength": 28, "sku": {"name": "StandardV2"}}
    prefix = testing.record(project.path / "infra", stack="prod").one("PublicIPPrefix")
    shown = "\n".join(difference(prefix.inputs, expected))
    assert f"```\n{shown}\n```" in PAGE


def test_the_page_names_all_that_there_is():
    named = set(re.findall(r"`(\w+)", PAGE))
    assert set(testing.__all__) - named - {"Asked", "Resource", "ResourceGraph", "MissingAnswer"} == set()
