"""S56 to S58: what is published about all this."""

import re
import subprocess
import sys
from pathlib import Path

from oauth.browser import query_of

TESTS = Path(__file__).parents[1]


def test_S56_the_conformance_suite_is_part_of_the_tests():
    for name in ("clients/test_conformance.py", "conformance/test_conformance.py"):
        assert (TESTS / name).is_file()
    assert "@modelcontextprotocol/conformance" in (TESTS / "clients/package.json").read_text()


async def test_S57_an_authorization_without_a_resource_means_ours(deployment, application):
    """The suite's authorization client names none."""
    browser = deployment.browser()
    landed = await deployment.approve(browser, await deployment.consent_page(browser, application, resource=None))
    answer = await application.redeem(query_of(landed)["code"], resource=None)
    assert answer.headers["cache-control"] == "no-store"
    assert (await deployment.access(answer.json())).resource.endswith("/mcp")


def test_S58_every_line_of_the_checklist_and_every_advisory_has_its_test():
    lines = {found for file in TESTS.glob("spec/test_*.py") for found in re.findall(r"_S(\d\d)", file.read_text())}
    assert sorted(lines) == [f"{number:02}" for number in range(1, 59)]
    replayed = {file.name[6:8] for file in TESTS.glob("advisories/test_A*.py")}
    assert sorted(replayed) == [f"{number:02}" for number in range(1, 51)]


def test_the_advisories_are_replayed_with_at_least_four_hundred_inputs():
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", TESTS / "advisories"]
    collected = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=True).stdout
    inputs = re.findall(r"^tests/advisories/test_A\d\d_.*::", collected, re.MULTILINE)
    assert len(inputs) >= 400
