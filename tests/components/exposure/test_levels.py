from __future__ import annotations

import pytest
from nat_egress.exposure.finding import Verdict
from nat_egress.exposure.levels import level_of
from nat_egress.exposure.policies import POLICIES, Level

DENY, WARN, UNDECIDABLE = Verdict.DENY, Verdict.WARN, Verdict.UNDECIDABLE
MANDATORY, ADVISORY, DISABLED = Level.MANDATORY, Level.ADVISORY, Level.DISABLED


@pytest.mark.parametrize(
    ("policy", "verdict", "level", "leads_to"),
    [
        ("vm-no-public-ip", DENY, MANDATORY, MANDATORY),
        ("vm-no-public-ip", WARN, MANDATORY, ADVISORY),
        ("vm-no-public-ip", UNDECIDABLE, MANDATORY, ADVISORY),
        ("vm-no-public-ip", DENY, ADVISORY, ADVISORY),
        ("vm-no-public-ip", DENY, DISABLED, DISABLED),
        ("vm-no-public-ip", WARN, DISABLED, DISABLED),
        ("nat-has-ip", WARN, ADVISORY, ADVISORY),
        ("nat-has-ip", WARN, MANDATORY, MANDATORY),
        ("nat-has-ip", DENY, MANDATORY, MANDATORY),
        ("nat-has-ip", UNDECIDABLE, MANDATORY, ADVISORY),
    ],
)
def test_what_a_finding_leads_to(finding, policy, verdict, level, leads_to):
    assert (POLICIES["vm-no-public-ip"].level, POLICIES["nat-has-ip"].level) == (MANDATORY, ADVISORY)
    assert level_of(finding(policy=policy, verdict=verdict), level) is leads_to
