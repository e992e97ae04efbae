"""Stacks that are created in a sandbox's Azure in this process, and read as a graph before and after.

Resources are written as in the corpus of the policies: a type, a name, and props in which `${name.id}` refers to
another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from azure_sandbox.arm import ControlPlane
from azure_sandbox.provider.check import LocationDefaults, with_defaults
from azure_sandbox.provider.client import ArmClient
from azure_sandbox.provider.operations import Operations
from azure_sandbox.provider.patience import Patience
from azure_sandbox.provider.resources import RESOURCE_TYPES
from azure_sandbox.provider.schema import load_schemas
from nat_egress.graph import tokens
from nat_egress.graph.declare import declare
from nat_egress.graph.resource import Declared

from tests.linux_machine import machine_profiles

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

_REFERENCE = re.compile(r"\$\{([^}]+)\.id\}")


def serves(token: str) -> bool:
    """Tell whether the sandbox has a type, of whichever version."""
    return tokens.unversioned(token) in RESOURCE_TYPES


@dataclass
class Azure:
    """One sandbox's Azure, and what was created in it."""

    plane: ControlPlane
    ids: dict[str, str] = field(default_factory=dict)
    before: list[Declared] = field(default_factory=list)
    """As a preview shows the resources: ids are not known, and what an input depends on is."""
    after: list[Declared] = field(default_factory=list)
    """As the state has them."""

    def __post_init__(self) -> None:
        self.operations = Operations(ArmClient(self.plane, Patience(0)), SUBSCRIPTION)

    def create(self, resources: list[dict[str, Any]]) -> None:
        """Create resources, each after those that it refers to. Raises what the provider raises."""
        waiting = {one["name"]: one for one in resources}
        while waiting:
            ready = [one for one in waiting.values() if not _needed(one) & set(waiting)]
            assert ready, waiting
            for one in ready:
                self._create(one)
                del waiting[one["name"]]

    def beside(self, resources: list[dict[str, Any]]) -> None:
        """Declare resources that this Azure doesn't have, after all that they refer to."""
        for one in resources:
            token, name, props = one["type"], one["name"], one.get("props", {})
            urn = f"urn:pulumi:s::p::{token}::{name}"
            depends = self._depends(one)
            self.before.append(declare(urn, token, _unresolved(props), property_dependencies=depends))
            self.after.append(declare(urn, token, self._resolved(props), property_dependencies=depends))

    def group(self, name: str) -> None:
        """Create a resource group, which no graph has."""
        row = RESOURCE_TYPES["azure-native:resources:ResourceGroup"]
        inputs = {"resourceGroupName": name, "location": "westeurope"}
        self.operations.create(row, load_schemas()[row.token], inputs)

    def _create(self, one: dict[str, Any]) -> None:
        token, name, props = one["type"], one["name"], _of_itself(one["props"], f"${{{one['name']}.id}}/")
        parsed = tokens.parse(token)
        row = RESOURCE_TYPES[tokens.unversioned(token)]
        version = max(parsed.api_version or props.get("azureApiVersion", row.api_version), row.api_version)
        row, schema = replace(row, api_version=version), load_schemas()[row.token]
        urn = f"urn:pulumi:s::p::{token}::{name}"
        inputs = with_defaults(
            row,
            schema,
            urn,
            {},
            self._resolved(props),
            seed=b"seed",
            autonaming=None,
            locations=LocationDefaults("westeurope", self.operations.location_of_group),
        )
        known_as, outputs = self.operations.create(row, schema, inputs)
        self.ids[name] = known_as
        depends = self._depends(one)
        self.before.append(declare(urn, token, _unresolved(props), property_dependencies=depends))
        self.after.append(declare(urn, token, inputs, outputs=outputs, id=known_as, property_dependencies=depends))

    def _depends(self, one: dict[str, Any]) -> dict[str, list[str]]:
        return {
            key: [other.urn for other in self.after if other.name in names] for key, names in _references(one).items()
        }

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._resolved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._resolved(item) for item in value]
        return (
            _REFERENCE.sub(lambda match: self.ids.get(match[1], match[0]), value) if isinstance(value, str) else value
        )


def _references(one: dict[str, Any]) -> dict[str, set[str]]:
    """Return the names that each input refers to: by what it says, or by what the case says of it."""
    found = {key: set(_REFERENCE.findall(str(value))) for key, value in one.get("props", {}).items()}
    for ref in one.get("refs", ()):
        found.setdefault(ref["prop"], set()).add(ref["to"])
    return found


def _needed(one: dict[str, Any]) -> set[str]:
    return set().union(*_references(one).values()) - {one["name"]}


def _of_itself(value: Any, own: str) -> Any:
    """Write references to parts of the resource itself as programs do, which don't know its id."""
    if isinstance(value, dict):
        return {key: _of_itself(item, own) for key, item in value.items()}
    if isinstance(value, list):
        return [_of_itself(item, own) for item in value]
    return value.replace(own, "$self/") if isinstance(value, str) else value


def _unresolved(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unresolved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unresolved(item) for item in value]
    return UNKNOWN_TEXT if isinstance(value, str) and _REFERENCE.search(value) else value


def machine(name: str, *interfaces: str, primary: int = 0, group: str = "rg") -> dict[str, Any]:
    """Return a machine with network interfaces, by their names or ids."""
    listed = [
        {"id": one if one.startswith("/") else f"${{{one}.id}}", "primary": number == primary}
        for number, one in enumerate(interfaces)
    ]
    props = {"resourceGroupName": group, "vmName": name, "networkProfile": {"networkInterfaces": listed}}
    return {"type": "azure-native:compute:VirtualMachine", "name": name, "props": props | machine_profiles()}


def resource(kind: str, name: str, **props: Any) -> dict[str, Any]:
    """Return a resource of Microsoft.Network whose name in Azure is that in the program."""
    row = RESOURCE_TYPES[f"azure-native:network:{kind}"]
    own = {"resourceGroupName": "rg", row.name_parameter: name}
    return {"type": row.token, "name": name, "props": {**own, **props}}


def child(parent: str, kind: str, name: str, **props: Any) -> dict[str, Any]:
    """Return a resource inside another, by whose name it is in Azure."""
    one = resource(kind, name, **props)
    key = RESOURCE_TYPES[one["type"]].parameters[-2]
    return {**one, "props": {**one["props"], key: parent}, "refs": [{"prop": key, "to": parent}]}
