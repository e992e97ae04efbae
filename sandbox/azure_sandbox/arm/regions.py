"""Azure's public regions and what each offers: data that ages, so with its dates.

Regions and availability zones: learn.microsoft.com/azure/reliability/regions-list, 2026. Regions without StandardV2 NAT
gateways: learn.microsoft.com/azure/nat-gateway/nat-sku, 2026-07-27.
"""

from __future__ import annotations

WITH_ZONES = frozenset({
    "australiaeast", "austriaeast", "belgiumcentral", "brazilsouth", "canadacentral", "centralindia", "centralus",
    "chilecentral", "denmarkeast", "eastasia", "eastus", "eastus2", "francecentral", "germanywestcentral",
    "indonesiacentral", "israelcentral", "italynorth", "japaneast", "japanwest", "koreacentral", "malaysiawest",
    "mexicocentral", "newzealandnorth", "northeurope", "norwayeast", "polandcentral", "qatarcentral",
    "southafricanorth", "southcentralus", "southeastasia", "spaincentral", "swedencentral", "switzerlandnorth",
    "uaenorth", "uksouth", "westeurope", "westus2", "westus3",
})  # fmt: skip

WITHOUT_ZONES = frozenset({
    "australiacentral", "australiacentral2", "australiasoutheast", "brazilsoutheast", "canadaeast", "francesouth",
    "germanynorth", "israelnorthwest", "jioindiacentral", "jioindiawest", "koreasouth", "northcentralus",
    "norwaywest", "southafricawest", "southindia", "swedensouth", "switzerlandwest", "uaecentral", "ukwest",
    "westcentralus", "westindia", "westus",
})  # fmt: skip

ALL = WITH_ZONES | WITHOUT_ZONES

WITHOUT_STANDARD_V2 = frozenset(
    {"canadaeast", "indonesiacentral", "israelnorthwest", "qatarcentral", "swedensouth", "westindia"}
)


def normalized(location: str) -> str:
    """Return a region's name as ARM writes it: `West Europe` is `westeurope`."""
    return location.replace(" ", "").lower()
