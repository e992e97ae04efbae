from __future__ import annotations

import pytest
from nat_egress.exposure.security_rules.tags import covers, origin


@pytest.mark.parametrize(
    ("tag", "who"),
    [
        ("VirtualNetwork", "network"),
        ("virtualnetwork", "network"),
        ("VIRTUAL_NETWORK", "network"),
        ("AzureLoadBalancer", "network"),
        ("GatewayManager", "network"),
        ("AzureTrafficManager", "network"),
        ("BatchNodeManagement.WestEurope", "network"),
        ("AzureCloud", "customers"),
        ("AZURECLOUD.WestEurope", "customers"),
        ("AzureFrontDoor.Backend", "customers"),
        ("AzureFrontDoor.FirstParty", "service"),
        ("Storage", "service"),
        ("Sql.WestEurope", "service"),
        ("SomethingNew", "service"),
    ],
)
def test_who_is_behind_a_tag(tag, who):
    assert origin(tag) == who


@pytest.mark.parametrize(
    ("one", "other", "does"),
    [
        ("AzureCloud", "azurecloud", True),
        ("azurecloud", "AzureCloud.WestEurope", True),
        ("AzureCloud.WestEurope", "AzureCloud", False),
        ("AzureCloud.WestEurope", "AzureCloud.NorthEurope", False),
        ("Storage", "AzureCloud", False),
        ("AzureFrontDoor.Backend", "AzureFrontDoor.FirstParty", False),
    ],
)
def test_what_a_tag_covers(one, other, does):
    assert covers(one, other) is does
