"""What says the same of a stack in other words leaves the verdict on it as it is."""

from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest
from nat_egress.exposure.configuration import read
from nat_egress.exposure.evaluate import of_stack
from nat_egress.exposure.finding import Verdict
from nat_egress.graph.declare import declare

from tests.policies.corpus import SETTINGS, UNKNOWN, assert_verdict, cases

CASES = [pytest.param(case, phase, id=f"{case.id}-{phase}") for case in cases() for phase in case.phases]
every_case = pytest.mark.parametrize(("case", "phase"), CASES)

# What Azure compares without letter case, beside ids and names.
WORDS = {
    "access",
    "computeType",
    "direction",
    "nextHopType",
    "outboundType",
    "protocol",
    "provision",
    "ruleCollectionType",
    "sourceAddressPrefix",
    "visibility",
}
NAMES = {"resourceGroupName", "virtualNetworkName", "loadBalancerName", "networkSecurityGroupName", "routeTableName"}


def check(case, stack):
    settings = {}
    for key, value in case.config.items():
        settings.setdefault(SETTINGS[key], {})[key] = value
    resources = [
        declare(
            one.urn,
            one.type,
            one.inputs,
            parent=one.parent,
            dependencies=sorted({urn for urns in one.property_dependencies.values() for urn in urns}),
            property_dependencies=one.property_dependencies,
        )
        for one in stack
    ]
    found = of_stack(resources, read(settings, date(2026, 11, 25)))
    refused = {one.policy for one in found if one.verdict is Verdict.DENY}
    assert_verdict(case, refused, {one.policy for one in found} - refused, found)
    # One message for one cause.
    said = [(one.policy, one.urn, one.what) for one in found]
    assert len(said) == len(set(said))


def changed(value, change, key=""):
    """Return `value` with `change(key, text)` in place of each text."""
    if isinstance(value, dict):
        return {name: changed(item, change, name) for name, item in value.items()}
    if isinstance(value, list):
        return [changed(item, change, key) for item in value]
    return change(key, value) if isinstance(value, str) else value


def with_inputs(stack, change):
    return [replace(one, inputs=change(one.inputs)) for one in stack]


@every_case
def test_the_order_of_resources(case, phase):
    check(case, case.stack(phase)[::-1])


@every_case
def test_the_order_of_lists_and_keys(case, phase):
    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in reversed(value)] if isinstance(value, list) else value

    check(case, with_inputs(case.stack(phase), turned))


@every_case
def test_a_component_around_everything(case, phase):
    names = {each["name"] for each in case.resources}
    check(case, case.stack(phase, dict.fromkeys(names, "my:own:Network")))


@every_case
def test_names_in_the_program(case, phase):
    resources = deepcopy(case.resources)
    new = {each["name"]: f"my-{position}" for position, each in enumerate(resources)}

    def renamed(_key, text):
        name, found, rest = text[2:].partition(".id}") if text.startswith("${") else ("", "", "")
        return f"${{{new[name]}.id}}{rest}" if found else text

    for each in resources:
        each["name"] = new[each["name"]]
        each["props"] = changed(each["props"], renamed)
        for ref in each.get("refs", ()):
            ref["to"] = new[ref["to"]]
    check(case, replace(case, resources=resources).stack(phase))


@every_case
def test_letter_case_of_ids_and_words(case, phase):
    def upper(key, text):
        ignored = text.startswith("/subscriptions/") or key in WORDS
        return text.upper() if ignored and text != UNKNOWN else text

    check(case, with_inputs(case.stack(phase), lambda inputs: changed(inputs, upper)))


@every_case
def test_letter_case_of_names(case, phase):
    def upper(key, text):
        return text.upper() if key in NAMES else text

    stack = case.stack(phase)
    other = with_inputs(stack, lambda inputs: changed(inputs, upper))
    check(case, [other[at] if at % 2 else one for at, one in enumerate(stack)])


@pytest.mark.parametrize(
    "case", [case for case in cases() if case.phases == ("preview", "up")], ids=lambda case: case.id
)
def test_literal_ids_for_outputs(case):
    """The phases show ids as outputs that are not known and that are; here they are text, and depend on nothing."""
    check(case, [replace(one, property_dependencies={}) for one in case.stack("up")])


LISTS = ("sourceAddressPrefixes", "destinationPortRanges")


def split(rules):
    """Return security rules with one source and one range of ports each, in the same order."""
    found = []
    for rule in rules:
        sources = rule.get("sourceAddressPrefixes") or [rule.get("sourceAddressPrefix")]
        ports = rule.get("destinationPortRanges") or [rule.get("destinationPortRange")]
        rest = {
            key: item for key, item in rule.items() if key not in ("sourceAddressPrefixes", "destinationPortRanges")
        }
        for source in ["0.0.0.0/1", "128.0.0.0/1"] if sources == ["*"] else sources:
            for port in ports:
                name = f"{rule['name']}-{len(found)}"
                place = {"sourceAddressPrefix": source, "destinationPortRange": port, "priority": 100 + len(found)}
                found.append({**rest, **place, "name": name})
    return found


@pytest.mark.parametrize(("case", "phase"), [one for one in CASES if "securityRules" in str(one.values[0].resources)])
def test_security_rules_apart(case, phase):
    def apart(inputs):
        if not isinstance(inputs.get("securityRules"), list):
            return inputs
        ordered = sorted(inputs["securityRules"], key=lambda rule: rule["priority"])
        return {**inputs, "securityRules": split(ordered)}

    check(case, with_inputs(case.stack(phase), apart))
