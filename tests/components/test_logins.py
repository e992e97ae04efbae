from __future__ import annotations

import base64

import pytest
from nat_egress import limits
from nat_egress.logins import DEFAULT_USERNAME, LoginSpec, login_problems, read_login
from nat_egress.machine_args import PrivateMachineArgs
from nat_egress.reading import Arguments
from pulumi import Output


def key(kind="ssh-ed25519", inner=None):
    name = (inner or kind).encode()
    return f"{kind} {base64.b64encode(len(name).to_bytes(4, 'big') + name + bytes(36)).decode()}"


KEY = key()
PASSWORD = "Correct-Horse-7"
PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0LWtleQ==\n-----END OPENSSH PRIVATE KEY-----"


def lines(os="Linux", **args):
    problems = []
    login = read_login(Arguments(args, PrivateMachineArgs, problems), os)
    return [str(problem) for problem in [*problems, *login_problems(login, os)]]


def test_what_is_asked_for():
    problems = []
    args = {"admin_username": "ops", "ssh_public_keys": [KEY], "password_login": True, "admin_password": PASSWORD}
    login = read_login(Arguments(args, PrivateMachineArgs, problems), "Linux")
    assert (login, problems) == (LoginSpec("ops", (KEY,), password_login=True, password=PASSWORD), [])


@pytest.mark.parametrize(("os", "password"), [("Linux", False), ("Windows", True)])
def test_passwords_open_windows_always_and_linux_where_asked(os, password):
    login = read_login(Arguments({}, PrivateMachineArgs, []), os)
    assert login == LoginSpec(DEFAULT_USERNAME, password_login=password)


@pytest.mark.parametrize("value", [True, False])
def test_windows_has_no_choice(value):
    (line,) = lines("Windows", password_login=value)
    assert line == "password_login is given: a password always opens a Windows machine. Remove it."


@pytest.mark.parametrize(
    ("os", "name", "fits"),
    [
        ("Linux", "a1", True),
        ("Linux", "_ops-team", True),
        ("Linux", "Ops", True),
        ("Linux", "o" * 64, True),
        ("Linux", "o" * 65, False),
        ("Linux", "1ops", False),
        ("Linux", "-ops", False),
        ("Linux", "o.ps", False),
        ("Linux", "o ps", False),
        ("Linux", "öps", False),
        ("Linux", "ops\n", False),
        ("Windows", "ops.team", True),
        ("Windows", "1ops", True),
        ("Windows", "o" * 20, True),
        ("Windows", "o" * 21, False),
        ("Windows", "ops.", False),
        ("Windows", "o ps", False),
        *[("Windows", f"o{sign}ps", False) for sign in '\\/"[]:|<>+=;,?*@&'],
    ],
)
def test_usernames(os, name, fits):
    keys = {"ssh_public_keys": [KEY]} if os == "Linux" else {}
    said = lines(os, admin_username=name, **keys)
    if fits:
        assert said == []
    else:
        (line,) = said
        assert line.startswith(f"admin_username is {name}: the name of a {os} administrator has 1 to ")
        assert line.endswith("Use another one, such as azureadmin.")


@pytest.mark.parametrize("os", ["Linux", "Windows"])
@pytest.mark.parametrize("name", sorted(limits.FORBIDDEN_ADMIN_USERNAMES))
def test_names_that_azure_takes_for_nobody(os, name):
    keys = {"ssh_public_keys": [KEY]} if os == "Linux" else {}
    for written in {name, name.upper(), name.title()}:
        (line,) = lines(os, admin_username=written, **keys)
        assert line.startswith(f"admin_username is {written}: Azure takes no administrator of such a common name. Use")


@pytest.mark.parametrize(
    "text",
    [
        key("ssh-rsa"),
        key("ssh-ed25519"),
        f"{KEY} ops@example.org",
        f"{KEY} two words",
        f"{KEY}\n",
    ],
)
def test_public_keys(text):
    assert lines(ssh_public_keys=[text]) == []


WRONG_KEYS = {
    "a private key": PRIVATE,
    "a private key of PuTTY": "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nc2VjcmV0LWtleQ==",
    "two lines": f"{KEY}\n{KEY}",
    "a key over two lines": KEY[:40] + "\n" + KEY[40:],
    "another type": key("ecdsa-sha2-nistp256"),
    "a type that is not in the key": key("ssh-rsa", inner="ssh-ed25519"),
    "wrong base64": KEY[:-1] + "!",
    "base64 and a sign that is none": f"{KEY}!",
    "short base64": KEY[:-1],
    "no key": "ssh-ed25519",
    "a path": "~/.ssh/id_ed25519.pub",
    "spaces": "   ",
    "the SSH2 form": '---- BEGIN SSH2 PUBLIC KEY ----\nComment: "rsa"',
}


@pytest.mark.parametrize("text", WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_what_is_no_public_key_is_refused_and_not_printed(text):
    (line,) = lines(ssh_public_keys=[KEY, text])
    what = "a private key" if "PRIVATE KEY" in text else "what is given"
    assert line == (
        f"ssh_public_keys[1] is {what}: a public key is one line of a type (ssh-rsa or ssh-ed25519), the key and a "
        "comment. Give the line of the file that ends with .pub."
    )


def test_somebody_can_log_in():
    (line,) = lines()
    assert line.startswith("ssh_public_keys is not set: nobody could log in. Give the public key")
    assert lines(password_login=True) == []
    assert lines("Windows") == []


def test_windows_takes_no_keys():
    (line,) = lines("Windows", ssh_public_keys=[KEY, KEY])
    assert line == "ssh_public_keys is 2 keys: Azure puts keys into Linux machines only. Remove them."


def test_keys_that_are_not_known_yet_are_taken(run):
    assert run(lambda: [lines(ssh_public_keys=[Output.from_input("x")])]).result == [[]]


@pytest.mark.parametrize(
    ("os", "password", "fits"),
    [
        ("Linux", "Abcdefghij1k", True),
        ("Linux", "Abcdefghi1k", False),
        ("Linux", "Ab1" + "x" * 69, True),
        ("Linux", "Ab1" + "x" * 70, False),
        ("Windows", "Ab1" + "x" * 120, True),
        ("Windows", "Ab1" + "x" * 121, False),
        ("Linux", "abcdefghijk1-", True),
        ("Linux", "ABCDEFGHIJK1_", True),
        ("Linux", "abcdefghijkl1", False),
        ("Linux", "ABCDEFGHIJKLm", False),
        ("Windows", "123456789012-", False),
    ],
)
def test_passwords(os, password, fits):
    said = lines(os, admin_password=password, **({"password_login": True} if os == "Linux" else {}))
    if fits:
        assert said == []
    else:
        (line,) = said
        assert password not in line
        assert line.startswith("admin_password is what is given: a password has 12 to ")
        assert line.endswith("Give another one, or remove it to have one generated.")


def test_a_password_that_opens_nothing_is_refused_and_not_printed():
    (line,) = lines(ssh_public_keys=[KEY], admin_password=PASSWORD)
    assert line == ("admin_password is given: no password opens this machine. Remove it, or set password_login: True.")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"admin_password": 31415926}, "admin_password is given: it must be text that is not empty, or an output"),
        ({"admin_password": [31415926]}, "admin_password is given: it must be text that is not empty"),
        ({"ssh_public_keys": f"{PRIVATE}31415926"}, "ssh_public_keys is given: it must be a list of texts"),
        ({"ssh_public_keys": [31415926]}, "ssh_public_keys is given: it must hold only texts that are not empty"),
        ({"admin_username": 7}, "admin_username is 7: it must be text"),
        ({"password_login": "yes"}, "password_login is yes: it must be True or False"),
    ],
)
def test_wrong_types_are_refused_and_secrets_are_not_printed(args, expected):
    said = lines(**args)
    assert any(line.startswith(expected) for line in said), said
    assert not any("31415926" in line or "BEGIN" in line for line in said)
