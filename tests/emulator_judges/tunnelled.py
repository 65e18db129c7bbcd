"""simple-salesforce as anybody would use it against Salesforce: nothing here knows of an emulator."""

import json

from simple_salesforce import Salesforce

salesforce = Salesforce(username="admin@demo.example", password="demo", security_token="")
created = salesforce.Account.create({"Name": "Through the tunnel"})
found = salesforce.query("SELECT Name FROM Account WHERE Name = 'Through the tunnel'")
jobs = salesforce.bulk2.Account.insert(records=[{"Name": "By bulk"}])
print(
    json.dumps(
        {
            "host": salesforce.sf_instance,
            "created": created["success"],
            "names": [record["Name"] for record in found["records"]],
            "objects": len(salesforce.describe()["sobjects"]),
            "loaded": jobs[0]["numberRecordsProcessed"],
        }
    )
)
