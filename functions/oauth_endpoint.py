"""Signing in: metadata, /register, /authorize, /consent, /callback, /token, /revoke and the pages people see."""

import os

from salesforce_mcp.aws.lambda_app import LambdaApp
from salesforce_mcp.aws.services import connector
from salesforce_mcp.oauth.app import build_oauth_app
from salesforce_mcp.settings import Settings

settings = Settings.load(os.environ)
connect = connector(settings)

handler = LambdaApp(lambda: build_oauth_app(settings, connect))
