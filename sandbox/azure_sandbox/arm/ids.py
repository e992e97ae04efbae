"""ARM ids: where a resource is, compared without case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .errors import Refusal

RESOURCE_GROUPS = "Microsoft.Resources/resourceGroups"

_GROUP_NAME = re.compile(r"[-\w.()]{0,89}[-\w()]")
_NETWORK_NAME = re.compile(r"\w([-\w.]{0,78}\w)?")


@dataclass(frozen=True)
class ResourceId:
    """The id of a resource group, of a resource in one, or of a child of such a resource."""

    subscription: str
    group: str
    namespace: str = ""
    segments: tuple[tuple[str, str], ...] = ()
    """Pairs of type and name, outermost first; none for a resource group."""

    def __str__(self) -> str:
        text = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
        if self.segments:
            text += f"/providers/{self.namespace}" + "".join(f"/{kind}/{name}" for kind, name in self.segments)
        return text

    @cached_property
    def key(self) -> str:
        """The id in the form under which it is stored and compared."""
        return str(self).lower()

    @property
    def name(self) -> str:
        """The resource's own name."""
        return self.segments[-1][1] if self.segments else self.group

    @property
    def type(self) -> str:
        """The full type, `Microsoft.Network/virtualNetworks/subnets`, in the casing of the id."""
        if not self.segments:
            return RESOURCE_GROUPS
        return "/".join((self.namespace, *(kind for kind, _ in self.segments)))

    @property
    def parent(self) -> ResourceId | None:
        """The id of the resource of which this one is a child."""
        above = self.segments[:-1]
        return ResourceId(self.subscription, self.group, self.namespace, above) if above else None

    @property
    def resource_group(self) -> ResourceId:
        """The id of the resource group."""
        return ResourceId(self.subscription, self.group)

    def child(self, kind: str, name: str) -> ResourceId:
        """Return the id of a child resource."""
        return ResourceId(self.subscription, self.group, self.namespace, (*self.segments, (kind, name)))


@dataclass(frozen=True)
class CollectionId:
    """Where a list of resources is: in a subscription, a resource group or a parent resource."""

    subscription: str
    type: str
    group: str = ""
    parent: ResourceId | None = None


@lru_cache(maxsize=4096)
def parse(text: str) -> ResourceId:
    """Return the id that `text` is, or refuse it."""
    match _parts(text):
        case [_, subscription, groups, group] if groups.lower() == "resourcegroups":
            return _checked(ResourceId(subscription, group))
        case [_, subscription, groups, group, providers, namespace, *pairs] if (
            groups.lower() == "resourcegroups" and providers.lower() == "providers" and pairs and len(pairs) % 2 == 0
        ):
            segments = tuple(zip(pairs[::2], pairs[1::2], strict=True))
            return _checked(ResourceId(subscription, group, namespace, segments))
    raise _malformed(text)


def parse_collection(text: str) -> CollectionId:
    """Return the collection whose id `text` is, or refuse it."""
    match _parts(text):
        case [_, subscription, groups] if groups.lower() == "resourcegroups":
            return CollectionId(subscription, RESOURCE_GROUPS)
        case [_, subscription, providers, namespace, kind] if providers.lower() == "providers":
            return CollectionId(subscription, f"{namespace}/{kind}")
        case [_, subscription, groups, group, providers, namespace, kind] if (
            groups.lower() == "resourcegroups" and providers.lower() == "providers"
        ):
            return CollectionId(subscription, f"{namespace}/{kind}", group)
        case [*parent, kind]:
            above = parse("/" + "/".join(parent))
            return CollectionId(above.subscription, f"{above.type}/{kind}", above.group, above)
    raise _malformed(text)


def _parts(text: str) -> list[str]:
    match text.split("/"):
        case ["", first, *rest] if first.lower() == "subscriptions" and rest and all(rest):
            return [first, *rest]
    raise _malformed(text)


def _checked(id_: ResourceId) -> ResourceId:
    if not _GROUP_NAME.fullmatch(id_.group):
        raise Refusal(
            "SandboxResourceGroupName",
            f"The resource group name '{id_.group}' is invalid. It can be up to 90 characters long, of letters, "
            "digits, '.', '_', '-' and parentheses, and can't end with '.'.",
        )
    for _, name in id_.segments:
        if not _NETWORK_NAME.fullmatch(name):
            raise Refusal(
                "InvalidResourceName",
                f"Resource name {name} is invalid. The name can be up to 80 characters long. It must begin with a word "
                "character, and it must end with a word character or with '_'. The name may contain word characters or "
                "'.', '-', '_'.",
            )
    return id_


def _malformed(text: str) -> Refusal:
    return Refusal(
        "SandboxMalformedResourceId",
        f"'{text}' is not the id of a resource: /subscriptions/{{id}}/resourceGroups/{{name}} or "
        "/subscriptions/{id}/resourceGroups/{name}/providers/{namespace}/{type}/{name} is expected.",
    )
