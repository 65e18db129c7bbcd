"""One believable company: sells controllers and software, answers cases, remembers two years."""

from datetime import UTC

from salesforce_emulator.org import Org
from salesforce_emulator.seed import activity, articles, customers, leads, papers, sales, service
from salesforce_emulator.seed.story import Story


def fill(org: Org) -> None:
    people = org.connection.execute('SELECT Username, Id FROM "User"').fetchall()
    callers = {username.split("@")[0]: org.caller(user_id) for username, user_id in people}
    story = Story(org, org.now().astimezone(UTC).replace(microsecond=0), callers)
    for chapter in (
        customers.fill,
        leads.fill,
        sales.fill,
        service.fill,
        activity.fill,
        papers.fill,
        articles.fill,
        customers.throw_away,
    ):
        chapter(story)
