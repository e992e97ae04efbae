"""The stack file's settings: what may stand in stacks/Pulumi.<environment>.yaml, and what is said where it is wrong."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated

from pulumi import RunError
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

Text = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) in (int, float) else value)]
"""Text that YAML reads as a number where nobody quotes it, as in `zone: 1`."""

Tags = dict[str, Text]


class SettingsError(RunError):
    """A stack file that cannot be used; the message names every setting that is wrong."""


class Model(BaseModel):
    """A part of the stack file: camelCase keys, no key that is not known, no value of another type."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)


class ResourceGroup(Model):
    """A resource group: created, by default under a generated name, or one that exists."""

    name: str | None = None
    """The name to create it under."""
    existing: str | None = None
    """The name of a resource group that exists and is left as it is."""

    @model_validator(mode="after")
    def one_or_the_other(self) -> ResourceGroup:
        """Refuse a group that is to be created and to exist."""
        if self.name and self.existing:
            raise ValueError("has both 'name' (create it) and 'existing' (use it): keep one")
        return self


class Prefix(Model):
    """A public IP prefix: created with a length, or adopted by id."""

    length: int | None = None
    """28 to 31: 16, 8, 4 or 2 addresses. With an id, the length that the prefix has."""
    id: str | None = None
    name: str | None = None
    zones: list[Text] | None = None
    attached: bool = True
    """False keeps the prefix and takes it off the gateway."""


class Address(Model):
    """A single public IP address: created, or adopted by id."""

    id: str | None = None
    name: str | None = None
    zones: list[Text] | None = None
    attached: bool = True
    """False keeps the address and takes it off the gateway."""


class Egress(Model):
    """The NAT gateway and its public addresses."""

    sku: str = "Standard"
    zone: Text | None = None
    """The zone of the gateway; without it Azure picks one."""
    idle_timeout_minutes: int = 4
    prefixes: dict[str, Prefix] = Field(default_factory=dict)
    addresses: dict[str, Address] = Field(default_factory=dict)
    address_resource_group: ResourceGroup | None = None
    """A group of the addresses' own, so that they outlive the other one."""
    protect_addresses: bool = False
    gateway_name: str | None = None
    generation: int = 1


class Subnet(Model):
    """One subnet."""

    address_prefix: str
    egress: bool = True
    """False leaves the subnet without the gateway."""
    nat_only: bool = False
    """Refuse a route table that would lead around the gateway."""
    default_outbound_access: bool = False
    service_endpoints: list[str] = Field(default_factory=list)
    delegations: list[str] = Field(default_factory=list)
    network_security_group_id: str | None = None
    route_table_id: str | None = None


class Network(Model):
    """The virtual network: created with an address space, or adopted by id."""

    address_space: list[str] = Field(default_factory=list)
    id: str | None = None
    name: str | None = None
    dns_servers: list[str] = Field(default_factory=list)
    subnets: dict[str, Subnet]


class Settings(Model):
    """All settings of a stack."""

    location: str
    """The Azure region; also taken from `azure-native:location`."""
    tags: Tags = Field(default_factory=dict)
    resource_group: ResourceGroup = ResourceGroup()
    network: Network
    egress: Egress

    @classmethod
    def load(cls, project: str, config: Mapping[str, str]) -> Settings:
        """Read the settings of `project` out of a stack's configuration.

        `config` has fully qualified keys and text, structured values as JSON, as `pulumi.runtime.get_config_env` gives
        it. Raises `SettingsError` with everything that is wrong.
        """
        values = {name: _structured(text) for name, text in _of_namespace(project, config)}
        if "azure-native:location" in config:
            values.setdefault("location", config["azure-native:location"])
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = [_explain(project, problem) for problem in error.errors(include_url=False)]
            raise SettingsError("\n".join([_headline(len(problems)), *problems])) from None


def _of_namespace(project: str, config: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, text in config.items():
        namespace, _, name = key.partition(":")
        if namespace == project:
            yield name, text


def _structured(text: str) -> object:
    """Return the map or list that `text` holds as JSON, and any other text as it is."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _headline(count: int) -> str:
    return "The stack file has a wrong setting:" if count == 1 else f"The stack file has {count} wrong settings:"


def _explain(project: str, problem: ErrorDetails) -> str:
    """Say in a line which setting is wrong, which value it has, why, and what to write instead."""
    path = [str(part) for part in problem["loc"]]
    setting = f"{project}:{'.'.join(path)}"
    match problem["type"]:
        case "extra_forbidden":
            known = _known_keys(path[:-1])
            nearest = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
            hint = f"did you mean '{nearest[0]}'?" if nearest else f"known here: {', '.join(known)}."
            return f"  - {setting}: unknown key; {hint}"
        case "missing" if path == ["location"]:
            return f"  - {setting}: missing; set it, or azure-native:location, to an Azure region such as westeurope."
        case "missing":
            return f"  - {setting}: missing; it is required."
        case "value_error":
            return f"  - {setting} {problem['ctx']['error']}."
        case _:
            return f"  - {setting} is {_shown(problem['input'])}: {problem['msg'][0].lower()}{problem['msg'][1:]}."


def _shown(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - what fits on the line


def _known_keys(path: list[str]) -> list[str]:
    """List the keys that may stand at `path`, walking the models by the names of the stack file."""
    model: type[BaseModel] = Settings
    for part in path:
        field = next((field for field in model.model_fields.values() if field.alias == part), None)
        if field is not None:
            model = _model_of(field.annotation) or model
    return [str(field.alias) for field in model.model_fields.values()]


def _model_of(annotation: object) -> type[BaseModel] | None:
    """Return the model in `annotation`, as in `Prefix`, `Prefix | None` and `dict[str, Prefix]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in getattr(annotation, "__args__", ()) if (model := _model_of(part))), None)
