"""The pytest plugin, in test runs of its own."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PROGRAM = """
import pulumi

inputs = {"resourceGroupName": "rg", "location": "westeurope"}
pulumi.CustomResource("azure-native:resources:ResourceGroup", "group", inputs)
pulumi.export("stack", pulumi.get_stack())
"""


@pytest.fixture
def runs(pytester):
    """Run pytest on a file, beside a program in `infra` with the stack dev."""
    infra = pytester.mkdir("infra")
    (infra / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (infra / "__main__.py").write_text(PROGRAM)
    (infra / "Pulumi.dev.yaml").write_text("config: {}\n")

    def run(test, *arguments):
        pytester.makepyfile(test)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return run


def test_sandboxes_of_a_test(runs):
    done = runs(
        """
        from azure_sandbox.testing import processes

        seen = []

        def test_an_update(azure_sandbox, tmp_path):
            stack = azure_sandbox("infra", stack="dev")
            assert stack.up().outputs == {"stack": "dev"}
            copy = azure_sandbox.copy_of(stack)
            assert copy.folder != stack.folder
            assert copy.left == stack.left
            assert {copy.folder.parent, stack.folder.parent} == {tmp_path}
            assert (stack.engine, stack.limit) == ("embedded", 120)
            assert azure_sandbox("infra", stack="dev", engine="auto", limit=7).limit == 7
            seen.extend(azure_sandbox.made)

        def test_what_it_compares():
            assert seen[0].state.resources.keys() == {"ResourceGroup group"}
            assert [one for one in seen if "azure" in vars(one)] == [], "the files are let go of"
        """
    )
    done.assert_outcomes(passed=2)


def test_program_stack_and_engine_of_the_command_line(runs):
    test = """
        def test_what_is_asked_for(azure_sandbox):
            stack = azure_sandbox()
            assert (stack.name, stack.engine) == ("shop/dev", "auto")
            assert azure_sandbox(engine="official").engine == "official"
        """
    line = ("--pulumi-program", "infra", "--pulumi-stack", "dev", "--azure-sandbox-engine", "auto")
    runs(test, *line).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("def test(azure_sandbox): azure_sandbox('infra')", "*Which stack of */infra? Say it with azure_sandbox(*"),
        ("def test(azure_sandbox): azure_sandbox('infra', stack='prod')", "*Stacks with a file: dev*"),
        ("def test(azure_sandbox): azure_sandbox(stack='dev')", "*is no Pulumi program: it has no Pulumi.yaml*"),
    ],
)
def test_what_is_missing_is_said(runs, test, said):
    done = runs(test)
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([said])


def test_a_comparison_that_fails_shows_the_update(runs, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]), prepend=os.pathsep)
    done = runs(
        """
        from tests.sandbox.testing.conftest import step, update

        DONE = update(step("update", "network:Subnet", "web", 1, 2))

        def test_of_changes():
            assert DONE.changes == {}

        def test_of_changes_the_other_way_round():
            assert {"Subnet web": "replace"} == DONE.changes

        def test_of_others():
            assert {"a": 1} == {"a": 2}

        def test_of_what_is_not_equal():
            assert DONE.changes != {"Subnet web": "update"}
        """
    )
    done.assert_outcomes(failed=4)
    done.stdout.fnmatch_lines(
        [
            "E * up of shop/dev did something else:",
            "E * Subnet web: expected no change, was update",
            "E * Its steps:",
            "E * Subnet web: expected replace, was update",
            "*{'a': 1} == {'a': 2}*",
        ]
    )
    # Not by the summary: it says the first line of each failure, and is cut off where CI is not set.
    shown = [line for line in done.outlines if line.startswith("E ") and "did something else" in line]
    assert len(shown) == 2


def test_where_no_test_asks_for_it_nothing_of_the_sandbox_is_loaded(runs):
    done = runs(
        """
        import sys

        def test():
            assert "azure_sandbox.testing.plugin" in sys.modules
            loaded = {name for name in sys.modules if name.startswith("azure_sandbox.")}
            assert loaded == {"azure_sandbox.testing", "azure_sandbox.testing.plugin"}
            assert not {"pulumi", "grpc", "yaml", "psutil", "typer"} & sys.modules.keys()
        """
    )
    done.assert_outcomes(passed=1)
