"""salesforce-mcp setup: the key pair of the JWT bearer flow, and what an administrator clicks in Salesforce.

https://help.salesforce.com/s/articleView?id=sf.external_client_apps.htm
"""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from salesforce_mcp.errors import InvalidInput

KEY, CERTIFICATE = "salesforce-jwt.key", "salesforce-jwt.crt"
SECRET = "salesforce-jwt-key"  # noqa: S105 - its name
_DAYS = 730
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class KeyPair:
    """What signs for the user, and what the app in Salesforce is given to verify it; both PEM."""

    private: bytes
    certificate: bytes


def set_up(url: str, folder: Path, *, stack: str = "", org: str = "default") -> int:
    """Write the key (readable by its owner alone) and the certificate; nothing that is there is written over.

    With a stack the key goes into its secret at once and is never in a file. The one before stays good until the
    app has the new certificate: a server tries both.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise InvalidInput(f"{url!r} is not the server's https address", hint="It looks like https://mcp.example.com.")
    if existing := [name for name in (KEY, CERTIFICATE) if (folder / name).exists()]:
        raise InvalidInput(
            f"{existing[0]} is there already", hint="Move it away first: an app may still know its certificate."
        )
    folder.mkdir(parents=True, exist_ok=True)
    pair = key_pair(parts.hostname)
    where = _store(pair, stack, org) if stack else _write(pair, folder)
    (folder / CERTIFICATE).write_bytes(pair.certificate)
    print(_clicks(f"https://{parts.netloc}", folder, where))
    return 0


def key_pair(host: str) -> KeyPair:
    """RSA, because Salesforce takes RS256 alone, and a certificate signed by itself: Salesforce compares the key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return KeyPair(private, certificate.public_bytes(_PEM))


def _write(pair: KeyPair, folder: Path) -> str:
    with open(os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pair.private)
    return f"""The key signs for that user. Keep it secret:       {folder / KEY}
     For `salesforce-mcp stdio` name it in SALESFORCE_PRIVATE_KEY_FILE, with SALESFORCE_USERNAME and
     SALESFORCE_CLIENT_ID; for a deployed server use --stack instead."""


def _store(pair: KeyPair, stack: str, org: str) -> str:
    from salesforce_mcp.aws.secrets import store_secret

    name = f"{stack}/{SECRET}" + ("" if org == "default" else f"-{org}")
    asyncio.run(store_secret(name, pair.private.decode()))
    return f"""The key that signs for that user is in the secret  {name}
     Deploy with SalesforceSignIn=jwt:USERNAME, or the same word at the end of the org's entry in SalesforceOrgs."""


def _clicks(origin: str, folder: Path, where: str) -> str:
    return f"""
In Salesforce: Setup, External Client App Manager, New External Client App.

  1. Name it, choose Local distribution, and under API (Enable OAuth Settings) tick Enable OAuth.
  2. Callback URL, character for character:    {origin}/callback
  3. Selected OAuth Scopes: Manage user data via APIs (api), Perform requests at any time (refresh_token,
     offline_access), Access the identity URL service (id). Not Full access (full).
  4. Tick Require Proof Key for Code Exchange (PKCE) and Require Secret for Web Server Flow.
  5. Policies: a refresh token policy other than Immediately expire refresh token; keep Enforce IP restrictions.
  6. Settings, OAuth Settings: copy the consumer key (SalesforceClientId of the stack) and the consumer secret, which
     goes into the secret salesforce-client-secret.

Only for an operator's own account without a browser (JWT bearer flow):

  7. In the app, Enable JWT Bearer Flow and upload      {folder / CERTIFICATE}
     Policies: Permitted Users, Admin approved users are pre-authorized; add the user's profile or permission set.
  8. {where}
     The certificate is good for two years; then run this again.

Then: salesforce-mcp doctor {origin}/mcp
"""
