"""The pytest plugin, in test runs of its own."""

import pytest

pytest_plugins = ["pytester"]

PROGRAM = """
import pulumi

size = pulumi.Config().require("size")
pulumi.CustomResource("azure-native:network:RouteTable", f"table-{size}", {"resourceGroupName": "rg"})
pulumi.export("stack", pulumi.get_stack())
"""
TEST = """
def test_of_a_stack(pulumi_graph):
    assert pulumi_graph.names("RouteTable") == [f"table-{pulumi_graph.outputs['stack']}"]
"""


@pytest.fixture
def runs(pytester):
    """Run pytest on a file, beside a program in `infra` with the stacks dev and prod."""
    infra = pytester.mkdir("infra")
    (infra / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (infra / "__main__.py").write_text(PROGRAM)
    for stack in ("dev", "prod"):
        (infra / f"Pulumi.{stack}.yaml").write_text(f"config: {{shop:size: {stack}}}\n")

    def run(test, *arguments):
        pytester.makepyfile(test)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return run


def test_the_program_and_the_stack_of_the_command_line(runs):
    runs(TEST, "--pulumi-program", "infra", "--pulumi-stack", "prod").assert_outcomes(passed=1)


def test_the_mark_says_which_program_how(runs):
    done = runs(
        """
        import pulumi, pytest

        @pytest.mark.pulumi(program="infra", stack="dev")
        def test_dev(pulumi_graph):
            assert pulumi_graph.outputs["stack"] == "dev"

        @pytest.mark.pulumi(program="infra", stack="dev", config={"size": "huge"}, preview=True)
        def test_with_arguments(pulumi_graph):
            assert pulumi_graph.preview
            assert pulumi_graph.names("RouteTable") == ["table-huge"]

        def program():
            return pulumi.CustomResource("azure-native:network:RouteTable", "own", {}).id

        @pytest.mark.pulumi(program=program)
        def test_of_a_function(pulumi_graph):
            assert pulumi_graph.result.endswith("/routeTables/own")
        """,
        "--strict-markers",
    )
    done.assert_outcomes(passed=3)


def test_a_program_is_run_once_for_all_tests_that_ask_alike(runs):
    done = runs(
        """
        graphs = []

        def test_one(pulumi_graph):
            graphs.append(pulumi_graph)

        def test_two(pulumi_graph):
            assert pulumi_graph is graphs[0]
        """,
        *("--pulumi-program", "infra", "--pulumi-stack", "dev"),
    )
    done.assert_outcomes(passed=2)


def test_what_is_asked_for_otherwise_is_another_run(runs):
    done = runs(
        """
        import pytest
        from nat_egress.testing import Secret

        def mark(**given):
            return pytest.mark.pulumi(program="infra", stack="dev", **given)

        @mark(config={"size": Secret("small")})
        def test_a_secret(pulumi_graph):
            assert pulumi_graph.names("RouteTable") == ["table-small"]

        @mark(config={"size": Secret("large")})
        def test_another(pulumi_graph):
            assert pulumi_graph.names("RouteTable") == ["table-large"]

        @mark(config={"size": 1})
        def test_a_number(pulumi_graph):
            assert pulumi_graph.names("RouteTable") == ["table-1"]

        @mark(config={"size": True})
        def test_what_equals_it(pulumi_graph):
            assert pulumi_graph.names("RouteTable") == ["table-true"]
        """
    )
    done.assert_outcomes(passed=4)


def test_the_mark_of_a_test_goes_over_those_of_its_class_and_module(runs):
    done = runs(
        """
        import pytest

        pytestmark = pytest.mark.pulumi(program="infra", stack="dev", config={"size": "huge"})

        @pytest.mark.pulumi(stack="prod")
        class TestProd:
            def test_of_the_class(self, pulumi_graph):
                assert (pulumi_graph.stack, pulumi_graph.preview) == ("prod", False)
                assert pulumi_graph.names("RouteTable") == ["table-huge"]

            @pytest.mark.pulumi(preview=True, config={"size": "tiny"})
            def test_of_its_own(self, pulumi_graph):
                assert (pulumi_graph.stack, pulumi_graph.preview) == ("prod", True)
                assert pulumi_graph.names("RouteTable") == ["table-tiny"]
        """
    )
    done.assert_outcomes(passed=2)


def test_an_answer_that_nobody_asks_for(runs):
    done = runs(
        """
        import pytest

        @pytest.mark.pulumi(outputs={"NatGateway": {}})
        def test_it_fails(pulumi_graph):
            pass

        @pytest.mark.pulumi(outputs={"NatGateway": {}}, may_give_unasked=True)
        def test_it_is_meant(pulumi_graph):
            pass
        """,
        *("--pulumi-program", "infra", "--pulumi-stack", "dev"),
    )
    done.assert_outcomes(errors=1, passed=1)
    done.stdout.fnmatch_lines(["*Unasked: The program asks for none of these*"])


def test_workers_of_xdist_each_run_it(runs):
    tests = "\n".join(TEST.replace("test_of_a_stack", f"test_{number}") for number in range(6))
    runs(tests, "--pulumi-program", "infra", "--pulumi-stack", "dev", "-n", "2").assert_outcomes(passed=6)


IN = ("--pulumi-program", "infra")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (IN, "*Which stack of */infra? Say it with --pulumi-stack NAME, or @pytest.mark.pulumi*"),
        ((*IN, "--pulumi-stack", "test"), "*has no stack file Pulumi.test.yaml. There are dev, prod.*"),
        (("--pulumi-stack", "dev"), "*is no Pulumi program: it has no Pulumi.yaml*"),
    ],
)
def test_what_is_missing_is_said(runs, arguments, said):
    done = runs(TEST, *arguments)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([said])


def test_an_argument_that_the_mark_does_not_take(runs):
    done = runs("import pytest\n@pytest.mark.pulumi(stacks=1)\ndef test(pulumi_graph): pass")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*The mark pulumi takes program, stack, *and not *stacks*"])


def test_what_passes_without_looking_fails(runs):
    done = runs(
        """
        import pytest

        async def check(graph):
            assert False

        def test_a_coroutine(pulumi_graph):
            check(pulumi_graph)

        @pytest.mark.pulumi(preview=True)
        def test_an_unknown(pulumi_graph):
            assert pulumi_graph.one("RouteTable").outputs["etag"] != "x"
        """,
        *("--pulumi-program", "infra", "--pulumi-stack", "dev"),
    )
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["*Unawaited: None of these ran*", "*/test_what_passes*.py:7: check()*"])
    done.stdout.fnmatch_lines(["*UnknownUsed: etag of RouteTable table-dev is not known before the update*"])


def test_a_comparison_that_fails_shows_each_place(runs):
    done = runs(
        """
        from nat_egress.testing import differences, record

        def test_inputs(pulumi_graph):
            assert pulumi_graph.one("RouteTable").inputs == {"resourceGroupName": "other", "location": "x"}

        def test_the_other_way_round(pulumi_graph):
            assert {"stack": "prod"} == pulumi_graph.outputs

        def test_recordings(pulumi_graph):
            assert differences(pulumi_graph, record("infra", stack="prod")) == {}

        def test_others():
            assert {"a": 1} == {"a": 2}
        """,
        *("--pulumi-program", "infra", "--pulumi-stack", "dev"),
    )
    done.assert_outcomes(failed=4)
    done.stdout.fnmatch_lines(
        [
            "E * RouteTable table-dev is not as expected:",
            "E *  location: expected 'x', was nothing",
            "E *  resourceGroupName: expected 'other', was 'rg'",
            "E * what the stack exports is not as expected:",
            "E *  stack: expected 'prod', was 'dev'",
            "E * what differs between shop/dev and shop/prod is not as expected:",
            "E *  RouteTable table-dev: expected nothing, was 'removed'",
            "E *  RouteTable table-prod: expected nothing, was 'added'",
            "E *  stack outputs: expected nothing, was {'stack': \"'dev' => 'prod'\"}",
            "E *{'a': 1} != {'a': 2}",
        ]
    )


def test_a_failure_is_shown_at_the_line_of_the_test(runs):
    done = runs(
        """
        from nat_egress.testing import assert_no_orphans, record

        def test_an_assertion(pulumi_graph):
            assert_no_orphans(pulumi_graph)

        def test_a_query(pulumi_graph):
            pulumi_graph.one("Subnet")

        def test_an_unknown():
            assert record("infra", stack="dev", preview=True).one("RouteTable").outputs["etag"] == "x"

        def test_no_such_stack():
            record("infra", stack="test")
        """,
        *("--pulumi-program", "infra", "--pulumi-stack", "dev"),
    )
    done.assert_outcomes(failed=4)
    for line, failure in [(4, "Failure"), (7, "Failure"), (10, "UnknownUsed"), (13, "Failure")]:
        done.stdout.fnmatch_lines([f"test_*.py:{line}: {failure}"])
    done.stdout.no_fnmatch_line("*raise *")


def test_no_failure_shows_a_secret(runs):
    """Whatever pytest is asked to show: what it writes is kept, and read by many."""
    done = runs(
        """
        import unittest

        import pulumi
        from nat_egress.testing import Secret, record
        from pulumi_azure_native import network

        def program():
            tags = {"key": pulumi.Output.secret("hu" + "sh"), "other": "x"}
            network.RouteTable("table", resource_group_name="rg", tags=tags)

        def tables():
            table = record(program).one("RouteTable")
            return table, table.asked["tags"], table.inputs["tags"]

        def test_it():
            table, asked, tags = tables()
            assert tags["key"] == Secret("quiet")

        def test_it_as_it_is():
            table, asked, tags = tables()
            assert asked["key"] == Secret("quiet")

        def test_what_it_is_in():
            table, asked, tags = tables()
            assert tags == {"key": Secret("quiet"), "other": "x"}

        def test_a_dict_as_it_is():
            table, asked, tags = tables()
            assert asked == {"key": Secret("quiet"), "other": "x"}

        def test_a_list_of_it():
            table, asked, tags = tables()
            assert [*tags.items()] == [("key", Secret("quiet")), ("other", "x")]

        def test_a_plain_value():
            table, asked, tags = tables()
            assert tags["key"] == "quiet"

        class Test(unittest.TestCase):
            def test(self):
                table, asked, tags = tables()
                self.assertDictEqual(tags, {"key": Secret("quiet"), "other": "x"})
        """,
        *("-vv", "--showlocals"),
    )
    done.assert_outcomes(failed=7)
    done.stdout.no_fnmatch_line("*hush*")
    done.stdout.fnmatch_lines(["E * tags.key of RouteTable table is another secret than the one expected. *"])


def test_where_no_test_asks_for_it_nothing_of_pulumi_is_loaded(runs):
    done = runs(
        """
        import sys

        def test():
            assert not {"pulumi", "grpc", "yaml", "nat_egress.testing.recording"} & sys.modules.keys()
        """
    )
    done.assert_outcomes(passed=1)
