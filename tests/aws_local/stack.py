"""The stack of `make build-here`, made by the emulated AWS from the template that is deployed.

What the emulated AWS cannot take is changed in the built template, never in the source; docs/deploy.md lists it.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_local.ministack import Ministack
from sam_template import ROOT, read_template, resources_of_type

BUILT = ROOT / ".aws-sam/here"
LAMBDA_PYTHON = ROOT / "tools-env/lambda/bin/python"
NAME = "salesforce-mcp"
ARTEFACTS = "artefacts"
# Its own Python runtime forgets the class of an exception; AWS's runtime client tells it.
BOOTSTRAP = f"""#!/bin/sh
exec {LAMBDA_PYTHON} -m awslambdaric "$_HANDLER"
"""
LAYERS = ("CoreLayer", "DependenciesLayer")
# Connections inside of one machine are not encrypted.
LEFT_OUT = (*LAYERS, "BulkFilesPolicy")


@dataclass(frozen=True)
class Stack:
    aws: Ministack
    outputs: Mapping[str, str]
    resources: Mapping[str, str]  # logical name → physical id

    def put_secret(self, name: str, value: str) -> None:
        self.aws.client("secretsmanager").put_secret_value(SecretId=f"{NAME}/{name}", SecretString=value)


def create(aws: Ministack, environment: Mapping[str, str], built: Path = BUILT) -> Stack:
    """`environment` goes over what the template gives the functions: addresses of this machine, which it refuses."""
    template = read_template(built / "template.yaml")
    aws.client("s3").create_bucket(
        Bucket=ARTEFACTS, CreateBucketConfiguration={"LocationConstraint": aws.client("s3").meta.region_name}
    )
    for name, function in resources_of_type(template, "AWS::Serverless::Function").items():
        localize(function["Properties"], built, environment)
        upload(aws, f"{name}.zip", zipped(built / function["Properties"]["CodeUri"]))
        function["Properties"]["CodeUri"] = f"s3://{ARTEFACTS}/{name}.zip"
    for role in resources_of_type(template, "AWS::IAM::Role").values():
        without_unknown_conditions(role)
    for name in LEFT_OUT:
        del template["Resources"][name]
    workflow = template["Resources"]["BulkWorkflow"]["Properties"]
    upload(aws, "workflow.json", (built / workflow["DefinitionUri"]).read_bytes())
    workflow["DefinitionUri"] = f"s3://{ARTEFACTS}/workflow.json"
    del template["Globals"]["Function"]["Layers"], template["Globals"]["Function"]["SnapStart"]
    cloudformation = aws.client("cloudformation")
    allowed = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    cloudformation.create_stack(StackName=NAME, TemplateBody=json.dumps(template), Capabilities=allowed)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig={"Delay": 1})
    [stack] = cloudformation.describe_stacks(StackName=NAME)["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    resources = cloudformation.describe_stack_resources(StackName=NAME)["StackResources"]
    physical = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources}
    return Stack(aws, outputs, physical)


def localize(properties: dict[str, Any], built: Path, environment: Mapping[str, str]) -> None:
    properties["Runtime"] = "provided.al2023"
    python_path = ":".join(str(built / layer / "python") for layer in LAYERS)
    properties["Environment"] = {"Variables": {**environment, "PYTHONPATH": python_path}}


def without_unknown_conditions(role: dict[str, Any]) -> None:
    """It knows no encryption context, so nothing would be allowed that asks for one."""
    for policy in role["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if "kms:EncryptionContextKeys" in str(statement.get("Condition")):
                del statement["Condition"]


def zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(folder))
        archive.writestr("bootstrap", BOOTSTRAP)
    return content.getvalue()


def upload(aws: Ministack, name: str, content: bytes) -> None:
    aws.client("s3").put_object(Bucket=ARTEFACTS, Key=name, Body=content)
