"""Services on AWS, opened after the snapshot is restored: clients, HTTP connections and TLS settings all begin here."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from salesforce_mcp.aws.cipher import KmsCipher
from salesforce_mcp.aws.clients import open_client, open_clients, warm_session
from salesforce_mcp.aws.jobs import StepFunctionsJobs
from salesforce_mcp.aws.secrets import AwsSecrets
from salesforce_mcp.aws.store import DynamoStore
from salesforce_mcp.aws.uploads import S3Uploads
from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.services import Connect, Services, one_by_one
from salesforce_mcp.settings import Settings

# API Gateway gives up after 30 s: an answer from Salesforce that comes later than this reaches nobody.
TIMEOUT = httpx.Timeout(25, connect=5)
# httpx drops an idle connection after 5 s by default; between two questions of a person more time goes by.
LIMITS = httpx.Limits(max_connections=50, keepalive_expiry=55)


def connector(settings: Settings) -> Connect:
    """What opens the Services of these settings. Calling this touches neither the network nor a credential."""
    session = warm_session()

    @asynccontextmanager
    async def connect() -> AsyncIterator[Services]:
        for variable, value in (("TABLE_NAME", settings.table_name), ("KMS_KEY_ID", settings.kms_key_id)):
            if not value:
                raise Misconfigured(f"{variable} is not set; the template sets it to the stack's own resource")
        clients, clock, trust = open_clients(session), SystemClock(), ssl.create_default_context()
        async with (
            httpx.AsyncClient(verify=trust, timeout=TIMEOUT, limits=LIMITS) as http,
            one_by_one(verify=trust, timeout=TIMEOUT) as login,
        ):
            yield Services(
                settings=settings,
                store=DynamoStore(clients.dynamodb, settings.table_name, clock=clock),
                cipher=KmsCipher(clients.kms, settings.kms_key_id, clock=clock),
                secrets=AwsSecrets(clients.secrets_manager, settings.secret_prefix, clock=clock),
                clock=clock,
                http=http,
                login=login,
                trust=trust,
                uploads=S3Uploads(lambda: open_client(session, "s3"), settings.bulk_bucket),
                jobs=StepFunctionsJobs(lambda: open_client(session, "stepfunctions"), settings.bulk_workflow),
            )

    return connect
