"""Every stack of the corpus gets its verdict from the pack, in a preview and in an update."""

import pytest

from tests.policies.corpus import SETTINGS, assert_verdict, cases

CASES = [pytest.param(case, phase, id=f"{case.id}-{phase}") for case in cases() for phase in case.phases]


def settings(config):
    found = {}
    for key, value in config.items():
        found.setdefault(SETTINGS[key], {})[key] = value
    return found


@pytest.mark.parametrize(("case", "phase"), CASES)
def test_the_verdict_on_a_stack(pack, case, phase):
    pack.configure(settings(case.config))
    said = pack.everything(case.stack(phase))
    refused = {one.policy for one in said if one.level == "MANDATORY"}
    shown = {one.policy for one in said if one.level == "ADVISORY"}
    assert_verdict(case, refused, shown, said)
