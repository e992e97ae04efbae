from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from nat_egress.exposure.baseline import entries_of
from nat_egress.exposure.configuration import Configuration
from nat_egress.exposure.exemptions import Exemption
from nat_egress.exposure.finding import Verdict
from nat_egress.exposure.policies import Level
from nat_egress.exposure.reports import report_of

TODAY = date(2026, 11, 25)
NASTY = "a<b>&\"'\x00\x1b[31m\n::error::x\u2028\ud800 [t](u) é 日本 ]]> --"


@pytest.fixture
def full(finding):
    """A report with something of everything."""
    levels = {**Configuration().levels, "public-ip-purpose": Level.DISABLED, "firewall-no-dnat": Level.ADVISORY}
    exemptions = (
        Exemption("vm-no-public-ip", "relay", "SMTP of partners", "netops", date(2027, 1, 31)),
        Exemption("vm-no-public-ip", "old", "Migration", "netops", date(2026, 11, 24)),
        Exemption("vm-no-public-ip", "idle", "Just in case", "netops", date(2027, 1, 31)),
    )
    known = finding("known", policy="egress-nat-only")
    return report_of(
        "shop-dev",
        [
            finding("ask", policy="egress-nat-only", verdict=Verdict.UNDECIDABLE, path=(), what="Who knows."),
            finding("dnat", policy="firewall-no-dnat"),
            finding("hint", policy="nat-has-ip", verdict=Verdict.WARN, path=()),
            finding("web"),
            finding("old"),
            finding("relay"),
            finding("spare", policy="public-ip-purpose"),
            known,
        ],
        replace(Configuration(), levels=levels, exemptions=exemptions),
        TODAY,
        baseline=entries_of([known, finding("past", policy="egress-nat-only")]),
    )


@pytest.fixture
def empty():
    return report_of("shop-dev", [], Configuration(), TODAY)


@pytest.fixture
def nasty(finding):
    """A report whose every text holds what formats have a meaning for."""
    exemption = Exemption("vm-no-public-ip", "*exempt", NASTY, NASTY, date(2027, 1, 31))
    ended = replace(exemption, resource="x", expires=date(2026, 1, 1))
    return report_of(
        f"stack {NASTY}",
        [
            finding(NASTY, path=(NASTY, NASTY), what=f"{NASTY}.", remedy=NASTY),
            finding(NASTY, policy="nat-has-ip", verdict=Verdict.WARN, path=(NASTY,), what=NASTY),
            finding(f"{NASTY}exempt", path=(NASTY,)),
            finding(f"{NASTY}known", path=(NASTY,)),
        ],
        replace(Configuration(), exemptions=(exemption, ended)),
        TODAY,
    )
