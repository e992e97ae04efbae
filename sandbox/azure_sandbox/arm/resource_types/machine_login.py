"""How people get into a machine: the names, the password and the keys of `osProfile`, as ARM checks them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any, Final

from ..errors import Refusal
from ..limits import (
    ADMIN_PASSWORD_LENGTH,
    ADMIN_USERNAME_LENGTH,
    COMPUTER_NAME_LENGTH,
    CUSTOM_DATA_CHARACTERS,
    PASSWORD_KINDS,
    RSA_KEY_BITS,
)
from ..rules import Put, at
from ..schema import KEPT, Body
from ..world import World
from .compute import change_refused, needed

RESERVED_USERNAMES: Final = frozenset({
    "1", "123", "a", "actuser", "adm", "admin", "admin1", "admin2", "administrator", "aspnet", "backup", "console",
    "david", "guest", "john", "owner", "root", "server", "sql", "support", "support_388945a0", "sys", "test", "test1",
    "test2", "test3", "user", "user1", "user2", "user3", "user4", "user5",
})  # fmt: skip
"""Names that no administrator may have (azure-rest-api-specs, 2024-11-01, osProfile.adminUsername)."""

RESERVED_PASSWORDS: Final = frozenset({
    "abc@123", "P@$$w0rd", "P@ssw0rd", "P@ssword123", "Pa$$word", "pass@word1", "Password!", "Password1", "Password22",
    "iloveyou!",
})  # fmt: skip
"""Passwords that everybody knows (azure-rest-api-specs, 2024-11-01, osProfile.adminPassword)."""

SECRETS: Final = ("adminPassword", "customData")
"""Members of `osProfile` that Azure takes and never gives back."""

_NOT_IN_HOST_NAME = {"Linux": "` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : ' \" , < > / ?"}
_NOT_IN_HOST_NAME["Windows"] = _NOT_IN_HOST_NAME["Linux"].replace(": '", ": . '")
_NOT_IN_WINDOWS_USERNAME = '\\ / " [ ] : | < > + = ; , ? * @'
_KINDS = (r"[A-Z]", r"[a-z]", r"[0-9]", r"[\W_]")


def system_of(properties: Body) -> str:
    """Return the operating system of a machine, as far as its body tells; Linux where nothing else is said."""
    profile = properties.get("osProfile", {})
    publisher = at(properties, "storageProfile.imageReference.publisher")
    if "windowsConfiguration" in profile or at(properties, "storageProfile.osDisk.osType") == "Windows":
        return "Windows"
    windows_image = isinstance(publisher, str) and publisher.lower().startswith("microsoftwindows")
    return "Windows" if windows_image and "linuxConfiguration" not in profile else "Linux"


def login(put: Put, _world: World) -> None:
    """Refuse an `osProfile` that nobody could log in with, or that names what Azure keeps for itself."""
    profile = put.properties.get("osProfile")
    # An image of somebody's own may be specialised, and then has its users already.
    own_image = "id" in put.properties.get("storageProfile", {}).get("imageReference", {})
    if profile is None:
        if at(put.properties, "storageProfile.osDisk.createOption") == "FromImage" and not own_image:
            raise needed("osProfile")
        return
    if "linuxConfiguration" in profile and "windowsConfiguration" in profile:
        raise Refusal(
            "InvalidParameter", f"osProfile of {put.id} has linuxConfiguration and windowsConfiguration. Remove one."
        )
    system = system_of(put.properties)
    profile.setdefault("computerName", put.id.name)
    _host_name(profile["computerName"], system)
    _username(profile.get("adminUsername"), system)
    if "adminPassword" in profile:
        _password(profile["adminPassword"], system)
    elif put.old is None and (system == "Windows" or not _keys_only(profile)):
        raise needed("adminPassword")
    _keys(profile)
    _custom_data(profile.get("customData"))


def same_login(put: Put, _world: World) -> None:
    """Refuse other secrets for a machine that exists: they are written into it once."""
    if put.old is None:
        return
    before = put.old.body.get(KEPT, {})
    given = put.properties.get("osProfile", {})
    for name in SECRETS:
        if name in given and _digest(given[name], put) != before.get(name):
            raise change_refused(name)


def keep_secrets(put: Put) -> None:
    """Take the secrets out of the body, and keep what it takes to know them again."""
    profile = put.properties.get("osProfile", {})
    given = {name: _digest(profile.pop(name), put) for name in SECRETS if name in profile}
    before = put.old.body.get(KEPT, {}) if put.old else {}
    if kept := {**before, **given}:
        put.body[KEPT] = kept


def keys_of(profile: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - any JSON
    """Return the SSH keys of a login, each with the file it goes into, in an order of their own."""
    listed = at(profile, "linuxConfiguration.ssh.publicKeys") if isinstance(profile, dict) else None
    return sorted((key.get("path", ""), key.get("keyData", "").strip()) for key in listed or ())


def _digest(secret: str, put: Put) -> str:
    """Return what tells a secret from another one, and doesn't tell the secret."""
    return hashlib.scrypt(secret.encode(), salt=put.id.key.encode(), n=1 << 10, r=8, p=1).hex()


def _host_name(name: str, system: str) -> None:
    longest, barred = COMPUTER_NAME_LENGTH[system], _NOT_IN_HOST_NAME[system]
    holds_barred = any(character in name for character in barred.split())
    if system == "Windows" and (len(name) > longest or name.isdecimal() or holds_barred):
        raise Refusal(
            "InvalidParameter",
            f"Windows computer name cannot be more than {longest} characters long, be entirely numeric, or contain the "
            f"following characters: {barred}.",
        )
    if len(name) > longest or holds_barred:
        raise Refusal(
            "InvalidParameter",
            f"Linux host name cannot exceed {longest} characters in length or contain the following characters: "
            f"{barred}.",
        )


def _username(name: str | None, system: str) -> None:
    if not name:
        raise needed("adminUsername")
    if name.lower() in RESERVED_USERNAMES:
        raise Refusal("InvalidParameter", "The Admin Username specified is not allowed.")
    longest = ADMIN_USERNAME_LENGTH[system]
    barred = any(character in name for character in _NOT_IN_WINDOWS_USERNAME.split())
    if system == "Windows" and (len(name) > longest or name.endswith(".") or barred):
        raise Refusal(
            "InvalidParameter",
            f"Windows admin user name cannot be more than {longest} characters long, end with a period(.), or contain "
            f"the following characters: {_NOT_IN_WINDOWS_USERNAME}.",
        )
    if len(name) > longest:
        raise Refusal(
            "InvalidParameter",
            f"The value of parameter adminUsername is invalid. It has more than {longest} characters.",
        )


def _password(password: str, system: str) -> None:
    if password in RESERVED_PASSWORDS:
        raise Refusal("InvalidParameter", "The Admin password specified is not allowed.")
    low, high = ADMIN_PASSWORD_LENGTH[system]
    kinds = sum(re.search(kind, password) is not None for kind in _KINDS)
    if not low <= len(password) <= high or kinds < PASSWORD_KINDS or re.search(r"[\x00-\x1f\x7f]", password):
        raise Refusal(
            "InvalidParameter",
            f"The supplied password must be between {low}-{high} characters long and must satisfy at least "
            f"{PASSWORD_KINDS} of password complexity requirements from the following:\r\n1) Contains an uppercase "
            "character\r\n2) Contains a lowercase character\r\n3) Contains a numeric digit\r\n4) Contains a special "
            "character\r\n5) Control characters are not allowed",
        )


def _keys_only(profile: Body) -> bool:
    disabled = at(profile, "linuxConfiguration.disablePasswordAuthentication") is True
    if disabled and not keys_of(profile):
        raise Refusal(
            "InvalidParameter",
            "Authentication using either SSH or by user name and password must be enabled in Linux profile.",
        )
    return disabled


def _keys(profile: Body) -> None:
    home = f"/home/{profile['adminUsername']}/.ssh/authorized_keys"
    for path, key in keys_of(profile):
        if path and path != home:
            raise Refusal(
                "InvalidParameter",
                f"Destination path for Ssh public keys is currently limited to its default value {home}  due to a "
                "known issue in Linux provisioning agent.",
            )
        if not _is_key(key):
            raise Refusal(
                "InvalidParameter",
                "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid. It must be an OpenSSH "
                f"public key: ssh-ed25519, or ssh-rsa of {RSA_KEY_BITS:,} bits or more.",
            )


def _is_key(text: str) -> bool:
    """Tell whether a text is an OpenSSH public key (RFC 4253, section 6.6; RFC 8709) that Azure takes."""
    algorithm, _, rest = text.partition(" ")
    if algorithm not in {"ssh-rsa", "ssh-ed25519"}:
        return False
    try:
        blob = base64.b64decode(rest.split()[0], validate=True)
    except (IndexError, binascii.Error):
        return False
    fields = []
    while blob:
        length = int.from_bytes(blob[:4])
        fields.append(blob[4 : 4 + length])
        blob = blob[4 + length :]
    if not fields or fields[0] != algorithm.encode():
        return False
    modulus = int.from_bytes(fields[-1])
    return algorithm != "ssh-rsa" or modulus.bit_length() >= RSA_KEY_BITS


def _custom_data(text: str | None) -> None:
    if text is None:
        return
    try:
        base64.b64decode(text, validate=True)
        valid = len(text) <= CUSTOM_DATA_CHARACTERS
    except binascii.Error:
        valid = False
    if not valid:
        raise Refusal(
            "InvalidParameter",
            "Custom data in OSProfile must be in Base64 encoding and with a maximum length of "
            f"{CUSTOM_DATA_CHARACTERS} characters.",
        )
