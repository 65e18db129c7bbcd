// What a program that uses jsforce may rely on, asked of the emulated org.
// Arguments: the org's URL, the demo app's consumer key and secret.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import jsforce from "jsforce";

const [url, clientId, clientSecret] = process.argv.slice(2);
const ADMIN = { username: "admin@demo.example", password: "demo" };
const { Connection, OAuth2 } = jsforce;
const unique = `contract ${Date.now()}`;
let conn;

before(async () => {
  conn = new Connection({ loginUrl: url, version: "62.0" });
  await conn.login(ADMIN.username, ADMIN.password);
});

const refusal = (code) => (error) => error.errorCode === code || error.name === code;

describe("signing in", () => {
  test("SOAP login tells who and where", async () => {
    const own = new Connection({ loginUrl: url });
    const user = await own.login(ADMIN.username, ADMIN.password);
    assert.match(user.id, /^005/);
    assert.match(user.organizationId, /^00D/);
    assert.equal(own.instanceUrl, url);
  });

  test("a wrong password is refused", async () => {
    const own = new Connection({ loginUrl: url });
    await assert.rejects(own.login(ADMIN.username, "wrong"), /INVALID_LOGIN/);
  });

  test("the password grant, the identity behind it, and its end", async () => {
    const own = new Connection({ oauth2: new OAuth2({ loginUrl: url, clientId, clientSecret }) });
    await own.login(ADMIN.username, ADMIN.password);
    assert.equal((await own.identity()).username, ADMIN.username);
    const ended = new Connection({ instanceUrl: own.instanceUrl, accessToken: own.accessToken });
    await own.logout();
    await assert.rejects(ended.query("SELECT Id FROM Account"), refusal("INVALID_SESSION_ID"));
  });

  test("client credentials run as the app's user", async () => {
    const own = new Connection({ instanceUrl: url, oauth2: { loginUrl: url, clientId, clientSecret } });
    await own.authorize({ grant_type: "client_credentials" });
    assert.equal((await own.identity()).username, ADMIN.username);
  });

  test("an ended session is renewed and the call succeeds", async () => {
    let renewed = 0;
    const refreshFn = (_, callback) => callback(null, (renewed++, conn.accessToken));
    const own = new Connection({ instanceUrl: url, accessToken: "00D!ended", refreshFn });
    assert.ok((await own.query("SELECT Id FROM Account LIMIT 1")).records.length);
    assert.equal(renewed, 1);
  });
});

describe("records", () => {
  test("create, read, update, delete", async () => {
    const accounts = conn.sobject("Account");
    const { id, success } = await accounts.create({ Name: unique, Industry: "Energy" });
    assert.equal(success, true);
    await accounts.update({ Id: id, Industry: "Banking" });
    assert.equal((await accounts.retrieve(id)).Industry, "Banking");
    await accounts.destroy(id);
    await assert.rejects(accounts.retrieve(id), refusal("ENTITY_IS_DELETED"));
  });

  test("lists go through collections, and each record has its own result", async () => {
    const made = await conn.sobject("Contact").create([{ LastName: unique }, { FirstName: "Nameless" }]);
    assert.deepEqual(made.map((one) => one.success), [true, false]);
    assert.equal(made[1].errors[0].statusCode, "REQUIRED_FIELD_MISSING");
    const [there, gone] = await conn.sobject("Contact").retrieve([made[0].id, "003000000000000AAA"]);
    assert.equal(there.LastName, unique);
    assert.equal(gone, null);
  });

  test("all or none leaves nothing behind", async () => {
    const made = await conn.sobject("Lead").create([{ LastName: unique, Company: "x" }, {}], { allOrNone: true });
    assert.deepEqual(made.map((one) => one.success), [false, false]);
    assert.equal(await conn.sobject("Lead").count({ LastName: unique }), 0);
  });

  test("upsert by an external id creates once", async () => {
    const table = conn.sobject("UpsertTable__c");
    const first = await table.upsert({ Name: "one", ExtId__c: unique }, "ExtId__c");
    const second = await table.upsert({ Name: "two", ExtId__c: unique }, "ExtId__c");
    assert.equal(first.success && second.success, true);
    assert.deepEqual(await table.find({ ExtId__c: unique }, "Name").execute().then((rows) => rows.map((r) => r.Name)), ["two"]);
  });

  test("updated and deleted tell what changed", async () => {
    const { id } = await conn.sobject("Account").create({ Name: `${unique} changed` });
    const [start, end] = [new Date(Date.now() - 3600e3).toISOString(), new Date(Date.now() + 60e3).toISOString()];
    assert.ok((await conn.sobject("Account").updated(start, end)).ids.includes(id));
    await conn.sobject("Account").destroy(id);
    const { deletedRecords } = await conn.sobject("Account").deleted(start, end);
    assert.ok(deletedRecords.some((one) => one.id === id));
  });
});

describe("queries", () => {
  test("pages follow one another to the end", async () => {
    const options = { headers: { "Sforce-Query-Options": "batchSize=200" } };
    let page = await conn.query("SELECT Id FROM Contact", options);
    const seen = new Set(page.records.map((one) => one.Id));
    while (!page.done) {
      page = await conn.queryMore(page.nextRecordsUrl, options);
      page.records.forEach((one) => seen.add(one.Id));
    }
    assert.equal(seen.size, page.totalSize);
    assert.ok(page.totalSize >= 200);
  });

  test("fetching by itself, with an end that is asked for", async () => {
    const rows = await conn.query("SELECT Id FROM Task").execute({ autoFetch: true, maxFetch: 150 });
    assert.equal(rows.records.length, 150);
  });

  test("the query builder with children, conditions and order", async () => {
    const rows = await conn
      .sobject("Account")
      .find({ Industry: { $ne: null } }, "Id, Name, Owner.Name")
      .include("Contacts")
      .select("LastName")
      .end()
      .sort({ Name: 1 })
      .limit(5)
      .execute();
    assert.equal(rows.length, 5);
    assert.ok(rows.every((row) => row.Owner.Name && row.Contacts !== undefined));
    assert.deepEqual(rows.map((row) => row.Name), rows.map((row) => row.Name).sort((a, b) => a.localeCompare(b)));
  });

  test("a misspelled field is named", async () => {
    await assert.rejects(conn.query("SELECT Nmae FROM Account"), (error) => {
      assert.equal(error.errorCode, "INVALID_FIELD");
      return /No such column 'Nmae' on entity 'Account'/.test(error.message);
    });
  });

  test("a search finds over several objects", async () => {
    await conn.sobject("Account").create({ Name: "Zanzibar Instruments" });
    const { searchRecords } = await conn.search("FIND {Zanzibar} RETURNING Account(Id, Name), Contact(Id)");
    assert.deepEqual(searchRecords.map((one) => one.Name), ["Zanzibar Instruments"]);
  });
});

describe("metadata", () => {
  test("describe tells fields, picklists and children", async () => {
    const account = await conn.sobject("Account").describe();
    assert.ok(account.fields.find((field) => field.name === "Industry").picklistValues.length > 5);
    assert.ok(account.childRelationships.some((one) => one.relationshipName === "Contacts"));
    const names = (await conn.describeGlobal()).sobjects.map((one) => one.name);
    assert.ok(names.includes("Invoice__c") && names.includes("Opportunity"));
  });

  test("versions, limits and the user's own information", async () => {
    assert.ok((await conn.request("/")).sobjects);
    assert.ok((await conn.limits()).DailyApiRequests.Max > 0);
    assert.equal((await conn.soap.getUserInfo()).userName, ADMIN.username);
  });

  test("what is not emulated says so", async () => {
    await assert.rejects(conn.request("/graphql"), refusal("NOT_EMULATED"));
  });
});

describe("bulk", () => {
  test("the second API loads, tells each row's fate and reads back", async () => {
    const rows = [...Array(250).keys()].map((n) => ({ Name: `${unique} #${n}`, Phone: "1" }));
    const loaded = await conn.bulk2.loadAndWaitForResults({
      object: "Account",
      operation: "insert",
      input: [...rows, { Name: "", Phone: "2" }],
      pollInterval: 50,
    });
    assert.equal(loaded.successfulResults.length, 250);
    assert.match(loaded.failedResults[0].sf__Error, /^REQUIRED_FIELD_MISSING:/);
    const stream = await conn.bulk2.query(`SELECT Id, Name FROM Account WHERE Name LIKE '${unique} #%'`, { pollInterval: 50 });
    assert.equal((await stream.toArray()).length, 250);
  });

  test("the first API loads and deletes", async () => {
    conn.bulk.pollInterval = 50;
    const made = await conn.bulk.load("Account", "insert", [{ Name: "By batch 1" }, { Name: "By batch 2" }]);
    assert.deepEqual(made.map((one) => [one.success, one.created]), [[true, true], [true, true]]);
    const gone = await conn.bulk.load("Account", "delete", made.map((one) => ({ Id: one.id })));
    assert.ok(gone.every((one) => one.success));
  });
});

describe("business", () => {
  let lead;
  before(async () => {
    lead = await conn.sobject("Lead").create({ FirstName: "Ada", LastName: unique, Company: `${unique} Inc` });
  });
  after(() => conn.logout());

  test("SOAP converts a lead", async () => {
    const done = await conn.soap.convertLead({ leadId: lead.id, convertedStatus: "Closed - Converted" });
    assert.equal(done.success, true);
    assert.match(done.opportunityId, /^006/);
  });

  test("SOAP merges records", async () => {
    const made = await conn.sobject("Account").create([{ Name: "Twin" }, { Name: "Twin" }]);
    const masterRecord = { type: "Account", Id: made[0].id, Phone: "1" };
    const merged = await conn.soap.merge({ masterRecord, recordToMergeIds: [made[1].id] });
    assert.deepEqual([merged.success, merged.mergedRecordIds], [true, [made[1].id]]);
  });

  test("a report runs with its rows", async () => {
    const reports = await conn.analytics.reports();
    const report = conn.analytics.report(reports.find((one) => one.name === "Lead List Report").id);
    const result = await report.execute({ details: true });
    assert.ok(result.factMap["T!T"].rows.length > 0);
    assert.equal((await report.describe()).reportMetadata.name, "Lead List Report");
  });

  test("a record goes through its approval", async () => {
    const { id } = await conn.sobject("Account").create({ Name: `${unique} approval` });
    const { approval } = conn.process;
    const sent = await approval.submit(id, "please");
    assert.deepEqual([sent.success, sent.instanceStatus], [true, "Pending"]);
    const refused = await approval.reject(sent.newWorkitemIds[0], "not now");
    assert.deepEqual([refused.instanceStatus, refused.actorIds], ["Rejected", null]);
  });

  test("a quick action is described", async () => {
    const actions = await conn.quickActions();
    assert.ok(actions.some((one) => one.name === "LogACall"));
    assert.equal((await conn.quickAction("LogACall").describe()).targetSobjectType, "Task");
  });
});
