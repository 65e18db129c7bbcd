"""TS SDK CVE-2026-25536, CVE-2026-111770: one warm process gives one client another's answer."""

from races.isolation import calls_by_many


async def test_no_canary_reaches_another_person(whole):
    asked, foreign = await calls_by_many(whole, people=12, calls=10)
    assert asked == 120
    assert foreign == []
