"""Pulumi's passphrase secrets provider: AES-256-GCM under a key derived from a passphrase.

Format of the state (`v1:salt:v1:nonce:ciphertext`) and of a value (`v1:nonce:ciphertext`), all base64:
`sdk/go/common/resource/config/crypt.go` and `pkg/secrets/passphrase/manager.go` in pulumi/pulumi 3.259.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import SecretsError
from .properties import UNKNOWN_TEXT

ITERATIONS: Final = 1_000_000
"""Rounds of PBKDF2-HMAC-SHA256 (`NewSymmetricCrypterFromPassphrase`); about 0.3 s on one core."""
KEY_BYTES: Final = 32
SALT_BYTES: Final = 8
NONCE_BYTES: Final = 12
PROOF: Final = "pulumi"
"""What the state holds encrypted, so that a wrong passphrase shows."""


class Crypter(Protocol):
    """Encrypts and decrypts one text at a time."""

    @property
    def provider(self) -> dict[str, Any] | None:
        """What a checkpoint says of this crypter in `secrets_providers`; None while it has encrypted nothing."""

    def encrypt(self, plaintext: str) -> str:
        """Return the ciphertext of `plaintext`."""

    def decrypt(self, ciphertext: str) -> str:
        """Return the plaintext of `ciphertext`; SecretsError where it can't."""


class Sealed:
    """Opens nothing: each secret reads as an empty one. For readers that need no secret, and so no passphrase."""

    provider: Final = None

    def encrypt(self, plaintext: str) -> str:  # noqa: ARG002 - none is written
        """Refuse: what was read without its secrets is not written."""
        raise SecretsError("a state that was read without its secrets can't be written")

    def decrypt(self, ciphertext: str) -> str:  # noqa: ARG002 - which secret it is makes no difference
        """Return null, as JSON."""
        return "null"


class BestEffort(Sealed):
    """Opens what a passphrase opens: any other secret reads as a value that is not known."""

    def __init__(self, passphrase: str | None, provider: Mapping[str, Any] | None) -> None:
        self._crypter: Crypter | None = None
        with suppress(SecretsError):
            self._crypter = Passphrase(passphrase).crypter(provider)

    def decrypt(self, ciphertext: str) -> str:
        """Return the plaintext of `ciphertext`, or what stands for an unknown value as JSON."""
        if self._crypter is not None:
            try:
                return self._crypter.decrypt(ciphertext)
            except SecretsError:
                # What does not open one secret of a state opens none: deriving the key for each takes its time.
                self._crypter = None
        return json.dumps(UNKNOWN_TEXT)


class Passphrase:
    """Crypters of one passphrase. A key is derived when the first secret needs it, and once."""

    def __init__(self, passphrase: str | None) -> None:
        self._passphrase = passphrase
        self._crypters: dict[str, PassphraseCrypter] = {}

    def crypter(self, provider: Mapping[str, Any] | None) -> PassphraseCrypter:
        """Return the crypter of a checkpoint's `secrets_providers`; a new salt where there is none."""
        if provider is None or not provider.get("type"):
            return PassphraseCrypter(self._passphrase)
        if provider["type"] != "passphrase":
            raise SecretsError(
                f"the secrets of this stack belong to the secrets provider {provider['type']!r}; only 'passphrase' is "
                "known here. The official CLI can change it: pulumi stack change-secrets-provider passphrase"
            )
        salt = (provider.get("state") or {}).get("salt")
        if not isinstance(salt, str):
            raise SecretsError("the secrets provider of this stack has no salt")
        return self.crypter_of_salt(salt)

    def crypter_of_salt(self, salt: str) -> PassphraseCrypter:
        """Return the crypter of an `encryptionsalt`."""
        return self._crypters.setdefault(salt, PassphraseCrypter(self._passphrase, salt))


class PassphraseCrypter:
    """Encrypts and decrypts with one passphrase and one salt."""

    def __init__(self, passphrase: str | None, salt: str | None = None) -> None:
        self._passphrase = passphrase
        self._salt = salt

    @property
    def provider(self) -> dict[str, Any] | None:
        """What a checkpoint says of this crypter in `secrets_providers`; None while it has encrypted nothing."""
        return None if self._salt is None else {"type": "passphrase", "state": {"salt": self._salt}}

    def encrypt(self, plaintext: str) -> str:
        """Return the ciphertext of `plaintext`."""
        return _seal(self._key, plaintext)

    def decrypt(self, ciphertext: str) -> str:
        """Return the plaintext of `ciphertext`."""
        return _open(self._key, ciphertext)

    @cached_property
    def _key(self) -> AESGCM:
        if self._passphrase is None:
            raise SecretsError(
                "there are secrets and no passphrase: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE "
                "to a file that holds it"
            )
        if self._salt is None:
            return self._with_new_salt(self._passphrase)
        salt, proof = _split_state(self._salt)
        key = _derive(self._passphrase, salt)
        try:
            known = _open(key, proof) == PROOF
        except SecretsError:
            known = False
        if not known:
            raise SecretsError(
                "incorrect passphrase: set PULUMI_CONFIG_PASSPHRASE to the one that the secrets were encrypted with, "
                "or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it"
            )
        return key

    def _with_new_salt(self, passphrase: str) -> AESGCM:
        salt = os.urandom(SALT_BYTES)
        key = _derive(passphrase, salt)
        self._salt = f"v1:{base64.b64encode(salt).decode()}:{_seal(key, PROOF)}"
        return key


@lru_cache(maxsize=16)  # a process that reads one state several times spends more on its key than on all else
def _derive(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, ITERATIONS, KEY_BYTES))


def _seal(key: AESGCM, plaintext: str) -> str:
    nonce = os.urandom(NONCE_BYTES)
    sealed = key.encrypt(nonce, plaintext.encode(), None)
    return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"


def _open(key: AESGCM, ciphertext: str) -> str:
    version, _, rest = ciphertext.partition(":")
    nonce_text, separator, sealed_text = rest.partition(":")
    if version != "v1" or not separator:
        raise SecretsError("a secret is not in the passphrase provider's format (v1:nonce:ciphertext)")
    try:
        nonce, sealed = (base64.b64decode(text, validate=True) for text in (nonce_text, sealed_text))
        return key.decrypt(nonce, sealed, None).decode()
    except (binascii.Error, InvalidTag, ValueError):
        raise SecretsError("a secret can't be decrypted: it is damaged, or belongs to another stack's salt") from None


def _split_state(state: str) -> tuple[bytes, str]:
    version, _, rest = state.partition(":")
    salt, separator, proof = rest.partition(":")
    try:
        if version == "v1" and separator:
            return base64.b64decode(salt, validate=True), proof
    except binascii.Error:
        pass
    raise SecretsError("the salt of the secrets provider is malformed (v1:salt:v1:nonce:ciphertext)")
