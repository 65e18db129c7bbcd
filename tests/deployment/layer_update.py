"""Transform a built template and print the logical ids of the versions it publishes. Runs in the sam CLI's Python.

Usage: python layer_update.py TEMPLATE LAYER_URI
"""

import json
import sys

import boto3
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

path, layer_uri = sys.argv[1:]
with open(path) as file:
    template = yaml_parse(file.read())
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        resource["Properties"]["CodeUri"] = "s3://artefacts/function-of-this-content"
    if resource["Type"] == "AWS::Serverless::LayerVersion":
        resource["Properties"]["ContentUri"] = "s3://artefacts/layer-of-this-content"
    if resource["Type"] == "AWS::Serverless::StateMachine":
        resource["Properties"]["DefinitionUri"] = "s3://artefacts/workflow-of-this-content"
template["Resources"]["CoreLayer"]["Properties"]["ContentUri"] = layer_uri
parameters = {"AWS::Region": "eu-central-1", "AWS::Partition": "aws", "AWS::AccountId": "123456789012"}
session = boto3.Session(region_name="eu-central-1")
transformed = Translator({}, Parser(), boto_session=session).translate(template, parameters)
kinds = {"AWS::Lambda::Version", "AWS::Lambda::LayerVersion"}
print(json.dumps({name: each["Type"] for name, each in transformed["Resources"].items() if each["Type"] in kinds}))
