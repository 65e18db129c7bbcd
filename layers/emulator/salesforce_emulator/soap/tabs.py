"""describeTabs: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describetabs.htm"""

from typing import Any

from salesforce_emulator.schema.model import Object
from salesforce_emulator.soap.envelope import elements
from salesforce_emulator.soap.message import Message

# The standard apps and their tabs.
APPS = {
    "Sales": ("Lead", "Account", "Contact", "Opportunity", "Product2", "Campaign"),
    "Service": ("Account", "Contact", "Case", "Solution"),
}


def describe_tabs(message: Message) -> str:
    """The apps with the tabs of what the caller may see."""
    caller, first = message.caller, next(iter(APPS))
    sets = []
    for name, tabs in APPS.items():
        seen = [one for one in map(message.org.schema.known, tabs) if caller.can_read(one)]
        sets.append(
            {
                "description": f"The standard {name} app",
                "label": name,
                "logoUrl": f"{message.base_url}/img/seasonLogos/2014_winter_aloha.png",
                "namespace": "standard",
                "selected": name == first,
                "tabSetId": f"standard__{name}",
                "tabs": [_tab(message, one) for one in seen],
            }
        )
    return elements({"result": sets})


def _tab(message: Message, one: Object) -> dict[str, Any]:
    icon = f"{message.base_url}/img/icon/{one.name.lower()}"
    return {
        "colors": {"color": "6488E3", "context": "primary", "theme": "theme3"},
        "custom": one.custom,
        "iconUrl": f"{icon}32.png",
        "icons": {"contentType": "image/png", "height": 32, "theme": "theme3", "url": f"{icon}32.png", "width": 32},
        "label": one.label_plural,
        "miniIconUrl": f"{icon}16.png",
        "name": f"standard-{one.name}",
        "sobjectName": one.name,
        "url": f"{message.base_url}/{one.key_prefix}/o",
    }
