"""What a finding leads to under the level of its policy. Pure."""

from __future__ import annotations

from .finding import Finding, Verdict
from .policies import POLICIES, Level


def level_of(finding: Finding, level: Level) -> Level:
    """Return the level of a finding, given that of its policy: what cannot be decided is never refused.

    What is exposed is refused where its policy is mandatory. A policy that is advisory by itself only warns; where it
    is made mandatory, what it warns of is refused.
    """
    if level is not Level.MANDATORY or finding.verdict is Verdict.DENY:
        return level
    made_mandatory = finding.verdict is Verdict.WARN and POLICIES[finding.policy].level is not Level.MANDATORY
    return Level.MANDATORY if made_mandatory else Level.ADVISORY
