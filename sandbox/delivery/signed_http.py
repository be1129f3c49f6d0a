"""Delivery by signed HTTP requests, for apps without Socket Mode."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.delivery.envelopes import Kind, NoAck, Payload
from sandbox.manifest import Manifest


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature of a request: HMAC-SHA256 of `v0:timestamp:body`."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class SignedHttp:
    """Posts to the manifest's request URLs, or all to `request_url` when that is given."""

    def __init__(self, manifest: Manifest, secret: str, request_url: str, ack_seconds: float) -> None:
        self._manifest, self._secret, self._url = manifest, secret, request_url
        self._ack_seconds = ack_seconds
        self._session: ClientSession | None = None

    async def send(self, kind: Kind, payload: Payload, retry: tuple[int, str] | None = None) -> Any:
        """Post and return the answer's body: parsed JSON, text, or None when empty. Raises NoAck."""
        url = self._url or self._declared(kind, payload)
        if not url:
            raise NoAck("dispatch_failed")
        body, content_type = _encode(kind, payload)
        # Real time: the app compares it with its own clock.
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        return await self._post(url, body, headers)

    async def close(self) -> None:
        """Close the connections to the app."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Any:
        if self._session is None:
            self._session = ClientSession()
        timeout = ClientTimeout(total=self._ack_seconds)
        try:
            async with self._session.post(url, data=body, headers=headers, timeout=timeout) as answer:
                text = await answer.text()
                if answer.status != 200:
                    raise NoAck("http_service_error")
        except TimeoutError:
            raise NoAck("operation_timeout") from None
        except ClientError:
            raise NoAck("dispatch_failed") from None
        return _decode(text)

    def _declared(self, kind: Kind, payload: Payload) -> str:
        if kind is Kind.EVENT:
            return self._manifest.events_url
        if kind is Kind.COMMAND:
            command = self._manifest.command(payload["command"])
            return command.url if command else ""
        if payload["type"] == "block_suggestion":
            return self._manifest.options_url
        return self._manifest.interactivity_url


def _encode(kind: Kind, payload: Payload) -> tuple[bytes, str]:
    if kind is Kind.EVENT:
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind is Kind.COMMAND else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _decode(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
