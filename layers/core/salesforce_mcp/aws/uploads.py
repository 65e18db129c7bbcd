"""Uploads in S3. A checksum travels with each file, and S3 refuses one that does not fit."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import closing
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from salesforce_mcp.aws.calls import call, run_blocking
from salesforce_mcp.errors import NotFound
from salesforce_mcp.ports import UploadForm, UploadParts

_PIECE = 8_000_000
_LARGEST = 5 * 1024**3  # what S3 takes at once
_FORM_SECONDS = 3600
_PART = 64 * 2**20  # eighty of them make the largest file
_PARTS_SECONDS = 6 * 3600


class S3Uploads:
    """`open_client` is called when the first file is needed."""

    def __init__(self, open_client: Callable[[], Any], bucket: str) -> None:
        self._open_client = open_client
        self._bucket = bucket

    @cached_property
    def _client(self) -> Any:
        return self._open_client()

    async def write(self, name: str, content: bytes) -> None:
        await call(self._client.put_object, Bucket=self._bucket, Key=name, Body=content, ChecksumAlgorithm="SHA256")

    async def keep(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """In parts where it is long. What breaks off is no object; the bucket forgets its parts after a day."""
        buffer, parts, upload = bytearray(), list[dict[str, Any]](), ""
        at = {"Bucket": self._bucket, "Key": name}
        async for piece in pieces:
            buffer += piece
            if len(buffer) >= _PIECE:
                upload = upload or await self._begun(at)
                parts.append(await self._part(at, upload, len(parts) + 1, bytes(buffer)))
                buffer.clear()
        if not upload:
            await self.write(name, bytes(buffer))
            return
        if buffer:
            parts.append(await self._part(at, upload, len(parts) + 1, bytes(buffer)))
        await call(self._client.complete_multipart_upload, **at, UploadId=upload, MultipartUpload={"Parts": parts})

    async def read(self, name: str) -> bytes:
        with closing(await self._body(name)) as body:
            content: bytes = await run_blocking(body.read)
        return content

    async def pieces(self, name: str) -> AsyncGenerator[bytes, None]:
        with closing(await self._body(name)) as body:
            while piece := await run_blocking(lambda: body.read(_PIECE)):
                yield piece

    async def form(self, name: str, *, back: str) -> UploadForm | None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html"""
        fields = {"success_action_redirect": back, "Content-Type": "text/csv"}
        signed = await run_blocking(
            lambda: self._client.generate_presigned_post(
                self._bucket,
                name,
                Fields=fields,
                Conditions=[*({key: value} for key, value in fields.items()), ["content-length-range", 1, _LARGEST]],
                ExpiresIn=_FORM_SECONDS,
            )
        )
        return UploadForm(signed["url"], signed["fields"])

    async def parts(self, name: str, *, size: int, here: str) -> UploadParts:  # noqa: ARG002 - as one machine needs it
        """https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html"""
        at = {"Bucket": self._bucket, "Key": name}
        upload = str((await call(self._client.create_multipart_upload, **at, ContentType="text/csv"))["UploadId"])

        def signed() -> list[str]:
            return [
                self._client.generate_presigned_url(
                    "upload_part", Params={**at, "UploadId": upload, "PartNumber": number}, ExpiresIn=_PARTS_SECONDS
                )
                for number in range(1, -(-size // _PART) + 1)
            ]

        return UploadParts(upload, _PART, await run_blocking(signed))

    async def take_part(self, name: str, parts: str, number: int, content: bytes) -> None:  # noqa: ARG002 - as one machine needs them
        raise NotFound("Parts go to S3 itself", code="FILE_NOT_FOUND")

    async def join(self, name: str, parts: str, tags: Sequence[str]) -> None:
        whole = {"Parts": [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, start=1)]}
        try:
            await call(
                self._client.complete_multipart_upload,
                Bucket=self._bucket,
                Key=name,
                UploadId=parts,
                MultipartUpload=whole,
            )
        except ClientError:  # the ones that `call` lets through: no such upload, or not its parts
            raise NotFound("These parts make no file", code="FILE_NOT_FOUND", hint="Upload the file again.") from None

    async def names(self, prefix: str) -> list[str]:
        names: list[str] = []
        page: dict[str, str] = {}
        while True:
            answer = await call(self._client.list_objects_v2, Bucket=self._bucket, Prefix=prefix, **page)
            names += [str(entry["Key"]) for entry in answer.get("Contents", [])]
            if not answer.get("IsTruncated"):
                return names
            page = {"ContinuationToken": answer["NextContinuationToken"]}

    async def _begun(self, at: dict[str, str]) -> str:
        return str((await call(self._client.create_multipart_upload, **at, ChecksumAlgorithm="SHA256"))["UploadId"])

    async def _part(self, at: dict[str, str], upload: str, number: int, content: bytes) -> dict[str, Any]:
        more = {"UploadId": upload, "PartNumber": number, "Body": content, "ChecksumAlgorithm": "SHA256"}
        answer = await call(self._client.upload_part, **at, **more)
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": answer["ChecksumSHA256"]}

    async def _body(self, name: str) -> Any:
        try:
            return (await call(self._client.get_object, Bucket=self._bucket, Key=name))["Body"]
        except ClientError:  # the one that `call` lets through: there is no such key
            raise NotFound(
                "There is no such file", code="FILE_NOT_FOUND", hint="Files are kept for seven days."
            ) from None
