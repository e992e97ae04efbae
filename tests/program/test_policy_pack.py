"""A policy pack beside the program runs with every preview and update, on either engine."""

import sys

import pytest

PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy


def no_single_addresses(args, report_violation):
    if args.resource_type == "azure-native:network:PublicIPAddress":
        report_violation("use a prefix: partners allow ranges, not single addresses")


PolicyPack(
    name="house-rules",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy(
            name="prefixes-only", description="Public addresses come from prefixes.", validate=no_single_addresses
        )
    ],
)
"""


@pytest.fixture
def with_pack(either_engine):
    folder = either_engine.root / "policies"
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text(
        f"runtime: {{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}\nversion: 0.0.1\n"
    )
    (folder / "__main__.py").write_text(PACK)
    return either_engine


def test_a_stack_that_keeps_the_rules_comes_up(with_pack):
    network = {"addressSpace": ["10.0.0.0/16"], "subnets": {"web": {"addressPrefix": "10.0.0.0/24"}}}
    with_pack.settings("sandbox", {"network": network, "egress": {"prefixes": {"one": {"length": 31}}}})
    assert "house-rules" in with_pack.up("sandbox").said


def test_a_stack_that_breaks_a_rule_is_refused_before_anything_is_made(with_pack):
    for verb, *arguments in (("preview",), ("up", "--yes")):
        said = with_pack.refused(verb, *arguments, stack="dev")
        assert "prefixes-only" in said
        assert "use a prefix: partners allow ranges" in said
    assert (
        with_pack.cloud().list("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups").body["value"] == []
    )
