"""PUT /jobs/ingest/{id}/batches: the content of a job, kept piece by piece as it comes.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/upload_job_data.htm
"""

import zlib
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from salesforce_emulator.bulk.ingest import UPLOAD
from salesforce_emulator.bulk.jobs import INGEST, OPEN, Job, Jobs
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.endpoint import authenticate
from salesforce_emulator.routes.rendering import render
from salesforce_emulator.routes.table import refusal
from salesforce_emulator.routes.versions import supported
from salesforce_emulator.site import site_of

# 150 MB once it is base64.
LARGEST = 150 * 2**20 * 3 // 4
PIECE = 2**18


async def upload(request: Request) -> Response:
    site = site_of(request)
    try:
        supported(request.path_params["version"])
        caller = authenticate(site, request)
        site.usage.count()
        job = site.bulk.jobs.find(caller, INGEST, request.path_params["job"])
        _check(request, job)
        await _keep(site.bulk.jobs, job, _plain(request))
    except Refused as refused:
        return render(refusal(refused), request.headers)
    return Response(status_code=201, headers={"Sforce-Limit-Info": site.usage.header})


def _check(request: Request, job: Job) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "text/csv":
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", f"The content type {media_type!r} is not supported: use text/csv")
    if job.uploaded:
        raise Refused(
            400,
            "CLIENTINPUTERROR",
            f"Found multiple contents for job: <{job.id}>, please 'Close' / 'Abort' / 'Delete' the current Job then"
            " create a new Job and make sure you only do 'PUT' once on a given Job.",
        )
    if job.state != OPEN:
        raise Refused(409, "INVALIDJOBSTATE", f"Invalid Job State: the job is {job.state}, content goes to an Open one")


async def _keep(jobs: Jobs, job: Job, content: AsyncIterator[bytes]) -> None:
    """All of it or nothing. The job is marked first: no second upload may run beside this one."""
    jobs.change(job, uploaded=1)
    buffer, number, size, done = bytearray(), 0, 0, False
    try:
        async for piece in content:
            size += len(piece)
            if size > LARGEST:
                raise Refused(413, "EXCEEDEDQUOTA", "The content of a job is at most 150 MB, counted as base64")
            buffer += piece
            while len(buffer) >= PIECE:
                jobs.add_piece(job, UPLOAD, bytes(buffer[:PIECE]), number=number)
                del buffer[:PIECE]
                number += 1
        jobs.add_piece(job, UPLOAD, bytes(buffer), number=number)
        done = True
    finally:
        if not done:
            jobs.drop_pieces(job, UPLOAD)
            jobs.change(job, uploaded=0)


async def _plain(request: Request) -> AsyncIterator[bytes]:
    """The body, unpacked where the client packed it."""
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding not in {"identity", "gzip", "deflate"}:
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", f"The content encoding {encoding!r} is not supported")
    engine = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS) if encoding != "identity" else None
    try:
        async for piece in request.stream():
            if engine is None:
                yield piece
                continue
            while piece:
                yield engine.decompress(piece, PIECE)
                piece = engine.unconsumed_tail
        if engine is not None and not engine.eof:
            raise Refused(400, "CLIENTINPUTERROR", f"The body is not valid {encoding}")
    except zlib.error as error:
        raise Refused(400, "CLIENTINPUTERROR", f"The body is not valid {encoding}") from error
    except ClientDisconnect as error:
        raise Refused(400, "UNKNOWN_EXCEPTION", "The client went away before its request was complete") from error
