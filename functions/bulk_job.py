"""The steps of bulk_job.asl.json, the state machine of bulk jobs."""

import os

from salesforce_mcp.aws.lambda_task import LambdaTask
from salesforce_mcp.aws.services import connector
from salesforce_mcp.bulk_steps import steps_of
from salesforce_mcp.settings import Settings

handler = LambdaTask(connector(Settings.load(os.environ)), steps_of)
