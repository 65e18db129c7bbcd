"""docs/deploy.md speaks of the template as it is."""

import re
import shlex

import pytest
from sam_template import ROOT

GUIDE = (ROOT / "docs/deploy.md").read_text()


def test_every_parameter_it_sets_exists(template):
    named = set(re.findall(r"\b([A-Z][A-Za-z]+)=", GUIDE)) - {"STACK", "PARAMETERS", "SECRET", "ONCE"}
    assert len(named) >= 4
    assert named <= set(template["Parameters"])


def test_every_output_that_is_needed_is_explained(template):
    needed = {"McpUrl", "CallbackUrl", "SecretName", "DomainTarget"}
    assert needed <= set(template["Outputs"])
    assert all(f"`{name}`" in GUIDE for name in needed)


def test_the_secret_it_stores_is_the_one_the_functions_read(template):
    name = template["Globals"]["Function"]["Environment"]["Variables"]["SALESFORCE_CLIENT_SECRET_NAME"]
    assert f"--secret-id salesforce-mcp/{name} " in GUIDE


def test_it_never_advises_the_full_scope_or_relaxed_addresses():
    assert "leave *Enforce IP restrictions*" in GUIDE
    assert re.findall(r"\(`([a-z_]+)`", GUIDE) == ["api", "refresh_token", "id"]


def test_every_make_target_it_uses_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text() + (ROOT / "build.mk").read_text(), re.M))
    used = set(re.findall(r"`?make ([a-z-]+)", GUIDE))
    assert {"deploy", "validate"} <= used <= targets


DEPLOYMENTS = re.findall(r"^ *(make deploy PARAMETERS=.*)$", GUIDE, re.M)


@pytest.mark.parametrize("line", DEPLOYMENTS, ids=lambda line: line.split("=")[1].strip('"'))
def test_what_it_says_to_type_reaches_sam_as_it_is_meant(line):
    """Through the person's shell, make's, and sam's own reading, which ends a value at a space unless it is quoted."""
    typed = shlex.split(line)[2].removeprefix("PARAMETERS=")
    for parameter in shlex.split(typed):
        assert re.fullmatch(r'[A-Za-z]+=("[^"]+"|[^" ]+)', parameter), parameter
