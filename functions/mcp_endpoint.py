"""POST /mcp and its toolset paths: the Model Context Protocol endpoint."""

import logging
import os

from salesforce_mcp.aws.lambda_app import LOG, LambdaApp
from salesforce_mcp.aws.services import connector
from salesforce_mcp.server import build_app
from salesforce_mcp.settings import Settings

settings = Settings.load(os.environ)
connect = connector(settings)

handler = LambdaApp(lambda: build_app(settings, connect, audit_log=logging.getLogger(LOG)))
