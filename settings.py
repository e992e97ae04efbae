"""The stack file's settings: what may stand in stacks/Pulumi.<environment>.yaml, and what is said where it is wrong."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, cast

from nat_egress import InvalidArguments, NatEgressArgs, PrivateNetworkArgs
from nat_egress.gateway import read_gateway
from nat_egress.network import read_network
from pulumi import Input, RunError
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


class Address(Model):
    """A single public IP address: created, or adopted by id."""

    id: str | None = None
    name: str | None = None
    resource_group_name: str | None = None
    zones: list[Text] | None = None
    attached: bool | None = None
    """False keeps it and takes it off the gateway."""
    protect: bool | None = None
    """Whether it is protected and retained, where that is not as `protect_addresses` says."""


class Prefix(Address):
    """A public IP prefix: created with a length, or adopted by id."""

    length: int | None = None
    """28 to 31: 16, 8, 4 or 2 addresses. With an id, the length that the prefix has."""


class Egress(Model):
    """The NAT gateway and its public addresses. What is left out has the component's default."""

    sku: str | None = None
    zone: Text | None = None
    """The zone of the gateway; without it Azure picks one."""
    idle_timeout_minutes: int | None = None
    prefixes: dict[str, Prefix] | None = None
    addresses: dict[str, Address] | None = None
    address_resource_group: ResourceGroup | None = None
    """A group of the addresses' own, so that they outlive the other one."""
    protect_addresses: bool = False
    gateway_name: str | None = None
    generation: int | None = None


class Route(Model):
    """One route of a subnet's own."""

    address_prefix: str
    next_hop_type: str
    next_hop_ip_address: str | None = None


class Subnet(Model):
    """One subnet. What is left out has the component's default."""

    address_prefix: str
    egress: bool | None = None
    """False leaves the subnet without the gateway."""
    nat_only: bool | None = None
    """Refuse routes that would lead around the gateway."""
    default_outbound_access: bool | None = None
    hosts: int | None = None
    service_endpoints: list[str] | None = None
    delegations: list[str] | None = None
    network_security_group_id: str | None = None
    route_table_id: str | None = None
    routes: dict[str, Route] | None = None
    private_endpoint_network_policies: str | None = None


class Network(Model):
    """The virtual network: created with an address space, or adopted by id."""

    address_space: list[str] | None = None
    virtual_network_id: str | None = None
    name: str | None = None
    dns_servers: list[str] | None = None
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
            settings = cls.model_validate(values)
        except ValidationError as error:
            raise _refusal([_explain(project, problem) for problem in error.errors(include_url=False)]) from None
        if problems := list(settings.against_azure(project)):
            raise _refusal(problems)
        return settings

    def against_azure(self, project: str) -> Iterator[str]:
        """Say what Azure would refuse, in the words of the stack file, before anything is registered."""
        group = self.resource_group.existing or self.resource_group.name or "a-resource-group"
        checks: list[tuple[str, Callable[[str, object], object], object]] = [
            ("egress", read_gateway, self.egress_args(group, group)),
            ("network", read_network, self.network_args(group, _SOME_GATEWAY)),
        ]
        for setting, read, args in checks:
            try:
                read(setting, args)
            except InvalidArguments as refused:
                for problem in refused.problems:
                    link = ": " if problem.argument.startswith("the ") else "."
                    yield f"  - {project}:{setting}{link}{_as_setting(str(problem))}"

    def egress_args(self, group: Input[str], address_group: Input[str]) -> NatEgressArgs:
        """Return the arguments of the gateway, in `group`, with created addresses in `address_group`."""
        given = self.egress.model_dump(exclude_none=True, exclude={"address_resource_group"})
        places = {"resource_group_name": group, "address_resource_group_name": address_group}
        return cast(NatEgressArgs, given | places | {"location": self.location, "tags": self.tags})

    def network_args(self, group: Input[str], gateway_id: Input[str]) -> PrivateNetworkArgs:
        """Return the arguments of the network, in `group`, behind the gateway."""
        given = self.network.model_dump(exclude_none=True)
        places = {"resource_group_name": group, "gateway_id": gateway_id}
        return cast(PrivateNetworkArgs, given | places | {"location": self.location, "tags": self.tags})


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


_SOME_GATEWAY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/n"


def _refusal(problems: list[str]) -> SettingsError:
    count = "a wrong setting" if len(problems) == 1 else f"{len(problems)} wrong settings"
    return SettingsError("\n".join([f"The stack file has {count}:", *problems]))


def _as_setting(text: str) -> str:
    """Write the arguments that a component's message names as the stack file has them: `subnets['a'].nat_only`."""
    dotted = re.sub(r"\['([^']+)'\]", r".\1", text)
    return re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda name: to_camel(name[0]), dotted)


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
