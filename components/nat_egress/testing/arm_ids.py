"""The id that Azure would give a resource, from the names in its inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..graph.kinds import BY_ARM_TYPE, KINDS
from ..graph.values import Value, text

_NAMESPACES: Final = {
    "alertsmanagement": "Microsoft.AlertsManagement",
    "compute": "Microsoft.Compute",
    "containerservice": "Microsoft.ContainerService",
    "keyvault": "Microsoft.KeyVault",
    "managedidentity": "Microsoft.ManagedIdentity",
    "monitor": "Microsoft.Insights",
    "network": "Microsoft.Network",
    "operationalinsights": "Microsoft.OperationalInsights",
    "resources": "Microsoft.Resources",
    "storage": "Microsoft.Storage",
}
"""Of the modules of azure-native that programs for networks use; others are written as their module is."""
GROUP: Final = "resources:ResourceGroup"


def id_of(kind: str, name: str, inputs: Mapping[str, Value], subscription: str) -> str:
    """Return the id of a resource called `name` in the program. One that is none of Azure's is known by that name."""
    if kind == GROUP:
        return f"/subscriptions/{subscription}/resourceGroups/{own_name(kind, name, inputs)}"
    module, colon, _ = kind.partition(":")
    if kind.count(":") != 1 or not colon:
        return name
    group = _known(inputs, "resourceGroupName", "rg")
    if kind in KINDS:
        *parents, _ = KINDS[kind].names
        names = [*(_known(inputs, key, key.removesuffix("Name")) for key in parents), own_name(kind, name, inputs)]
        types = _spelled(KINDS[kind].arm)
    else:
        names, types = [own_name(kind, name, inputs)], [_plural(_small(kind.rpartition(":")[2]))]
    path = "/".join(f"{one}/{called}" for one, called in zip(types, names, strict=True))
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{_namespace(kind, module)}/{path}"


def own_name(kind: str, name: str, inputs: Mapping[str, Value]) -> str:
    """Return the name in Azure: that in the inputs, else the one in the program, in place of a generated one."""
    if kind in KINDS:
        return _known(inputs, KINDS[kind].names[-1], name)
    return _known(inputs, f"{_small(kind.rpartition(':')[2])}Name", name)


def _known(inputs: Mapping[str, Value], key: str, otherwise: str) -> str:
    value = text(inputs, key)
    return value if isinstance(value, str) else otherwise


def _namespace(kind: str, module: str) -> str:
    arm = KINDS[kind].arm.partition("/")[0] if kind in KINDS else ""
    known = _NAMESPACES.get(arm.partition(".")[2] or module)
    return (
        known or (arm and ".".join(part.capitalize() for part in arm.split("."))) or f"Microsoft.{module.capitalize()}"
    )


def _spelled(arm: str) -> list[str]:
    """Return the types of an id as Azure writes them: those in small letters stand in the names of the kinds."""
    namespace, *types = arm.split("/")
    return [_cased(BY_ARM_TYPE.get("/".join([namespace, *types[: n + 1]]), ""), one) for n, one in enumerate(types)]


def _cased(kind: str, small: str) -> str:
    written = _plural(kind.rpartition(":")[2])
    return _small(written[-len(small) :]) if written.lower().endswith(small) else small


def _plural(word: str) -> str:
    if re.search(r"(s|x|ch)$", word):
        return f"{word}es"
    return re.sub(r"([^aeo])y$", r"\1ie", word) + "s"


def _small(word: str) -> str:
    return word[:1].lower() + word[1:]
