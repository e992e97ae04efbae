"""Creating, reading, updating, deleting and looking up, over ARM (azure-native `provider.go`, `crud/crud.go`)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from .client import ArmClient, ArmRequestError, ProvisioningError
from .errors import InitializationError, ProviderError
from .flatten import from_body, to_body, with_own_id
from .patience import TimedOutError
from .readback import imported_inputs, refreshed_inputs
from .resources import RESOURCE_TYPES, ResourceType
from .schema import ResourceSchema
from .wire import Properties


class AlreadyExistsError(ProviderError):
    """What is to be created is there already."""

    def __init__(self, resource_id: str) -> None:
        super().__init__(f"cannot create already existing resource '{resource_id}'")


@dataclass(frozen=True)
class Operations:
    """The life of resources in one subscription."""

    client: ArmClient
    subscription: str

    def within(self, seconds: float, cancelled: threading.Event) -> Operations:
        """Return the operations of one call, which ends after so many of Azure's seconds, or when it is cancelled."""
        return replace(self, client=self.client.within(seconds, cancelled))

    def create(self, row: ResourceType, schema: ResourceSchema, inputs: Properties) -> tuple[str, Properties]:
        """Create a resource and return its id and outputs.

        Raises:
            AlreadyExistsError: there is one with that id.
            InitializationError: it was created, but its provisioning failed or took too long.
            ProviderError: ARM refused, or no answer came in time.
            IdError: the inputs don't make an id.

        """
        resource_id = row.id(self.subscription, inputs)
        body = to_body(schema.inputs, with_own_id(schema.inputs, inputs, resource_id))
        self._check_absent(resource_id, row.api_version)
        for name in _unset(schema, inputs):
            body.setdefault("properties", {})[name] = []
        created = self._put(row, schema, resource_id, body)
        resource_id = str(created.get("id", resource_id))
        return resource_id, self._outputs_after_write(row, schema, resource_id, created)

    def update(self, row: ResourceType, schema: ResourceSchema, inputs: Properties) -> Properties:
        """Put the resource as the inputs have it and return its outputs.

        A PUT replaces the whole resource, so what may be managed as resources of its own, and is no input, is sent as
        it is in Azure.

        Raises:
            InitializationError: it was updated, but its provisioning failed or took too long.
            ProviderError: ARM refused, or no answer came in time.
            IdError: the inputs don't make an id.

        """
        resource_id = row.id(self.subscription, inputs)
        body = to_body(schema.inputs, with_own_id(schema.inputs, inputs, resource_id))
        unset = _unset(schema, inputs)
        if unset:
            live = self._live(resource_id, row.api_version).get("properties") or {}
            kept = {name: live[name] for name in unset if name in live}
            body.setdefault("properties", {}).update(kept)
        updated = self._put(row, schema, resource_id, body)
        return self._outputs_after_write(row, schema, resource_id, updated)

    def read(
        self,
        row: ResourceType,
        schema: ResourceSchema,
        resource_id: str,
        old_inputs: Properties | None,
        old_state: Properties,
    ) -> tuple[Properties, Properties] | None:
        """Return inputs and outputs of the resource as it is, or None where it is gone.

        Raises:
            ProviderError: ARM refused, or no answer came.
            IdError: nothing is known of the resource but an id that is not one of this type.

        """
        body = self.client.get(resource_id, row.api_version)
        if body is None:
            return None
        outputs = outputs_of(row, schema, body)
        if old_inputs is None:
            return imported_inputs(row, schema, resource_id, body), outputs
        return refreshed_inputs(schema, old_inputs, old_state, outputs), outputs

    def delete(self, row: ResourceType, resource_id: str) -> None:
        """Delete the resource.

        Raises:
            ProviderError: ARM refused, or it was not done in time.

        """
        self.client.delete(resource_id, row.api_version)

    def look_up(self, row: ResourceType, schema: ResourceSchema, arguments: Properties) -> Properties:
        """Return what a get… function answers.

        Raises:
            ProviderError: ARM refused, or there is none.
            IdError: the arguments don't make an id.

        """
        resource_id = row.id(self.subscription, arguments)
        try:
            body = self.client.require(resource_id, row.api_version)
        except ProviderError as error:
            raise ProviderError(f"request failed {resource_id}: {error}") from error
        return {"id": body["id"], **outputs_of(row, schema, body)}

    def location_of_group(self, name: str) -> str | None:
        """Return the location of a resource group, or None where that cannot be told."""
        row = RESOURCE_TYPES["azure-native:resources:ResourceGroup"]
        try:
            body = self.client.get(row.id(self.subscription, {"resourceGroupName": name}), row.api_version)
        except ProviderError:
            return None
        location = (body or {}).get("location")
        return location if isinstance(location, str) else None

    def _check_absent(self, resource_id: str, api_version: str) -> None:
        try:
            found = self.client.get(resource_id, api_version)
        except ArmRequestError as error:
            raise ProviderError(
                f"cannot check existence of resource '{resource_id}': status code {error.status}, {error.body}"
            ) from error
        if found is not None:
            raise AlreadyExistsError(resource_id)

    def _live(self, resource_id: str, api_version: str) -> Properties:
        try:
            return self.client.require(resource_id, api_version)
        except ProviderError as error:
            raise ProviderError(
                f"failed maintaining unset sub-resource properties: reading cloud state: {error}"
            ) from error

    def _put(self, row: ResourceType, schema: ResourceSchema, resource_id: str, body: Properties) -> Properties:
        try:
            return self.client.put(resource_id, body, row.api_version)
        except ProvisioningError as error:
            raise self._in_part(row, schema, resource_id, error) from error

    def _in_part(
        self, row: ResourceType, schema: ResourceSchema, resource_id: str, error: ProvisioningError
    ) -> InitializationError:
        """Read what there is. Where that fails too, the state holds the id alone, and the next update mends it."""
        try:
            live = self.client.require(resource_id, row.api_version)
        except TimedOutError as late:
            return InitializationError(str(late), resource_id, {})
        except ProviderError as unread:
            return InitializationError(f"resource created but read failed {unread}: {error}", resource_id, {})
        return InitializationError(str(error), resource_id, outputs_of(row, schema, live))

    def _outputs_after_write(
        self, row: ResourceType, schema: ResourceSchema, resource_id: str, written: Properties
    ) -> Properties:
        """Take what a later read will answer, which is not always what the write answered."""
        try:
            live = self.client.get(resource_id, row.api_version)
        except ProviderError:
            live = None
        return outputs_of(row, schema, live or written)


def outputs_of(row: ResourceType, schema: ResourceSchema, body: Properties) -> Properties:
    """Return a body as the resource's outputs."""
    return {**from_body(schema.outputs, body), "azureApiVersion": row.api_version}


def _unset(schema: ResourceSchema, inputs: Properties) -> tuple[str, ...]:
    return tuple(name for name in schema.maintained if name not in inputs)
