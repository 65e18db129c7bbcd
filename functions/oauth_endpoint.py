"""Signing in: metadata, /register, /authorize, /consent, /callback, /token, /revoke and the pages people see."""

import gc

gc.disable()  # until INIT is over: what imports make stays, and looking for garbage in it costs 40 to 100 ms

import os

from salesforce_mcp.aws.lambda_app import LambdaApp
from salesforce_mcp.aws.services import connector
from salesforce_mcp.oauth.app import build_oauth_app
from salesforce_mcp.settings import Settings

settings = Settings.load(os.environ)
connect = connector(settings)

handler = LambdaApp(lambda: build_oauth_app(settings, connect))

# INIT is over; what is here now stays for the life of the environment, and is not looked through again.
gc.enable()
gc.freeze()
