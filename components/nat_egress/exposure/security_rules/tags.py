"""Azure's service tags as sources: who can connect from their addresses.

Source: learn.microsoft.com/azure/virtual-network/service-tags-overview, its table of tags.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Origin(StrEnum):
    """Who is behind the addresses of a service tag."""

    NETWORK = "network"
    """Nobody but the network itself and what runs it."""
    CUSTOMERS = "customers"
    """Whoever is a customer of Azure, of any organisation."""
    SERVICE = "service"
    """A service of Azure, and what its customers have it do; or a tag that is not known here."""


_NETWORK: Final = frozenset({
    "virtualnetwork", "azureloadbalancer", "gatewaymanager",
    "virtual_network", "azure_loadbalancer",
    "azureplatformdns", "azureplatformimds", "azureplatformlkm", "azuretrafficmanager",
    "apimanagement", "appservicemanagement", "azureactivedirectorydomainservices", "batchnodemanagement",
    "datafactorymanagement", "hdinsight", "logicappsmanagement", "sqlmanagement",
})  # fmt: skip
"""The network's own tags, and those whose purpose in the table is probes, or the management of deployments that are
dedicated to their owner; in lower case."""

_CUSTOMERS: Final = frozenset({"azurecloud", "azurefrontdoor.backend"})
"""All addresses of Azure's datacenters, and those from which Front Door connects to whatever a customer names: what
lets them in must look at the header X-Azure-FDID (learn.microsoft.com/azure/frontdoor/origin-security)."""


def origin(tag: str) -> Origin:
    """Tell who can connect from the addresses of `tag`, in any letter case, with or without a region."""
    names = _names(tag)
    if names & _CUSTOMERS:
        return Origin.CUSTOMERS
    return Origin.NETWORK if names & _NETWORK else Origin.SERVICE


def covers(one: str, other: str) -> bool:
    """Tell whether the tag `one` is the tag `other`, or the same without its region."""
    return one.lower() in _names(other)


def _names(tag: str) -> frozenset[str]:
    name = tag.lower()
    return frozenset({name, name.partition(".")[0]})
