"""docs/storage.md names every partition that a life of sign-ins leaves in the store, and no other."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/storage.md"
# Written elsewhere than in a sign-in: by the guard of fetched documents, by signing clients, by the MCP endpoint.
ELSEWHERE = {"document", "assertion", "calls", "writes", "plan", "bulk", "bulkpart"}


async def test_the_page_names_what_is_stored(deployment, application):
    seen: set[str] = set()

    def look() -> None:
        seen.update(row[0].partition("#")[0] for row in deployment.rows())

    browser = deployment.browser()
    page = await deployment.consent_page(browser, application)
    look()
    await browser.post_only(page, level="read", decision="allow")
    look()
    await deployment.connect()
    look()
    documented = set(re.findall(r"^\| `([a-z]+)#", PAGE.read_text(), re.MULTILINE))
    assert seen == documented - ELSEWHERE
