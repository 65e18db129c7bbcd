"""Uploads in a folder. A file appears whole, under its name, or not at all."""

import os
import re
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from pathlib import Path

import anyio.to_thread

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.ports import UploadForm, UploadParts

_PIECE = 1_000_000
_PART = 8_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")


class FolderUploads:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, name: str, content: bytes) -> None:
        await anyio.to_thread.run_sync(self._write, name, content)

    async def keep(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        file, new = self._new(name)
        try:
            async with await anyio.open_file(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                buffer = bytearray()
                async for piece in pieces:
                    buffer += piece
                    if len(buffer) >= _PIECE:
                        await opened.write(bytes(buffer))
                        buffer.clear()
                await opened.write(bytes(buffer))
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)  # what broke off: it may be gigabytes

    async def read(self, name: str) -> bytes:
        return await anyio.to_thread.run_sync(lambda: self._existing(name).read_bytes())

    async def pieces(self, name: str) -> AsyncGenerator[bytes, None]:
        async with await anyio.open_file(self._existing(name), "rb") as file:
            while piece := await file.read(_PIECE):
                yield piece

    async def form(self, name: str, *, back: str) -> UploadForm | None:  # noqa: ARG002 - as S3 needs them
        return None

    async def parts(self, name: str, *, size: int, here: str) -> UploadParts:  # noqa: ARG002 - as S3 needs it
        parts = os.urandom(16).hex()
        numbers = range(1, -(-size // _PART) + 1)
        return UploadParts(parts, _PART, [f"{here}/{parts}/{number}" for number in numbers])

    async def take_part(self, name: str, parts: str, number: int, content: bytes) -> None:
        await self.write(_part(name, parts, number), content)

    async def join(self, name: str, parts: str, tags: Sequence[str]) -> None:
        numbers = range(1, len(tags) + 1)
        for number in numbers:
            self._existing(_part(name, parts, number))

        async def pieces() -> AsyncIterator[bytes]:
            for number in numbers:
                async for piece in self.pieces(_part(name, parts, number)):
                    yield piece

        await self.keep(name, pieces())
        await anyio.to_thread.run_sync(shutil.rmtree, self._path(_part(name, parts, 1)).parent)

    async def names(self, prefix: str) -> list[str]:
        return await anyio.to_thread.run_sync(self._names, prefix)

    def _write(self, name: str, content: bytes) -> None:
        file, new = self._new(name)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
        new.replace(file)

    def _new(self, name: str) -> tuple[Path, Path]:
        """The file, and the one that becomes it when it is whole."""
        file = self._path(name)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return file, file.with_name(f".{file.name}.{os.urandom(4).hex()}")

    def _names(self, prefix: str) -> list[str]:
        files = (file for file in self._folder.rglob("*") if file.is_file() and not file.name.startswith("."))
        names = (file.relative_to(self._folder).as_posix() for file in files)
        return sorted(name for name in names if name.startswith(prefix))

    def _existing(self, name: str) -> Path:
        file = self._path(name)
        if not file.is_file():
            raise NotFound("There is no such file", code="FILE_NOT_FOUND", hint="Files are kept for seven days.")
        return file

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InvalidInput("This cannot be the name of a file")
        return self._folder / name


def _part(name: str, parts: str, number: int) -> str:
    return f"{name.rpartition('.')[0]}/{parts}/{number:05}"
