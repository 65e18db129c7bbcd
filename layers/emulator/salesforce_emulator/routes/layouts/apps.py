"""Tabs, theme and apps: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_tabs.htm"""

from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.schema.model import Object
from salesforce_emulator.soap.tabs import APPS

COLORS = ("6488E3", "EF6E64", "F2CF5B", "4BC076", "D17A5F", "8199AF")
MENUS = ("AppSwitcher", "NetworkTabs", "Salesforce1")


def tabs(call: Call) -> Answer:
    """GET /tabs"""
    return Answer(200, [_tab(call, one) for one in _with_tab(call)])


def theme(call: Call) -> Answer:
    """GET /theme"""
    items = [{"name": one.name, "colors": _colors(one), "icons": _icons(call, one)} for one in _with_tab(call)]
    return Answer(200, {"themeItems": items})


def menus(call: Call) -> Answer:
    """GET /appMenu"""
    return Answer(200, {name: call.url("appMenu", name) for name in MENUS})


def menu(call: Call) -> Answer:
    """GET /appMenu/AppSwitcher"""
    name = call.names["menu"]
    if name not in MENUS:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    if name == "NetworkTabs":
        return Answer(200, {"appMenuItems": []})  # the org has no network
    if name == "AppSwitcher":
        items = [_entry("Tabset", app, f"{call.base_url}/home/home.jsp?app={app}") for app in APPS]
    else:
        items = [
            {**_entry("Standard.Tab", one.label_plural, f"{call.base_url}/{one.key_prefix}/o"), "content": one.name}
            | {"icons": _icons(call, one), "colors": _colors(one)}
            for one in _with_tab(call)
        ]
    return Answer(200, {"appMenuItems": items})


def _entry(kind: str, label: str, url: str) -> dict[str, Any]:
    return {"type": kind, "content": None, "icons": None, "colors": None, "label": label, "url": url}


def _with_tab(call: Call) -> list[Object]:
    """What stands in an app, and every custom object."""
    standard = dict.fromkeys(name for names in APPS.values() for name in names)
    custom = [one.name for one in call.org.schema if one.custom and one.layoutable and one.name.endswith("__c")]
    return [call.org.schema.known(name) for name in (*standard, *custom) if call.caller.can_read(name)]


def _tab(call: Call, one: Object) -> dict[str, Any]:
    icon = f"{call.base_url}/img/icon/{one.name.lower()}"
    return {
        "colors": _colors(one),
        "custom": one.custom,
        "iconUrl": f"{icon}32.png",
        "icons": _icons(call, one),
        "label": one.label_plural,
        "miniIconUrl": f"{icon}16.png",
        "name": one.name if one.custom else f"standard-{one.name}",
        "sobjectName": one.name,
        "url": f"{call.base_url}/{one.key_prefix}/o",
    }


def _colors(one: Object) -> list[dict[str, str]]:
    color = COLORS[sum(map(ord, one.name)) % len(COLORS)]
    return [{"color": color, "context": "primary", "theme": theme} for theme in ("theme3", "theme4")]


def _icons(call: Call, one: Object) -> list[dict[str, Any]]:
    url = f"{call.base_url}/img/icon/{one.name.lower()}"
    return [
        {"contentType": "image/png", "height": size, "theme": "theme3", "url": f"{url}{size}.png", "width": size}
        for size in (32, 16)
    ]
