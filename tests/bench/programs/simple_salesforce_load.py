"""simple-salesforce as its page on Bulk2 has it: a file in, its accounts fetched, and all of it out again.

Arguments: the org's address, a session, the file, a folder for results, the object, the query.
"""

import json
import sys
import time
from pathlib import Path

from simple_salesforce import Salesforce

url, session, csv, folder, name, soql = sys.argv[1:]
bulk = getattr(Salesforce(instance_url=url, session_id=session).bulk2, name)
began = time.perf_counter()
jobs = bulk.insert(csv)
for number, job in enumerate(jobs):
    bulk.get_successful_records(job["job_id"], file=f"{folder}/successful-{number}.csv")
    bulk.get_failed_records(job["job_id"], file=f"{folder}/failed-{number}.csv")
    bulk.get_unprocessed_records(job["job_id"], file=f"{folder}/unprocessed-{number}.csv")
done = time.perf_counter()
out = 0
pages = Path(folder, "out")
pages.mkdir()
exported = bulk.download(soql, str(pages))
ended = time.perf_counter()
print(
    json.dumps(
        {
            "in": done - began,
            "out": ended - done,
            "rows": sum(job["numberRecordsProcessed"] - job["numberRecordsFailed"] for job in jobs),
            "rows_out": sum(page["number_of_records"] for page in exported),
        }
    )
)
