"""What Azure would answer: ids from the names in the inputs, addresses, names, principals.

Whatever a test knows better it gives in `outputs`; what the program asks with `get_…` functions it gives in `invokes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..graph import tokens
from ..graph.kinds import KINDS
from ..graph.values import Value, number, same, text, texts, word
from .arm_ids import id_of, own_name
from .failures import Failure, MissingAnswer, hidden
from .identities import identity_of
from .parts import parts_of
from .ranges import Ranges
from .resource import Call

__tracebackhide__ = hidden

Answer = Mapping[str, Any] | Callable[["Asked"], Mapping[str, Any]]
"""Outputs, or what makes them of what was asked."""
Found = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""What a function of a provider returns, or what makes that of its arguments."""

SUBSCRIPTION: Final = "00000000-0000-0000-0000-000000000000"
LOCATION: Final = "westeurope"


@dataclass(frozen=True)
class Asked:
    """A resource that a program asks for."""

    type: str
    name: str
    inputs: Mapping[str, Value]
    custom: bool
    preview: bool
    id: str = ""
    """Of one that exists, and is read or imported."""

    @property
    def kind(self) -> str:
        """Module and type, as in `network:Subnet`."""
        return tokens.parse(self.type).kind


class AzureAnswers:
    """Answers to one run of a program. Two runs of one program get the same, whatever the order of registrations."""

    def __init__(
        self,
        *,
        outputs: Mapping[str, Answer] | None = None,
        invokes: Mapping[str, Found] | None = None,
        subscription: str = SUBSCRIPTION,
        location: str = LOCATION,
    ) -> None:
        """Take what the test gives.

        `outputs` are by kind (`PublicIPPrefix`, `network:PublicIPPrefix` or the whole token) or kind and name
        (`PublicIPPrefix partners`), `invokes` by token (`azure-native:network:getSubnet`) or its last part.
        """
        self._outputs = dict(outputs or {})
        self._invokes = dict(invokes or {})
        self._subscription = subscription
        self._location = location
        self._ranges = Ranges()
        self._subnets: dict[str, str] = {}

    def resource(self, asked: Asked) -> tuple[str, dict[str, Value]]:
        """Return the id and the outputs of a resource. In a preview a new one has no id, and gives back its inputs."""
        found = {**asked.inputs}
        new_id = asked.id
        if asked.custom and not asked.preview:
            new_id = new_id or id_of(asked.kind, asked.name, asked.inputs, self._subscription)
            found |= self._of_azure(asked, new_id)
        if asked.custom and asked.type.startswith("azure-native"):
            found |= identity_of(asked.name, asked.inputs, known=not asked.preview)
            found |= parts_of(
                asked.kind,
                asked.inputs,
                "" if asked.preview else new_id,
                lambda place, part: self._private(f"{asked.name}/{place}", part),
            )
        given = self._given(asked)
        chosen = given.pop("id", new_id)
        return chosen, {**found, **given}

    def invoke(self, call: Call) -> dict[str, Any]:
        """Return what a function of a provider finds. Raises `MissingAnswer` where the test has given nothing."""
        short = call.token.rpartition(":")[2]
        found = self._invokes.get(call.token, self._invokes.get(short))
        if found is None:
            raise MissingAnswer(
                f"The program calls {call.token} with {dict(call.arguments)}, and the test says nothing of what it "
                f'returns. Give it: record(…, invokes={{"{short}": {{…}}}}).'
            )
        answer = found(call.arguments) if callable(found) else found
        return _checked(answer, call.token, f"invokes, for {call.token},")

    def _given(self, asked: Asked) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for key in keys_of(asked.type, asked.name) if self._outputs else ():
            answer = self._outputs.get(key, {})
            found = answer(asked) if callable(answer) else answer
            given |= _checked(found, asked.type, f"outputs, for {asked.type} {asked.name},")
        return given

    def _of_azure(self, asked: Asked, new_id: str) -> dict[str, Value]:
        if not asked.type.startswith("azure-native"):
            return dict(_OTHERS[asked.type](asked)) if asked.type in _OTHERS else {}
        found: dict[str, Value] = {"name": own_name(asked.kind, asked.name, asked.inputs)}
        if asked.kind not in KINDS or len(KINDS[asked.kind].names) == 1:
            found["location"] = word(text(asked.inputs, "location"), self._location)
        found["provisioningState"] = "Succeeded"
        special: dict[str, Callable[[Asked, str], dict[str, Value]]] = {
            "network:PublicIPPrefix": self._prefix,
            "network:PublicIPAddress": self._address,
            "network:Subnet": self._subnet,
            "network:BastionHost": _bastion,
        }
        return found | (special[asked.kind](asked, new_id) if asked.kind in special else {})

    def _prefix(self, asked: Asked, _id: str) -> dict[str, Value]:
        length = number(asked.inputs, "prefixLength")
        if not isinstance(length, int):
            return {}
        return {"ipPrefix": self._ranges.public(asked.name, length, ipv6=_is_ipv6(asked))}

    def _address(self, asked: Asked, _id: str) -> dict[str, Value]:
        ipv6 = _is_ipv6(asked)
        found = self._ranges.public(asked.name, 128 if ipv6 else 32, ipv6=ipv6)
        return {"ipAddress": found.partition("/")[0]}

    def _subnet(self, asked: Asked, new_id: str) -> dict[str, Value]:
        prefixes = [*texts(asked.inputs, "addressPrefix"), *texts(asked.inputs, "addressPrefixes")]
        self._subnets[new_id.lower()] = next((one for one in prefixes if isinstance(one, str) and ":" not in one), "")
        return {}

    def _private(self, name: str, configuration: Mapping[str, Value]) -> str:
        subnet = text(configuration, "subnet", "id")
        known = self._subnets.get(subnet.lower(), "") if isinstance(subnet, str) else ""
        return self._ranges.private(name, known)


def keys_of(token: str, name: str) -> list[str]:
    """Return the keys under which the outputs of a resource may be given; those of a later one go over the others."""
    kinds = dict.fromkeys(tokens.spellings(token))
    return [*kinds, *(f"{kind} {name}" for kind in kinds)]


def _checked(given: object, token: str, where: str) -> dict[str, Any]:
    """Return an answer of a test. Raises `Failure` where the program would not hear it."""
    if not isinstance(given, Mapping):
        raise Failure(f"What the test gives as {where} is {given!r}. Give a dict, or a function that returns one.")
    # No property of azure-native has an underscore in its name.
    if token.startswith("azure-native") and (wrong := [key for key in given if "_" in key]):
        raise Failure(
            f"What the test gives as {where} has {', '.join(wrong)}. Name it as the provider does, and not as Python: "
            "ipPrefix, not ip_prefix."
        )
    return dict(given)


def _is_ipv6(asked: Asked) -> bool:
    return same(asked.inputs.get("publicIPAddressVersion"), "IPv6")


def _bastion(asked: Asked, _id: str) -> dict[str, Value]:
    return {"dnsName": f"bst-{asked.name}.bastion.azure.com"}


_OTHERS: Final[dict[str, Callable[[Asked], dict[str, Value]]]] = {
    "random:index/randomPassword:RandomPassword": lambda asked: {"result": f"Generated-{asked.name}"},
    "random:index/randomString:RandomString": lambda asked: {"result": f"generated-{asked.name}"},
    "random:index/randomId:RandomId": lambda asked: {"hex": asked.name.encode().hex(), "b64Url": asked.name},
}
"""What other providers give whose resources stand in programs for Azure."""
