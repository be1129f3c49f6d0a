"""Files that people give us in Slack, and that we give them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from appraisal.errors import Code, InvalidInput, NotFound
from appraisal.intake.readers import MEGABYTES
from handlers import inputs
from handlers.inputs import UploadedFile

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


async def given(client: AsyncWebClient, file_id: str) -> UploadedFile:
    """A file that was uploaded in an earlier modal. Raises NotFound(NO_SUCH_IMPORT) where it was deleted since."""
    try:
        found: Any = (await client.files_info(file=file_id))["file"]
    except SlackApiError as error:
        if error.response.get("error") not in ("file_not_found", "file_deleted"):
            raise
        raise NotFound(Code.NO_SUCH_IMPORT) from error
    return inputs.file(found)


async def send(client: AsyncWebClient, slack_id: str, name: str, content: bytes) -> None:
    """Put a file into somebody's DM. Raises SlackApiError, aiohttp.ClientError."""
    place = await client.files_getUploadURLExternal(filename=name, length=len(content))
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT) as session,
        session.post(str(place["upload_url"]), data=content) as answer,
    ):
        answer.raise_for_status()
    conversation: Any = (await client.conversations_open(users=slack_id))["channel"]
    files: list[dict[str, str | None]] = [{"id": str(place["file_id"]), "title": name}]
    await client.files_completeUploadExternal(files=files, channel_id=conversation["id"])
