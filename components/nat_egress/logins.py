"""Who may log in to a machine: names, SSH keys and passwords. What is asked for, and Azure's rules. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from . import limits
from .problems import Problem
from .reading import Arguments

if TYPE_CHECKING:
    from pulumi import Input

DEFAULT_USERNAME: Final = "azureadmin"

KEY_TYPES: Final = ("ssh-rsa", "ssh-ed25519")
"""Types of SSH keys that Azure takes (learn.microsoft.com/azure/virtual-machines/linux/mac-create-ssh-keys, 2025)."""

_USERNAME: Final = {
    "Linux": re.compile(r"[a-z_][a-z0-9_-]*", re.IGNORECASE),
    "Windows": re.compile(r"[^\\/\"\[\]:|<>+=;,?*@&\s]+(?<!\.)"),
}
_USERNAME_RULE: Final = {
    "Linux": "letters, digits, underscores and hyphens, and begins with a letter or an underscore",
    "Windows": 'characters, none of them a space or one of \\/"[]:|<>+=;,?*@&, and does not end with a period',
}
_CLASSES: Final = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[\W_]")
_NEEDED_CLASSES: Final = 3


@dataclass(frozen=True)
class LoginSpec:
    """The administrator of a machine, as understood from its arguments."""

    username: str = DEFAULT_USERNAME
    ssh_public_keys: tuple[Input[str], ...] = ()
    password_login: bool = False
    """Whether a password opens the machine: always on Windows, on Linux where it is asked for."""
    password: Input[str] | None = None
    """None where it is generated."""


def read_login(arguments: Arguments, os: str) -> LoginSpec:
    """Read what concerns the administrator of a machine with the operating system `os`."""
    if os == "Windows" and arguments.given("password_login"):
        arguments.problem("password_login", "given", "a password always opens a Windows machine", "Remove it.")
    return LoginSpec(
        username=arguments.text("admin_username") or DEFAULT_USERNAME,
        ssh_public_keys=arguments.references("ssh_public_keys", secret=True),
        password_login=arguments.flag("password_login", default=False) or os == "Windows",
        password=arguments.reference("admin_password", secret=True),
    )


def login_problems(login: LoginSpec, os: str) -> list[Problem]:
    """Find everything that is wrong with the administrator of a machine, as far as plain values tell."""
    return [
        *_username_problems(login.username, os),
        *_key_problems(login, os),
        *(_password_problems(login, os) if login.password is not None else ()),
    ]


def _username_problems(username: str, os: str) -> Iterator[Problem]:
    longest = limits.MAX_ADMIN_USERNAME[os]
    if username.lower() in limits.FORBIDDEN_ADMIN_USERNAMES:
        rule = "Azure takes no administrator of such a common name"
        yield Problem("admin_username", username, rule, f"Use another one, such as {DEFAULT_USERNAME}.")
    elif len(username) > longest or not _USERNAME[os].fullmatch(username):
        rule = f"the name of a {os} administrator has 1 to {longest} {_USERNAME_RULE[os]}"
        yield Problem("admin_username", username, rule, f"Use another one, such as {DEFAULT_USERNAME}.")


def _key_problems(login: LoginSpec, os: str) -> Iterator[Problem]:
    if os == "Windows":
        if login.ssh_public_keys:
            rule = "Azure puts keys into Linux machines only"
            yield Problem("ssh_public_keys", f"{len(login.ssh_public_keys)} keys", rule, "Remove them.")
        return
    if not login.ssh_public_keys and not login.password_login:
        yield Problem(
            "ssh_public_keys",
            None,
            "nobody could log in",
            "Give the public key of who administers the machine, such as the line in ~/.ssh/id_ed25519.pub; or set "
            "password_login: True to have a password generated.",
        )
    for position, key in enumerate(login.ssh_public_keys):
        if isinstance(key, str) and not _is_public_key(key):
            yield Problem(
                f"ssh_public_keys[{position}]",
                "a private key" if "PRIVATE KEY" in key else "what is given",
                f"a public key is one line of a type ({' or '.join(KEY_TYPES)}), the key and a comment",
                "Give the line of the file that ends with .pub.",
            )


def _password_problems(login: LoginSpec, os: str) -> Iterator[Problem]:
    if not login.password_login:
        rule = "no password opens this machine"
        yield Problem("admin_password", "given", rule, "Remove it, or set password_login: True.")
    elif isinstance(login.password, str):
        shortest, longest = limits.PASSWORD_CHARACTERS[os]
        classes = sum(bool(re.search(pattern, login.password)) for pattern in _CLASSES)
        if not shortest <= len(login.password) <= longest or classes < _NEEDED_CLASSES:
            rule = (
                f"a password has {shortest} to {longest} characters, and three of: lower case, upper case, digit, other"
            )
            yield Problem(
                "admin_password", "what is given", rule, "Give another one, or remove it to have one generated."
            )


def _is_public_key(text: str) -> bool:
    """Tell whether `text` is an OpenSSH public key: its type stands in it twice, the second time encoded."""
    parts = text.split()
    if len(parts) < 2 or parts[0] not in KEY_TYPES or len(text.strip().splitlines()) != 1:  # noqa: PLR2004 - type and key
        return False
    try:
        decoded = base64.b64decode(parts[1], validate=True)
    except binascii.Error:
        return False
    size = int.from_bytes(decoded[:4], "big")
    return decoded[4 : 4 + size] == parts[0].encode()
