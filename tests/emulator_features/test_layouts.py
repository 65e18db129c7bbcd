"""Layouts, tabs, theme, app menu and search layouts."""

import httpx
import pytest
from emulator_features.asking import create, error

LAYOUT = {
    "buttonLayoutSection": dict,
    "detailLayoutSections": list,
    "editLayoutSections": list,
    "multirowEditLayoutSections": list,
    "offlineLinks": list,
    "quickActionList": dict,
    "relatedLists": list,
    "saveOptions": list,
}


async def test_layouts_have_the_types_that_clients_expect(admin: httpx.AsyncClient) -> None:
    answer = (await admin.get("/sobjects/Case/describe/layouts")).json()
    assert sorted(answer) == ["layouts", "recordTypeMappings", "recordTypeSelectorRequired"]
    (layout,) = answer["layouts"]
    for name, kind in LAYOUT.items():
        assert isinstance(layout[name], kind), name
    section = layout["detailLayoutSections"][0]
    assert {"columns", "heading", "layoutRows", "rows", "tabOrder", "useCollapsibleSection", "useHeading"} <= set(
        section
    )
    item = section["layoutRows"][0]["layoutItems"][0]
    assert {"editableForNew", "editableForUpdate", "label", "layoutComponents", "placeholder", "required"} == set(item)
    mappings = {one["developerName"]: one for one in answer["recordTypeMappings"]}
    picklists = {one["picklistName"]: one["picklistValues"] for one in mappings["Hardware"]["picklistsForRecordType"]}
    assert "Problem" not in [one["value"] for one in picklists["Type"]]
    one_layout = (await admin.get(f"/sobjects/Case/describe/layouts/{mappings['Hardware']['recordTypeId']}")).json()
    assert one_layout["id"] == layout["id"]


async def test_a_layout_hides_what_is_hidden(admin: httpx.AsyncClient, support: httpx.AsyncClient) -> None:
    seen = (await admin.get("/sobjects/Account/describe/layouts")).text
    assert "Internal_Margin__c" in seen
    hidden = (await support.get("/sobjects/Account/describe/layouts")).json()
    assert "Internal_Margin__c" not in str(hidden)
    assert "Opportunities" not in [one["name"] for one in hidden["layouts"][0]["relatedLists"]]


async def test_compact_named_and_approval_layouts(admin: httpx.AsyncClient) -> None:
    compact = (await admin.get("/sobjects/Account/describe/compactLayouts")).json()
    assert sorted(compact) == ["compactLayouts", "defaultCompactLayoutId", "recordTypeCompactLayoutMappings"]
    assert sorted(compact["compactLayouts"][0]) == [
        "actions",
        "fieldItems",
        "id",
        "imageItems",
        "label",
        "name",
        "objectType",
    ]
    several = (await admin.get("/compactLayouts?q=Account,Contact")).json()
    assert set(several) == {"Account", "Contact"}
    assert (await admin.get("/sobjects/User/describe/namedLayouts/UserAlt")).json()["layouts"]
    assert error(await admin.get("/sobjects/User/describe/namedLayouts/Nope")) == (404, "NOT_FOUND")
    approval = (await admin.get("/sobjects/Account/describe/approvalLayouts")).json()["approvalLayouts"]
    assert sorted(approval[0]) == ["id", "label", "layoutItems", "name"]


async def test_every_object_with_a_layout_can_show_it(admin: httpx.AsyncClient) -> None:
    for one in (await admin.get("/sobjects")).json()["sobjects"]:
        if one["layoutable"]:
            for kind in ("layouts", "compactLayouts", "approvalLayouts"):
                answer = await admin.get(f"/sobjects/{one['name']}/describe/{kind}")
                assert answer.status_code == 200, (one["name"], kind)


async def test_tabs_theme_and_apps(admin: httpx.AsyncClient, support: httpx.AsyncClient) -> None:
    tabs = (await admin.get("/tabs")).json()
    assert {"Account", "Case", "Invoice__c"} <= {one["sobjectName"] for one in tabs}
    keys = {"colors", "custom", "iconUrl", "icons", "label", "miniIconUrl", "name", "sobjectName", "url"}
    assert all(set(one) == keys for one in tabs)
    assert "Opportunity" not in {one["sobjectName"] for one in (await support.get("/tabs")).json()}
    theme = (await admin.get("/theme")).json()["themeItems"]
    assert all(set(one) == {"name", "colors", "icons"} for one in theme)
    assert set((await admin.get("/appMenu")).json()) == {"AppSwitcher", "NetworkTabs", "Salesforce1"}
    items = (await admin.get("/appMenu/AppSwitcher")).json()["appMenuItems"]
    assert [one["label"] for one in items] == ["Sales", "Service"]


async def test_how_search_shows_its_results(admin: httpx.AsyncClient) -> None:
    (layout,) = (await admin.get("/search/layout?q=Account")).json()
    assert sorted(layout) == ["errorMsg", "label", "limitRows", "objectType", "searchColumns"]
    column = layout["searchColumns"][0]
    assert column == {"field": "Account.Name", "format": None, "label": "Account Name", "name": "Name"}
    await create(admin, "Campaign", Name="Spring")
    order = (await admin.get("/search/scopeOrder")).json()
    assert order[0]["type"] == "Campaign"
    assert order[0]["url"].endswith("/sobjects/Campaign/describe")


async def test_names_are_suggested(admin: httpx.AsyncClient) -> None:
    made = [await create(admin, "Account", Name=name) for name in ("Zyx One", "Zyx Two", "Best Zyx")]
    found = (await admin.get("/search/suggestions?q=zyx&sobject=Account")).json()
    assert {one["Id"] for one in found["autoSuggestResults"]} == set(made)
    assert not found["hasMoreResults"]
    two = (await admin.get("/search/suggestions?q=zyx&sobject=Account&limit=2")).json()
    assert (len(two["autoSuggestResults"]), two["hasMoreResults"]) == (2, True)


@pytest.mark.parametrize("query", ["", "?q=zy&sobject=Account", "?q=zyx", "?q=zyx&sobject=Account&limit=0"])
async def test_a_suggestion_of_nothing_is_refused(admin: httpx.AsyncClient, query: str) -> None:
    assert error(await admin.get(f"/search/suggestions{query}")) == (400, "INVALID_SEARCH")
