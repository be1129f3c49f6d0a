"""Files that people give us in Slack."""

from __future__ import annotations

from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from appraisal.errors import Code, InvalidInput
from appraisal.intake.readers import MEGABYTES
from handlers.payloads import UploadedFile

MOST_BYTES = MEGABYTES * 1_000_000
TIMEOUT = aiohttp.ClientTimeout(total=60)


async def download(client: AsyncWebClient, file: UploadedFile) -> bytes:
    """The file's bytes, at most MOST_BYTES. The token goes to Slack's own hosts only.

    Raises InvalidInput(FILE_TOO_LARGE, FILE_MISSING), aiohttp.ClientError.
    """
    host = urlsplit(file.url).hostname or ""
    if host != urlsplit(client.base_url).hostname and not host.endswith(".slack.com"):
        raise InvalidInput(Code.FILE_MISSING, field="file")
    headers = {"Authorization": f"Bearer {client.token}"}
    async with aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as session, session.get(file.url) as answer:
        answer.raise_for_status()
        content = await answer.content.read(MOST_BYTES + 1)
        while len(content) <= MOST_BYTES and (more := await answer.content.read(MOST_BYTES + 1 - len(content))):
            content += more
    if len(content) > MOST_BYTES:
        raise InvalidInput(Code.FILE_TOO_LARGE, field="file", limit=MEGABYTES)
    return content
