from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nat_egress.state import Passphrase, SecretsError, properties, secrets
from nat_egress.state.values import Secret


@pytest.fixture(scope="module")
def opened():
    """A crypter whose key is derived, which takes a fifth of a second."""
    crypter = Passphrase("open sesame").crypter(None)
    crypter.encrypt("x")
    return crypter


@pytest.fixture(scope="module")
def provider(opened):
    return opened.provider


def test_the_format_is_the_documented_one(provider):
    """Read with nothing of the module under test but its figures' published values."""
    version, salt, inner, nonce, sealed = provider["state"]["salt"].split(":")
    key = hashlib.pbkdf2_hmac("sha256", b"open sesame", base64.b64decode(salt), 1_000_000, 32)
    assert (version, inner, provider["type"]) == ("v1", "v1", "passphrase")
    assert AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None) == b"pulumi"


def test_what_one_process_encrypts_another_decrypts(provider):
    sealed = Passphrase("open sesame").crypter(provider).encrypt('{"a":"ü"}')
    assert "a" not in sealed.split(":")[0]
    assert Passphrase("open sesame").crypter(provider).decrypt(sealed) == '{"a":"ü"}'


def test_the_same_text_never_gives_the_same_ciphertext(opened):
    assert opened.encrypt("x") != opened.encrypt("x")


def test_a_wrong_passphrase_says_so(provider):
    with pytest.raises(SecretsError, match=r"incorrect passphrase.*PULUMI_CONFIG_PASSPHRASE"):
        Passphrase("wrong").crypter(provider).decrypt("v1:AAAA:AAAA")


def test_no_passphrase_says_so(provider):
    with pytest.raises(SecretsError, match="no passphrase"):
        Passphrase(None).crypter(provider).encrypt("x")


def test_no_key_is_derived_before_a_secret_needs_it(monkeypatch, provider):
    def never(*_arguments):
        raise AssertionError

    monkeypatch.setattr(hashlib, "pbkdf2_hmac", never)
    crypter = Passphrase("open sesame").crypter(provider)
    assert crypter.provider == provider
    assert Passphrase("open sesame").crypter(None).provider is None


def test_a_key_is_derived_once(monkeypatch):
    calls = []
    derive = hashlib.pbkdf2_hmac
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", lambda *given: calls.append(given) or derive(*given))
    first = Passphrase("once").crypter(None)
    sealed = first.encrypt("x")
    for _ in range(2):
        assert Passphrase("once").crypter(first.provider).decrypt(sealed) == "x"
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"type": "azurekeyvault", "state": {}}, "azurekeyvault"),
        ({"type": "passphrase", "state": {}}, "no salt"),
    ],
)
def test_other_providers_are_refused_by_name(broken, said):
    with pytest.raises(SecretsError, match=said):
        Passphrase("x").crypter(broken)


@pytest.mark.parametrize("salt", ["", "v2:AAAA:v1:a:b", "v1:AAAA", "v1:!!!:v1:a:b"])
def test_a_malformed_salt_is_refused(salt):
    with pytest.raises(SecretsError, match="salt"):
        Passphrase("x").crypter_of_salt(salt).encrypt("x")


@pytest.mark.parametrize(
    "sealed", ["", "v2:AAAA:AAAA", "v1:AAAA", "v1:***:AAAA", "v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAA"]
)
def test_a_damaged_secret_is_refused(opened, sealed):
    with pytest.raises(SecretsError):
        opened.decrypt(sealed)


def test_the_figures():
    assert (secrets.ITERATIONS, secrets.KEY_BYTES) == (1_000_000, 32)


def test_sealed_secrets_read_as_empty_ones_without_a_passphrase(opened):
    sealed = opened.encrypt('"x"')
    kept = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": sealed}
    assert properties.decode({"a": kept, "b": 1}, secrets.Sealed().decrypt) == {"a": Secret(None), "b": 1}
    with pytest.raises(SecretsError, match="can't be written"):
        secrets.Sealed().encrypt("x")


@pytest.mark.parametrize(
    ("passphrase", "of", "read"),
    [
        ("open sesame", {}, '"x"'),
        ("wrong", {}, f'"{properties.UNKNOWN_TEXT}"'),
        (None, {}, f'"{properties.UNKNOWN_TEXT}"'),
        ("open sesame", {"type": "service"}, f'"{properties.UNKNOWN_TEXT}"'),
        ("open sesame", {"state": {"salt": "v1:damaged"}}, f'"{properties.UNKNOWN_TEXT}"'),
    ],
    ids=["opens", "wrong", "none", "another-provider", "damaged"],
)
def test_at_best_effort_what_does_not_open_is_not_known(opened, passphrase, of, read):
    sealed = opened.encrypt('"x"')
    crypter = secrets.BestEffort(passphrase, {**opened.provider, **of})
    assert [crypter.decrypt(sealed) for _ in range(2)] == [read, read]
    with pytest.raises(SecretsError):
        crypter.encrypt("x")
