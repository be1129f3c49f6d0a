"""Figures from an HTTP(S) address."""

from __future__ import annotations

import zlib
from datetime import UTC, date
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

import aiohttp
from yarl import URL

from appraisal.intake.readers import MEGABYTES
from appraisal.intake.runs import Failure, Fetched, FetchFailed, LastRun, Unchanged
from appraisal.intake.sources import Http
from bot.sources.secrets import secret

SECONDS = 60.0
MOST_REDIRECTS = 5
MOST_BYTES = MEGABYTES * 1_000_000
CHUNK = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PAGES = ("text/html", "application/xhtml+xml")
MODIFIED = "modified:"  # marks a date where the server gives no ETag


class HttpConnector:
    """One GET. The server is asked whether anything is new where it told an ETag or a date the last time.

    The token goes to the host of the declaration only: redirects elsewhere are refused.
    """

    def __init__(self, source: Http, *, seconds: float = SECONDS) -> None:
        self._url = URL(source.url)
        self._token_env = source.token_env
        self._seconds = seconds

    async def fetch(self, last: LastRun) -> Fetched | Unchanged:
        headers = {"Accept-Encoding": "gzip, deflate", "User-Agent": "Fullcircle", **_conditions(last.etag)}
        if self._token_env:
            headers["Authorization"] = f"Bearer {secret(self._token_env)}"
        timeout = aiohttp.ClientTimeout(total=self._seconds)
        try:
            # Unpacked below, within the limit: aiohttp would unpack all of a chunk before we could count it.
            async with aiohttp.ClientSession(timeout=timeout, auto_decompress=False, trust_env=True) as session:
                return await self._follow(session, headers, asked=bool(last.etag))
        except TimeoutError as error:
            raise FetchFailed(Failure.TIMED_OUT, seconds=round(self._seconds)) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchFailed(Failure.UNREACHABLE, where=self._url.host or "", why=type(error).__name__) from error

    async def _follow(
        self, session: aiohttp.ClientSession, headers: dict[str, str], *, asked: bool
    ) -> Fetched | Unchanged:
        url = self._url
        for _ in range(MOST_REDIRECTS + 1):
            async with session.get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status not in REDIRECTS:
                    return await _answered(answer, asked=asked)
                url = self._next(url, answer.headers.get("Location", ""))
        raise FetchFailed(Failure.REDIRECTED, where=url.host or "")

    def _next(self, url: URL, location: str) -> URL:
        to = url.join(URL(location))
        encrypted = to.scheme == "https" or to.scheme == self._url.scheme
        same = to.host == self._url.host and (to.port == self._url.port or to.scheme != self._url.scheme)
        if not location or not same or not encrypted:
            raise FetchFailed(Failure.REDIRECTED, where=to.host or "")
        return to


def _conditions(etag: str) -> dict[str, str]:
    if etag.startswith(MODIFIED):
        return {"If-Modified-Since": etag.removeprefix(MODIFIED)}
    return {"If-None-Match": etag} if etag else {}


async def _answered(answer: aiohttp.ClientResponse, *, asked: bool) -> Fetched | Unchanged:
    if answer.status == 304 and asked:
        return Unchanged()
    if answer.status != 200:
        raise FetchFailed(Failure.STATUS, status=answer.status)
    content = await _body(answer)
    if answer.content_type in PAGES or content[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise FetchFailed(Failure.PAGE)
    modified = answer.headers.get("Last-Modified", "")
    etag = answer.headers.get("ETag") or (MODIFIED + modified if modified else "")
    return Fetched(content, _file_name(answer), etag=etag, as_of=_day(modified))


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """What the answer holds, unpacked, within MOST_BYTES however small it travelled."""
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise FetchFailed(Failure.BAD_ENCODING, encoding=encoding[:40])
    unpack = None if encoding == "identity" else _Unpacking()
    content = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        try:
            content += unpack.more(chunk, MOST_BYTES + 1 - len(content)) if unpack else chunk
        except zlib.error as error:
            raise FetchFailed(Failure.BAD_ENCODING, encoding=encoding) from error
        if len(content) > MOST_BYTES:
            raise FetchFailed(Failure.TOO_LARGE, megabytes=MEGABYTES)
    if unpack and not unpack.is_whole:
        raise FetchFailed(Failure.BAD_ENCODING, encoding=encoding)
    return bytes(content)


class _Unpacking:
    """gzip and zlib alike. A gzip file may hold several members, which are read as one."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=47)

    @property
    def is_whole(self) -> bool:
        return self._member.eof

    def more(self, packed: bytes, room: int) -> bytes:
        """What these bytes hold, `room` bytes at most; raises zlib.error for what is no further member."""
        content = bytearray()
        while packed and len(content) < room:
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=47)
            content += self._member.decompress(packed, room - len(content))
            packed = self._member.unused_data or self._member.unconsumed_tail
        return bytes(content)


def _file_name(answer: aiohttp.ClientResponse) -> str:
    header = Message()
    header["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
    name = header.get_filename() or answer.url.name or answer.url.host or "figures"
    return PurePosixPath(name.replace("\\", "/")).name[:200]


def _day(modified: str) -> date | None:
    try:
        return parsedate_to_datetime(modified).astimezone(UTC).date() if modified else None
    except (ValueError, OverflowError):
        return None
