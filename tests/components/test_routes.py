from __future__ import annotations

import pytest
from nat_egress.routes import Route, around_nat

NVA, VNG, DROP, NET = "VirtualAppliance", "VirtualNetworkGateway", "None", "Internet"


@pytest.mark.parametrize(
    ("routes", "leading"),
    [
        ([], []),
        ([("0.0.0.0/0", NET)], []),
        ([("0.0.0.0/0", NVA)], ["r0"]),
        ([("0.0.0.0/0", VNG)], ["r0"]),
        ([("0.0.0.0/0", DROP)], ["r0"]),
        ([("0.0.0.0/1", NVA), ("128.0.0.0/1", VNG)], ["r0", "r1"]),
        ([("0.0.0.0/1", NVA), ("128.0.0.0/1", NET)], []),
        ([("0.0.0.0/1", NVA)], []),
        ([("10.0.0.0/8", NVA), ("AzureCloud", NVA)], []),
        ([("10.0.0.0/8", VNG), ("0.0.0.0/0", NVA)], ["r1"]),
        ([("0.0.0.0/0", NVA), ("0.0.0.0/1", NET), ("128.0.0.0/1", NET)], []),
        ([("0.0.0.0/0", NVA), ("0.0.0.0/1", NET)], ["r0"]),
        ([("0.0.0.0/2", NVA), ("64.0.0.0/2", NVA), ("128.0.0.0/1", DROP)], ["r0", "r1", "r2"]),
        # What is left over, 224.0.0.0/3, is no part of the internet.
        ([("0.0.0.0/1", NVA), ("128.0.0.0/2", NVA), ("192.0.0.0/3", NVA)], ["r0", "r1", "r2"]),
        ([("0.0.0.0/1", NVA), ("128.0.0.0/2", NVA), ("192.0.0.0/4", NVA)], []),
        # What more specific routes cover in full carries nothing, wherever these lead.
        ([("0.0.0.0/0", NVA), ("0.0.0.0/1", DROP), ("128.0.0.0/1", DROP)], ["r1", "r2"]),
        ([("128.0.0.0/1", NVA), ("0.0.0.0/1", DROP), ("128.0.0.0/2", DROP), ("192.0.0.0/2", DROP)], ["r1", "r2", "r3"]),
    ],
)
def test_routes_that_leave_the_gateway_nothing(routes, leading):
    found = around_nat(Route(f"r{n}", prefix, hop) for n, (prefix, hop) in enumerate(routes))
    assert [route.name for route in found] == leading
