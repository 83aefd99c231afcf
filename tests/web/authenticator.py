"""A passkey authenticator in software (WebAuthn level 2, ES256, no attestation) that can be told to lie."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # flags of authenticator data


@dataclass
class Authenticator:
    """What it says of itself in the next ceremony; `count` None: it keeps no counter, as synchronised passkeys do."""

    origin: str = "http://localhost"
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int | None = None
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user: str = ""

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to registration options."""
        self.user = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(15) + b"\x01" + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(key)
        data = self._data(ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"])
        response = {"clientDataJSON": client_data, "attestationObject": attestation}
        return self._credential(response)

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to sign-in options."""
        if self.count is not None:
            self.count += 1
        data, client_data = self._data(), self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        credential = self._credential(
            {"clientDataJSON": client_data, "authenticatorData": data, "signature": signature}
        )
        credential["response"]["userHandle"] = self.user
        return credential

    def _data(self, more: int = 0) -> bytes:
        count = (self.count or 0).to_bytes(4, "big")
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([self.flags | more]) + count

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _credential(self, response: dict[str, bytes]) -> dict[str, Any]:
        encoded = {name: bytes_to_base64url(value) for name, value in response.items()}
        identifier = bytes_to_base64url(self.id)
        return {"id": identifier, "rawId": identifier, "type": "public-key", "response": encoded}
