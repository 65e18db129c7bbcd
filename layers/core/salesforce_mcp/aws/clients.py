"""The AWS clients. What can be read beforehand is read at INIT; what must not be in a snapshot is made after it."""

from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import NoRegionError
from botocore.session import Session

from salesforce_mcp.errors import Misconfigured

SERVICES = ("dynamodb", "kms", "secretsmanager")
# Everything but these is read from disk once per client otherwise: 80-100 ms for the three, 12 ms when warm.
SHARED = ("partitions", "endpoints", "sdk-default-configuration", "_retry")

# Short, because a frozen environment wakes up with dead sockets: better a second try than a long wait.
# A second try is safe: the store recognises its own writes.
CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    tcp_keepalive=True,
    retries={"mode": "standard", "total_max_attempts": 3},
)


@dataclass(frozen=True)
class Clients:
    dynamodb: Any
    kms: Any
    secrets_manager: Any


def warm_session() -> Session:
    """A session that has read the services' models. It has resolved no credential and opened no socket yet."""
    session = Session()
    loader = session.get_component("data_loader")
    for service in SERVICES:
        session.get_service_model(service)
        loader.load_service_model(service, "endpoint-rule-set-1")
    for name in SHARED:
        loader.load_data(name)
    return session


def open_client(session: Session, service: str) -> Any:
    try:
        return session.create_client(service, config=CONFIG)
    except NoRegionError as error:  # only on an operator's machine: Lambda names its region
        raise Misconfigured("No AWS region is set", hint="Set AWS_REGION, or a region in your AWS profile.") from error


def open_clients(session: Session) -> Clients:
    dynamodb, kms, secrets_manager = (open_client(session, service) for service in SERVICES)
    return Clients(dynamodb=dynamodb, kms=kms, secrets_manager=secrets_manager)
