"""ha-mcp CVE-2026-32112, FastMCP CVE-2025-62800: what a stranger writes becomes part of a page."""

from oauth import test_pages

test_what_a_stranger_writes_is_text_on_every_page = (
    test_pages.test_a_clients_name_and_its_parameters_are_text_on_every_page
)
test_every_page_forbids_scripts_and_frames = test_pages.test_every_page_forbids_scripts_frames_sniffing_and_referrers
