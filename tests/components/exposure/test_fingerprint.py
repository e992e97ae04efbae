from __future__ import annotations

from dataclasses import replace

import pytest
from nat_egress.exposure.finding import Verdict
from nat_egress.exposure.fingerprint import fingerprint, name_of, resource_of


@pytest.mark.parametrize(
    ("urn", "resource", "name"),
    [
        ("urn:pulumi:dev::shop::a:b:C::web", "shop::a:b:C::web", "web"),
        ("urn:pulumi:dev::shop::x:y:Z$q:r:S$a:b:C::web", "shop::a:b:C::web", "web"),
        ("urn:pulumi:dev::shop::a:b:C::web::with::colons", "shop::a:b:C::web::with::colons", "web::with::colons"),
        ("not a urn", "not a urn", "not a urn"),
        ("", "", ""),
    ],
)
def test_what_a_urn_is_taken_apart_into(urn, resource, name):
    assert (resource_of(urn), name_of(urn)) == (resource, name)


def test_stays_the_same(finding):
    one = finding()
    for other in (
        finding(stack="prod"),
        finding(kind="nat-egress:index:Machine$azure-native:network:NetworkInterface"),
        replace(one, what="Said otherwise.", remedy="So too."),
        replace(one, verdict=Verdict.WARN),
    ):
        assert fingerprint(other) == fingerprint(one)


def test_tells_apart(finding):
    others = [
        finding(),
        finding("api"),
        finding(policy="lb-no-public-inbound"),
        finding(path=("internet", "public address", "x")),
        finding(path=("internet", "public", "address")),
        finding(path=()),
        finding(kind="azure-native:compute:VirtualMachine"),
        finding(urn="urn:pulumi:dev::other::azure-native:network:NetworkInterface::web"),
    ]
    assert len({fingerprint(one) for one in others}) == len(others)


def test_never_changes_between_versions(finding):
    """Those in baselines and in GitHub's alerts would all be new."""
    assert fingerprint(finding()) == "309f80da2a7f6c2b07def69be12c9a0e"
