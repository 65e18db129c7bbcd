"""What the environment decides, read once, only by functions/ and local/. docs/settings.md is generated from here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from salesforce_mcp.errors import Misconfigured

NEWEST_API_VERSION = "68.0"


def _setting(variable: str, default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """One field a setting; `variable` is its environment variable."""

    public_url: str = _setting("PUBLIC_URL", "http://localhost:8000", "Origin that clients reach, without a path.")
    login_url: str = _setting(
        "SALESFORCE_LOGIN_URL", "https://login.salesforce.com", "Where people sign in: login, test or My Domain."
    )
    client_id: str = _setting("SALESFORCE_CLIENT_ID", "", "Consumer key of the External Client App.")
    client_secret_name: str = _setting(
        "SALESFORCE_CLIENT_SECRET_NAME",
        "salesforce-client-secret",
        "Name of the secret that holds the consumer secret.",
    )
    sign_in: str = _setting(
        "SALESFORCE_SIGN_IN",
        "people",
        "Who signs in to the default org: people, or this server for named programs: jwt:USERNAME, client-credentials; "
        "on this machine only, and legacy: password:USERNAME, session.",
    )
    api_version: str = _setting("SALESFORCE_API_VERSION", NEWEST_API_VERSION, "Salesforce API version, such as 68.0.")
    extra_org_hosts: tuple[str, ...] = _setting(
        "SALESFORCE_EXTRA_HOSTS", (), "Hosts (with port) accepted beside Salesforce's own; for an emulated org only."
    )
    orgs: tuple[str, ...] = _setting(
        "SALESFORCE_ORGS",
        (),
        "Further orgs under /mcp/o/{alias}: alias, login URL, its app's consumer key (- for ours) and who signs in, "
        "as in SALESFORCE_SIGN_IN; by spaces.",
    )
    session_minutes: int = _setting(
        "SALESFORCE_SESSION_MINUTES", 120, "The org's session timeout; a grant is renewed after four fifths of it."
    )
    cimd_allowed_hosts: tuple[str, ...] = _setting(
        "CIMD_ALLOWED_HOSTS", (), "Hosts whose client-metadata documents are accepted; empty for any public host."
    )
    allowed_origins: tuple[str, ...] = _setting(
        "ALLOWED_ORIGINS", (), "Browser origins that may call /mcp, beside our own."
    )
    toolsets: tuple[str, ...] = _setting("TOOLSETS", ("all",), "Toolsets the operator allows.")
    read_only: bool = _setting("READ_ONLY", False, "List and run reading tools only.")
    allow_apex: bool = _setting("ALLOW_APEX", False, "Administrators may run Apex and Apex tests (the tool runApex).")
    result_tokens: int = _setting("RESULT_TOKENS", 25_000, "Size of one result, in tokens of 4 bytes.")
    calls_per_minute: int = _setting("CALLS_PER_MINUTE", 120, "Tool calls a person may make in a minute.")
    writes_per_day: int = _setting(
        "WRITES_PER_DAY", 2_000, "Calls of writing tools a person may make in a day; a bulk job is one."
    )
    api_share: int = _setting(
        "SALESFORCE_API_SHARE",
        80,
        "Percent of the org's daily API requests. Once so many are used, whoever used them, nothing new is begun.",
    )
    table_name: str = _setting("TABLE_NAME", "", "DynamoDB table.")
    bulk_bucket: str = _setting("BULK_BUCKET", "", "S3 bucket for the files of bulk jobs.")
    bulk_workflow: str = _setting("BULK_WORKFLOW", "", "ARN of the Step Functions state machine of bulk jobs.")
    secret_prefix: str = _setting("SECRET_PREFIX", "", "Put before the name of each secret in AWS Secrets Manager.")
    kms_key_id: str = _setting("KMS_KEY_ID", "", "KMS key that seals Salesforce grants.")

    @classmethod
    def load(cls, environment: Mapping[str, str]) -> "Settings":
        """Read every setting; an impossible value is refused with the variable's name."""
        values: dict[str, Any] = {}
        for setting in fields(cls):
            variable = setting.metadata["variable"]
            if variable in environment and environment[variable] != "":
                values[setting.name] = _parse(variable, environment[variable], setting.default)
        settings = cls(**values)
        _require_origin(settings.public_url)
        return settings

    @property
    def issuer(self) -> str:
        """The authorization server's identifier, byte for byte (RFC 8414 §2)."""
        return self.public_url

    @property
    def is_loopback(self) -> bool:
        """Plain http on this machine: cookies cannot be Secure there."""
        return urlsplit(self.public_url).hostname in {"localhost", "127.0.0.1", "::1"}


def _parse(variable: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text.lower() not in {"true", "false", "1", "0"}:
            raise Misconfigured(f"{variable} must be true or false, not {text!r}")
        return text.lower() in {"true", "1"}
    if isinstance(default, int):
        if not text.isdecimal():
            raise Misconfigured(f"{variable} must be a whole number, not {text!r}")
        return int(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _require_origin(url: str) -> None:
    parts = urlsplit(url)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.netloc
        or parts.path
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    ):
        raise Misconfigured(f"PUBLIC_URL must be an origin such as https://mcp.example.com, not {url!r}")
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise Misconfigured("PUBLIC_URL must be https; http is accepted on localhost only")
