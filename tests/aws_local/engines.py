"""The two runners of the workflow: the interpreter of `make run`, and Step Functions above DynamoDB, S3 and Lambda."""

import io
import json
import sys
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import anyio.to_thread
import httpx
import pytest
from aws_local.ministack import CREDENTIALS, REGION, ROOT, Ministack, idle
from aws_local.small_parts import LIMITS
from fake_clock import FakeClock
from no_network import TRUST, resolve
from sam_template import read_template

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_mcp.aws.services import connector
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.bulk_steps import steps_of, workshop_of
from salesforce_mcp.embedded import FolderUploads, LocalCipher, LocalJobs, LocalSecrets, SqliteStore
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

WORKFLOW = (ROOT / "functions/bulk_job.asl.json").read_text()
ROLE = "arn:aws:iam::000000000000:role/any"


class Engine(Protocol):
    services: Services
    workshop: Workshop

    async def idle(self) -> None:
        """Until no execution is running any more."""
        ...


@dataclass
class Interpreter:
    services: Services
    workshop: Workshop
    jobs: LocalJobs

    async def idle(self) -> None:
        await self.jobs.idle()


@dataclass
class StepFunctions:
    services: Services
    workshop: Workshop
    client: Any
    machine: str

    async def idle(self) -> None:
        await idle(self.client, self.machine)


@asynccontextmanager
async def interpreter(org_url: str, folder: Path) -> AsyncIterator[Interpreter]:
    clock, settings = FakeClock(), Settings.load(environment_of(org_url))
    store, uploads = SqliteStore(clock=clock), FolderUploads(folder)
    jobs = LocalJobs(json.loads(WORKFLOW), store=store, uploads=uploads, clock=clock)
    async with httpx.AsyncClient() as http:
        services = Services(
            settings=settings,
            store=store,
            cipher=LocalCipher(bytes(32)),
            secrets=LocalSecrets({settings.client_secret_name: DEMO_CONSUMER_SECRET}),
            clock=clock,
            http=http,
            login=http,
            resolve=resolve,
            trust=TRUST,
            uploads=uploads,
            jobs=jobs,
        )
        async with jobs.running(steps_of(services, **LIMITS)):
            yield Interpreter(services, workshop_of(services, **LIMITS), jobs)
    store.close()


@asynccontextmanager
async def step_functions(aws: Ministack, org_url: str) -> AsyncIterator[StepFunctions]:
    environment = {**environment_of(org_url), **await anyio.to_thread.run_sync(resources, aws)}
    machine = await anyio.to_thread.run_sync(deploy, aws, environment)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**CREDENTIALS, **environment, "BULK_WORKFLOW": machine}.items():
            patch.setenv(name, value)
        settings = Settings.load({**environment, "BULK_WORKFLOW": machine})
        async with connector(settings)() as services:
            yield StepFunctions(services, workshop_of(services, **LIMITS), aws.client("stepfunctions"), machine)


def environment_of(org_url: str) -> dict[str, str]:
    return {
        "SALESFORCE_LOGIN_URL": org_url,
        "SALESFORCE_EXTRA_HOSTS": org_url.removeprefix("http://"),
        "SALESFORCE_CLIENT_ID": DEMO_CONSUMER_KEY,
    }


def resources(aws: Ministack) -> dict[str, str]:
    """What the template's functions find, without the functions."""
    properties = read_template()["Resources"]["Table"]["Properties"]
    schema = {name: properties[name] for name in ("BillingMode", "AttributeDefinitions", "KeySchema")}
    aws.client("dynamodb").create_table(TableName="table", **schema)
    aws.client("s3").create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": REGION})
    aws.client("secretsmanager").create_secret(Name="salesforce-client-secret", SecretString=DEMO_CONSUMER_SECRET)
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    return {"AWS_ENDPOINT_URL": aws.url, "TABLE_NAME": "table", "KMS_KEY_ID": key, "BULK_BUCKET": "files"}


def deploy(aws: Ministack, environment: Mapping[str, str]) -> str:
    """The workflow above a function that AWS's runtime client runs; its ARN."""
    machine = f"arn:aws:states:{REGION}:000000000000:stateMachine:bulk-job"
    function = aws.client("lambda").create_function(
        FunctionName="bulk",
        Role=ROLE,
        Runtime="provided.al2023",
        Handler="aws_local.small_parts.handler",
        Timeout=60,
        Code={"ZipFile": bootstrap()},
        Environment={"Variables": {**environment, "BULK_WORKFLOW": machine, "PYTHONPATH": str(ROOT / "tests")}},
    )["FunctionArn"]
    definition = WORKFLOW.replace("${BulkFunction}", function).replace("${Bucket}", "files")
    aws.client("stepfunctions").create_state_machine(name="bulk-job", definition=definition, roleArn=ROLE)
    return machine


def bootstrap() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("bootstrap", f'#!/bin/sh\nexec {sys.executable} -m awslambdaric "$_HANDLER"\n')
    return content.getvalue()
