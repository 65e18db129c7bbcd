"""The handler in AWS's runtime client when things go wrong."""

import json
from pathlib import Path

import pytest
from lambda_runtime import FunctionError, sandbox
from sam_template import ROOT

HERE = Path(__file__).parent
EVENT = json.loads((ROOT / "events/oauth_endpoint/status.json").read_text())


def test_a_start_that_failed_is_made_again_by_the_next_request_and_kept(tmp_path):
    with sandbox("unlucky_start.handler", {"PYTHONPATH": str(HERE)}, tmp_path / "log") as function:
        with pytest.raises(FunctionError, match="AWS is out of reach"):
            function.invoke(EVENT)
        answers = [json.loads(function.invoke(EVENT)["body"]) for _ in range(3)]
    assert [answer["starts"] for answer in answers] == [2, 2, 2]
    assert len({answer["process"] for answer in answers}) == 1


def test_a_request_that_broke_leaves_the_next_one_alone(tmp_path):
    with sandbox("unlucky_start.handler", {"PYTHONPATH": str(HERE)}, tmp_path / "log") as function:
        with pytest.raises(FunctionError):
            function.invoke(EVENT)
        assert function.invoke(EVENT | {"rawQueryString": "break=yes"})["statusCode"] == 500
        answer = function.invoke(EVENT)
        assert answer["statusCode"] == 200
        assert json.loads(answer["body"])["starts"] == 2


def test_a_function_that_cannot_be_imported_says_so_at_once(tmp_path):
    with sandbox("no_such_module.handler", {}, tmp_path / "log") as function:
        for _ in range(2):
            with pytest.raises(FunctionError, match="no_such_module"):
                function.invoke(EVENT)
