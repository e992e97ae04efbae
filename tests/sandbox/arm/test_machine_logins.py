"""Names, passwords and keys of machines, in ARM's words; and that no answer has a secret."""

from __future__ import annotations

import base64
import json

import pytest
from azure_sandbox.arm.limits import RSA_KEY_BITS

from tests.sandbox.arm.conftest import ED25519, ssh_key

SHORT_RSA, LONG_RSA = (
    ssh_key(b"ssh-rsa", b"\x01\x00\x01", b"\x00\xff" + b"m" * (bits // 8 - 1)) for bits in (1024, RSA_KEY_BITS)
)
KEYS_ONLY = "Authentication using either SSH or by user name and password must be enabled in Linux profile."
PASSWORDS = "must satisfy at least 3 of password complexity requirements"


@pytest.fixture
def azure_with_interface(network):
    network.put_interface()
    return network


def linux(azure, **of_profile):
    return azure.put_machine(properties={"osProfile": of_profile})


def keys(*data, path="/home/somebody/.ssh/authorized_keys", only=True):
    listed = [{"path": path, "keyData": key} for key in data]
    return {"linuxConfiguration": {"disablePasswordAuthentication": only, "ssh": {"publicKeys": listed}}}


@pytest.mark.parametrize("name", ["admin", "Admin", "root", "user1", "a", "1", "support_388945a0"])
def test_reserved_usernames(azure_with_interface, refused, name):
    for response in (
        linux(azure_with_interface, adminUsername=name),
        azure_with_interface.put_windows(adminUsername=name),
    ):
        assert refused(response, "InvalidParameter") == "The Admin Username specified is not allowed."


@pytest.mark.parametrize(
    ("system", "name", "text"),
    [
        ("Linux", "u" * 64, None),
        ("Linux", "u" * 65, "adminUsername"),
        ("Windows", "u" * 20, None),
        ("Windows", "u" * 21, "Windows admin user name cannot be more than 20 characters long"),
        ("Windows", "dot.", "end with a period(.)"),
        ("Windows", "a/b", "contain the following characters"),
    ],
)
def test_usernames(azure_with_interface, refused, system, name, text):
    if system == "Linux":
        response = linux(azure_with_interface, adminUsername=name, **keys(ED25519, path=""))
    else:
        response = azure_with_interface.put_windows(adminUsername=name)
    if text:
        assert text in refused(response, "InvalidParameter")
    else:
        assert response.ok, response


@pytest.mark.parametrize(
    ("system", "name", "valid"),
    [
        ("Linux", "h" * 64, True),
        ("Linux", "h" * 65, False),
        ("Linux", "web.example", True),
        ("Linux", "web_1", False),
        ("Linux", "12345", True),
        ("Windows", "h" * 15, True),
        ("Windows", "h" * 16, False),
        ("Windows", "12345", False),
        ("Windows", "web.example", False),
    ],
)
def test_host_names(azure_with_interface, refused, system, name, valid):
    put = linux if system == "Linux" else lambda azure, **more: azure.put_windows(**more)
    response = put(azure_with_interface, computerName=name)
    if valid:
        assert response.ok, response
    else:
        start = (
            "Linux host name cannot exceed 64" if system == "Linux" else "Windows computer name cannot be more than 15"
        )
        assert refused(response, "InvalidParameter").startswith(start)


@pytest.mark.parametrize(
    ("system", "password", "text"),
    [
        ("Linux", "Abc12!", None),
        ("Linux", "Ab1!x", "between 6-72 characters"),
        ("Linux", "Abc12!" * 12 + "x", "between 6-72 characters"),
        ("Windows", "Abcd123!", None),
        ("Windows", "Abc123!", "between 8-123 characters"),
        ("Windows", "Abcd123!" * 15 + "Abc!", "between 8-123 characters"),
        ("Windows", "abcdefg1", PASSWORDS),
        ("Windows", "Abcdefgh", PASSWORDS),
        ("Windows", "Abcdefg1", None),
        ("Windows", "abcdef_1", None),
        ("Windows", "Abcdef1\t", PASSWORDS),
        ("Windows", "P@ssw0rd", "The Admin password specified is not allowed."),
        ("Linux", "Password22", "The Admin password specified is not allowed."),
    ],
)
def test_passwords(azure_with_interface, refused, system, password, text):
    if system == "Linux":
        response = linux(azure_with_interface, adminPassword=password, linuxConfiguration=None)
    else:
        response = azure_with_interface.put_windows(adminPassword=password)
    if text:
        assert text in refused(response, "InvalidParameter")
    else:
        assert response.ok, response


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        (keys(only=True), KEYS_ONLY),
        (keys(ED25519, only=False), "Required parameter 'adminPassword' is missing (null)."),
        ({"linuxConfiguration": None}, "Required parameter 'adminPassword' is missing (null)."),
        ({"adminUsername": None}, "Required parameter 'adminUsername' is missing (null)."),
        (
            keys(ED25519, path="/root/.ssh/authorized_keys"),
            "currently limited to its default value /home/somebody/.ssh/",
        ),
        (keys("ssh-rsa AAAA"), "linuxConfiguration.ssh.publicKeys.keyData is invalid"),
        (keys("ssh-rsa " + ED25519.split()[1]), "linuxConfiguration.ssh.publicKeys.keyData is invalid"),
        (keys("ssh-dss " + ED25519.split()[1]), "linuxConfiguration.ssh.publicKeys.keyData is invalid"),
        (keys("not a key"), "linuxConfiguration.ssh.publicKeys.keyData is invalid"),
        (keys(""), "linuxConfiguration.ssh.publicKeys.keyData is invalid"),
        (keys(SHORT_RSA), "ssh-rsa of 2,048 bits or more"),
        ({"customData": "not base64"}, "Custom data in OSProfile must be in Base64 encoding"),
        ({"customData": base64.b64encode(b"x" * 65_536).decode()}, "maximum length of 87380 characters"),
        ({"windowsConfiguration": {}}, "linuxConfiguration and windowsConfiguration"),
    ],
)
def test_logins_that_are_refused(azure_with_interface, refused, profile, text):
    assert text in refused(linux(azure_with_interface, **profile), "InvalidParameter")


@pytest.mark.parametrize(
    "profile",
    [
        keys(LONG_RSA),
        keys(ED25519, LONG_RSA),
        {**keys(ED25519, only=False), "adminPassword": "Secr3t-enough"},
        {"customData": base64.b64encode(b"x" * 65_535).decode()},
    ],
)
def test_logins_that_are_taken(azure_with_interface, profile):
    response = linux(azure_with_interface, **profile)
    assert response.ok, response


def test_windows_needs_a_password(azure_with_interface, refused):
    message = refused(azure_with_interface.put_windows(adminPassword=None), "InvalidParameter")
    assert message == "Required parameter 'adminPassword' is missing (null)."


def test_a_machine_from_an_image_needs_a_login(azure_with_interface, refused):
    response = azure_with_interface.put_machine(properties={"osProfile": None})
    assert refused(response, "InvalidParameter") == "Required parameter 'osProfile' is missing (null)."


def test_a_machine_from_an_image_of_ones_own_may_have_its_users(azure_with_interface, refused):
    image = {"publisher": None, "offer": None, "sku": None, "version": None, "id": "/some/image"}
    assert azure_with_interface.put_machine(
        properties={"osProfile": None, "storageProfile": {"imageReference": image}}
    ).ok
    added = azure_with_interface.put_machine(properties={"storageProfile": {"imageReference": image}})
    assert refused(added, "PropertyChangeNotAllowed") == "Changing property 'osProfile' is not allowed."


def test_a_secret_is_in_no_answer_and_not_in_the_file(azure_with_interface, path, refused):
    azure = azure_with_interface
    secrets = {"adminPassword": "Secr3t-enough", "customData": base64.b64encode(b"a token").decode()}
    put = azure.put_windows(**secrets)
    assert put.ok, put
    listed = azure.plane.list(f"/subscriptions/{azure.subscription}/providers/Microsoft.Compute/virtualMachines")
    shown = json.dumps([put.body, azure.get(azure.compute_id("virtualMachines", "vm")), listed.body])
    azure.plane.close()
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    for name, secret in secrets.items():
        assert name not in shown
        assert secret not in shown
        assert secret.encode() not in stored


def test_a_secret_is_known_again(azure_with_interface, refused):
    azure = azure_with_interface
    assert azure.put_windows(adminPassword="Secr3t-enough").status == 201
    assert azure.put_windows(adminPassword="Secr3t-enough").status == 200
    assert azure.put_windows(adminPassword=None).status == 200
    message = refused(azure.put_windows(adminPassword="An0ther-one"), "PropertyChangeNotAllowed")
    assert message == "Changing property 'adminPassword' is not allowed."
    assert azure.put_windows(adminPassword="Secr3t-enough").status == 200


def test_what_the_sandbox_keeps_cannot_be_written(azure_with_interface, refused):
    response = azure_with_interface.put_machine(_kept=["forged"])
    assert "_kept" not in response.body
    refused(linux(azure_with_interface, adminPassword="Secr3t-enough"), "PropertyChangeNotAllowed")
