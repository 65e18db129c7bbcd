"""POST /mcp and its toolset paths: the Model Context Protocol endpoint."""

import gc

gc.disable()  # until INIT is over: what imports make stays, and looking for garbage in it costs 40 to 100 ms

import logging
import os

from salesforce_mcp.aws.lambda_app import LOG, LambdaApp
from salesforce_mcp.aws.services import connector
from salesforce_mcp.server import build_app
from salesforce_mcp.settings import Settings

settings = Settings.load(os.environ)
connect = connector(settings)

# A snapshot is taken once and restored often: what its first request would have to make is in it.
snapshot = os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"

handler = LambdaApp(lambda: build_app(settings, connect, prepared=snapshot, audit_log=logging.getLogger(LOG)))

# INIT is over; what is here now stays for the life of the environment, and is not looked through again.
gc.enable()
gc.freeze()
