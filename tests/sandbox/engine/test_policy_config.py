import pytest
from azure_sandbox.engine.policy_config import PolicyDeclaration, PolicySettings, reconcile, violations

SCHEMA = {
    "properties": {
        "most": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
        "names": {"type": "array", "items": {"type": "string", "pattern": "^a"}, "uniqueItems": True},
        "kind": {"enum": ["x", "y"]},
    },
    "required": ["most"],
}
POLICIES = [PolicyDeclaration("sizes", "mandatory", SCHEMA), PolicyDeclaration("other", "advisory")]


def test_defaults_then_the_packs_own_settings_then_the_file():
    settings, errors = reconcile(
        POLICIES,
        {"sizes": PolicySettings("advisory", {"most": 4, "kind": "x"})},
        {"sizes": PolicySettings("", {"most": 5})},
    )
    assert errors == []
    assert settings["sizes"] == PolicySettings("advisory", {"most": 5, "kind": "x"})
    assert settings["other"] == PolicySettings("advisory", {})


def test_all_sets_the_level_of_every_policy_and_one_policys_own_wins():
    settings, _ = reconcile(POLICIES, {"all": PolicySettings("disabled"), "other": PolicySettings("mandatory")})
    assert (settings["sizes"].level, settings["other"].level) == ("disabled", "mandatory")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"most": 0}, "most: must be at least 1, not 0"),
        ({"most": 10}, "most: must be at most 9, not 10"),
        ({"most": "3"}, 'most: must be of type integer, not "3"'),
        ({"most": 2.5}, "most: must be of type integer, not 2.5"),
        ({"most": True}, "most: must be of type integer, not true"),
        ({}, "most is required"),
        ({"most": 1, "names": ["b"]}, "names[0]: must match ^a, 'b' does not"),
        ({"most": 1, "names": ["a", "a"]}, "names: must not have the same item twice"),
        ({"most": 1, "kind": "z"}, 'kind: must be one of "x", "y", not "z"'),
    ],
)
def test_what_does_not_fit_is_named_with_place_rule_and_value(value, words):
    assert list(violations({"type": "object", **SCHEMA}, value)) == [words]


def test_what_fits_is_silent():
    assert list(violations({"type": "object", **SCHEMA}, {"most": 3.0, "names": ["a", "ab"], "kind": "y"})) == []
