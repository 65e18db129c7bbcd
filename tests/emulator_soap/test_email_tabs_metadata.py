"""sendEmail, describeTabs and the least of the Metadata API."""

from emulator_http.world import SUPPORT
from emulator_soap.caller import NIL, Soap, errors, said, tree
from emulator_soap.test_convert_lead import admin

from salesforce_emulator.org import Org

METADATA = "m/37.0"


def mail(**parts: str) -> str:
    inner = "".join(f"<urn:{name}>{value}</urn:{name}>" for name, value in parts.items())
    return f'<urn:sendEmail><urn:messages xsi:type="urn:SingleEmailMessage">{inner}</urn:messages></urn:sendEmail>'


async def test_mail_is_kept_in_the_outbox_and_remembered_as_a_task(soap: Soap, org: Org) -> None:
    contact = org.insert(admin(org), "Contact", {"LastName": "Bell", "Email": "ada@bell.example"})
    (result,) = await soap.call(mail(subject="Hello", plainTextBody="Hi Ada", targetObjectId=contact))
    outbox = (await soap.client.get("http://testserver/__emulator__/outbox")).json()

    assert [part.tag for part in result] == ["success"]
    (sent,) = outbox
    assert (sent["subject"], sent["toAddresses"], sent["plainTextBody"]) == ("Hello", ["ada@bell.example"], "Hi Ada")
    query = 'SELECT Subject, Status, IsClosed FROM "Task" WHERE WhoId = ?'
    assert org.connection.execute(query, (contact,)).fetchall() == [("Email: Hello", "Completed", 1)]


async def test_mail_is_kept_as_a_message_that_names_its_task(soap: Soap, org: Org) -> None:
    contact = org.insert(admin(org), "Contact", {"LastName": "Bell", "Email": "ada@bell.example"})
    deal, case = (
        org.connection.execute(f'SELECT Id FROM "{name}" WHERE IsDeleted = 0').fetchone()[0]  # noqa: S608
        for name in ("Opportunity", "Case")
    )
    for about in (deal, case):
        await soap.call(mail(subject="Hello", plainTextBody="Hi Ada", targetObjectId=contact, whatId=about[:15]))
    query = (
        "SELECT m.Incoming, m.Status, m.ToAddress, m.TextBody, m.RelatedToId, m.ParentId"
        ' FROM "EmailMessage" m JOIN "Task" t ON t.Id = m.ActivityId WHERE t.WhoId = ? ORDER BY m.Id'
    )
    sent = (0, "3", "ada@bell.example", "Hi Ada")
    assert org.connection.execute(query, (contact,)).fetchall() == [(*sent, deal, None), (*sent, case, case)]


async def test_mail_that_is_no_activity_is_kept_nowhere(soap: Soap, org: Org) -> None:
    contact = org.insert(admin(org), "Contact", {"LastName": "Bell", "Email": "ada@bell.example"})
    before = org.connection.execute('SELECT count(*) FROM "EmailMessage"').fetchone()
    quiet = mail(saveAsActivity="false", subject="x", plainTextBody="x", targetObjectId=contact)
    await soap.call(quiet)
    assert org.connection.execute('SELECT count(*) FROM "EmailMessage"').fetchone() == before
    assert org.connection.execute('SELECT count(*) FROM "Task" WHERE WhoId = ?', (contact,)).fetchone() == (0,)


async def test_mail_that_cannot_be_sent_says_why(soap: Soap, org: Org) -> None:
    nobody = org.insert(admin(org), "Contact", {"LastName": "Silent"})
    lead = org.insert(admin(org), "Lead", {"LastName": "Bell", "Company": "Bell", "Email": "ada@bell.example"})
    user = admin(org).user_id
    asked = [
        (mail(subject="x", toAddresses="a@b.example"), "REQUIRED_FIELD_MISSING"),
        (mail(plainTextBody="x"), "REQUIRED_FIELD_MISSING"),
        (mail(plainTextBody="x", toAddresses="nobody"), "INVALID_EMAIL_ADDRESS"),
        (mail(plainTextBody="x", targetObjectId=nobody), "REQUIRED_FIELD_MISSING"),
        (mail(plainTextBody="x", targetObjectId="001000000000000AAA"), "INVALID_ID_FIELD"),
        (mail(plainTextBody="x", targetObjectId=user), "INVALID_SAVE_AS_ACTIVITY_FLAG"),
        (mail(plainTextBody="x", targetObjectId=lead, whatId=nobody), "INVALID_ID_FIELD"),
    ]
    for operation, code in asked:
        (result,) = await soap.call(operation)
        assert (errors(result)[0], said(result, "success")) == (code, "false")
    assert (await soap.client.get("http://testserver/__emulator__/outbox")).json() == []


async def test_attachments_are_kept_by_name(soap: Soap) -> None:
    file = "</urn:fileAttachments>".join(["<urn:body>eA==</urn:body><urn:fileName>offer.pdf</urn:fileName>", ""])
    operation = mail(plainTextBody="x", toAddresses="a@b.example").replace(
        "<urn:toAddresses>", f"<urn:fileAttachments>{file}<urn:toAddresses>"
    )
    await soap.call(operation)
    (sent,) = (await soap.client.get("http://testserver/__emulator__/outbox")).json()

    assert sent["attachments"] == ["offer.pdf"]


async def test_templates_are_not_emulated(soap: Soap) -> None:
    answer = await soap.post(mail(templateId="00X000000000000AAA", toAddresses="a@b.example"))

    assert (answer.status_code, "NOT_EMULATED" in answer.text) == (500, True)


async def test_tabs_are_those_of_what_the_caller_sees(soap: Soap) -> None:
    all_sets = await soap.call("<urn:describeTabs/>")
    seen = await soap.signed_in(SUPPORT).call("<urn:describeTabs/>")

    assert [said(one, "label") for one in all_sets] == ["Sales", "Service"]
    assert [part.tag for part in all_sets[0]][:6] == [
        "description",
        "label",
        "logoUrl",
        "namespace",
        "selected",
        "tabSetId",
    ]
    assert "Opportunity" in [said(tab, "sobjectName") for tab in all_sets[0].findall("tabs")]
    assert "Opportunity" not in [said(tab, "sobjectName") for tab in seen[0].findall("tabs")]


async def test_a_picklist_field_is_read_as_its_version_writes_it(soap: Soap) -> None:
    named = "<urn:type>CustomField</urn:type><urn:fullNames>Lead.Status</urn:fullNames>"
    asked = f"<urn:readMetadata>{named}</urn:readMetadata>"
    (old,) = await soap.call(asked, path=METADATA)
    (new,) = await soap.call(asked, path="m/60.0")

    assert said(old.findall("records")[0], "fullName") == "Lead.Status"
    values = [said(one, "fullName") for one in old.findall("records/picklist/picklistValues")]
    assert values == [said(one, "fullName") for one in new.findall("records/valueSet/valueSetDefinition/value")]
    assert "Closed - Converted" in values


async def test_a_component_is_read_under_the_name_that_is_listed_and_no_other(soap: Soap) -> None:
    for kind, names in {
        "CustomObject": ("Invoice__c", "invoice__c"),
        "CustomField": ("Lead.Status", "Lead.status"),
    }.items():
        asked = "".join(f"<urn:fullNames>{name}</urn:fullNames>" for name in names)
        (found,) = await soap.call(
            f"<urn:readMetadata><urn:type>{kind}</urn:type>{asked}</urn:readMetadata>", path=METADATA
        )
        right, wrong = found.findall("records")
        assert said(right, "fullName") == names[0]
        assert (wrong.get(NIL), len(wrong)) == ("true", 0)


async def test_metadata_is_for_those_who_may_change_it(soap: Soap) -> None:
    support = soap.signed_in(SUPPORT)
    for operation in ("describeMetadata", "listMetadata", "readMetadata"):
        assert "INSUFFICIENT_ACCESS" in (await support.post(f"<urn:{operation}/>", path=METADATA)).text


async def test_custom_objects_and_fields_are_listed(soap: Soap) -> None:
    asked = "<urn:listMetadata><urn:queries><urn:type>{}</urn:type></urn:queries></urn:listMetadata>"
    objects = await soap.call(asked.format("CustomObject"), path=METADATA)
    fields = await soap.call(asked.format("CustomField"), path=METADATA)
    other = await soap.post(asked.format("Layout"), path=METADATA)

    assert {"Account", "Invoice__c"} <= {said(one, "fullName") for one in objects}
    assert "Account.Tier__c" in {said(one, "fullName") for one in fields}
    assert (other.status_code, "NOT_EMULATED" in other.text) == (500, True)


async def test_the_kinds_of_metadata_are_described(soap: Soap) -> None:
    (result,) = await soap.call(
        "<urn:describeMetadata><urn:asOfVersion>37.0</urn:asOfVersion></urn:describeMetadata>", path=METADATA
    )

    assert [said(one, "xmlName") for one in result.findall("metadataObjects")] == [
        "CustomObject",
        "CustomMetadata",
        "ApexClass",
    ]


async def test_records_are_not_for_the_metadata_endpoint(soap: Soap) -> None:
    answer = await soap.post("<urn:undelete/>", path=METADATA)

    assert answer.status_code == 500
    assert "NOT_EMULATED" in tree(answer.text).findtext("Body/Fault/faultcode", "")
