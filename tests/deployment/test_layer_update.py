"""A deployment that changes a layer only must reach people: SnapStart serves published versions."""

import json
import subprocess
from pathlib import Path

from sam_template import ROOT

HERE = Path(__file__).parent


def published(sam: str, layer_uri: str) -> dict[str, str]:
    python = Path(sam).with_name("python")
    command = [python, HERE / "layer_update.py", ROOT / "template.yaml", layer_uri]
    outcome = subprocess.run(command, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr[-3000:]
    resources: dict[str, str] = json.loads(outcome.stdout)
    return resources


def versions(resources: dict[str, str], kind: str) -> set[str]:
    return {name for name, each in resources.items() if each == kind}


def test_a_changed_layer_publishes_a_new_version_of_every_function(sam):
    before = published(sam, "s3://artefacts/layer-of-this-content")
    after = published(sam, "s3://artefacts/layer-of-other-content")
    functions = versions(before, "AWS::Lambda::Version")
    assert len(functions) == (ROOT / "template.yaml").read_text().count("AWS::Serverless::Function") == 3
    assert len(versions(after, "AWS::Lambda::Version")) == 3
    assert functions.isdisjoint(versions(after, "AWS::Lambda::Version"))
    unchanged = versions(before, "AWS::Lambda::LayerVersion") & versions(after, "AWS::Lambda::LayerVersion")
    assert len(unchanged) == 1


def test_the_same_content_publishes_nothing_new(sam):
    assert published(sam, "s3://artefacts/layer-of-this-content") == published(
        sam, "s3://artefacts/layer-of-this-content"
    )
