"""The names of the person and the org behind a fresh session: for pages only, never for decisions."""

from salesforce_mcp.errors import Failure
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.credentials import FixedCredential
from salesforce_mcp.salesforce.sign_in import TokenAnswer
from salesforce_mcp.services import Services


async def names_of(services: Services, answer: TokenAnswer) -> tuple[str, str]:
    """User name and org name; the ids where the org does not tell."""
    credential = FixedCredential(answer.session())
    org = Salesforce(services.http, credential, api_version=services.settings.api_version)
    username, org_name = answer.user_id, answer.instance_url.split("//")[-1]
    try:
        username = str((await org.user_info())["preferred_username"])
        found = await org.query("SELECT Name, IsSandbox FROM Organization")
        name, is_sandbox = found.rows[0]
        org_name = f"{name} ({'sandbox' if is_sandbox else 'production'})"
    except (Failure, LookupError, ValueError):
        pass  # a user may lack the right to read the organization; the sign-in is good all the same
    return username, org_name
