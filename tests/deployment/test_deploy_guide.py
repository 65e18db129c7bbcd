"""docs/deploy.md speaks of the template as it is."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from sam_template import ROOT

GUIDE = (ROOT / "docs/deploy.md").read_text()


def test_every_parameter_it_sets_exists(template):
    named = set(re.findall(r"\b([A-Z][A-Za-z]+)=", GUIDE)) - {"STACK", "PARAMETERS", "SECRET", "ONCE"}
    assert len(named) >= 4
    assert named <= set(template["Parameters"])


def test_every_parameter_is_explained_with_its_default(template):
    section = GUIDE.partition("\n## Parameters\n")[2].partition("\n## ")[0]
    shown = {
        name: default
        for names, default in re.findall(r"^\| (`[A-Z]\w+`(?:, `\w+`)*) \| `?([^|`]+)`? \|", section, re.M)
        for name in re.findall(r"\w+", names)
    }
    defaults = {name: str(one["Default"]) or "empty" for name, one in template["Parameters"].items()}
    assert shown == defaults
    assert [name for name, one in template["Parameters"].items() if not one.get("Description")] == []


def test_whoever_deletes_the_stack_is_told_what_stays(template):
    kept = {name for name, one in template["Resources"].items() if one.get("DeletionPolicy") == "Retain"}
    assert kept == {"Table", "Key", "BulkFiles"}
    assert "Three things are left on purpose: the table, the key" in GUIDE
    assert {"TableName", "KeyArn", "BucketName"} <= set(template["Outputs"])
    assert all(f"`{name}`" in GUIDE for name in ("TableName", "KeyArn", "BucketName"))


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TYPED = [
    line
    for page in PAGES
    for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.S)
    for line in block.splitlines()
]
OURS = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"])


def test_a_command_of_ours_is_written_where_setup_puts_it():
    """Nothing brings it onto the reader's path."""
    assert [line for line in TYPED if line.split()[:1] and line.split()[0] in OURS] == []
    used = {name for line in TYPED for name in re.findall(r"(?<=\.venv/bin/)[\w-]+", line)}
    assert used == OURS


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


VARIABLES = {
    "PUBLIC_URL": "https://mcp.example.com",
    "SALESFORCE_ORGS": "agents https://a.example - jwt:o'x@a.example",
    "A": "",
}


def test_the_shell_of_its_own_has_the_functions_variables_as_they_are(tmp_path):
    [block] = re.findall(r"```sh\n(bash\n.*?)```", GUIDE, re.S)
    first, *lines, examined, last = block.splitlines()
    assert (first, last) == ("bash", "exit")
    assert examined.startswith(".venv/bin/salesforce-mcp doctor ")
    aws = tmp_path / "aws"
    aws.write_text(f"#!/bin/sh\ncase $1 in lambda) echo {shlex.quote(json.dumps(VARIABLES))};; *) echo a-name;; esac\n")
    aws.chmod(0o755)
    told = "import json, os; print(json.dumps(dict(os.environ)))"
    script = "\n".join([*lines, f"{sys.executable} -c '{told}'"])
    path = f"{tmp_path}:{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(["bash"], input=script, capture_output=True, text=True, check=True, env={"PATH": path})
    assert json.loads(done.stdout).items() >= VARIABLES.items()
