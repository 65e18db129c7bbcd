"""functions/mcp_endpoint.py with the suite's examples; Lambda's runtime client runs this one too."""

import os

from conformance.everything import EverythingServer

from salesforce_mcp.aws.lambda_app import LambdaApp
from salesforce_mcp.aws.services import connector
from salesforce_mcp.server import build_app
from salesforce_mcp.settings import Settings

settings = Settings.load(os.environ)
connect = connector(settings)
json_response = os.environ["ANSWERS"] == "json"

handler = LambdaApp(lambda: build_app(settings, connect, server_class=EverythingServer, json_response=json_response))
