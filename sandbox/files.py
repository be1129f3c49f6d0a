"""Uploaded files, of the app and of people."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from sandbox.clock import Clock
from sandbox.directory import TEAM
from sandbox.kit.limits import Refusal
from sandbox.store import Store

MAX_BYTES = 100 * 1024 * 1024
File = dict[str, Any]
# Where Slack's `filetype` is not the extension.
FILETYPES = {"txt": "text", "yml": "yaml", "htm": "html", "jpeg": "jpg", "md": "markdown"}


class Files:
    """File objects as Slack gives them, and their bytes. `base_url` is known once the server listens."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.base_url = ""
        self._files: dict[str, File] = dict(store.all("file"))
        self._content: dict[str, bytes] = dict(store.all("content"))

    def get(self, file_id: Any) -> File:
        """A file with its present addresses. Raises Refusal file_not_found."""
        file = self._files.get(file_id)
        if file is None or file_id not in self._content:
            raise Refusal("file_not_found")
        place = f"{self.base_url}/files-pri/{TEAM}-{file_id}"
        return {
            **file,
            "url_private": f"{place}/{quote(file['name'])}",
            "url_private_download": f"{place}/download/{quote(file['name'])}",
        }

    def content(self, file_id: str) -> bytes:
        """The bytes of a file. Raises Refusal file_not_found."""
        self.get(file_id)
        return self._content[file_id]

    def announce(self, user: str, name: str, size: int) -> str:
        """A new file's id, before its content has come."""
        file_id = "F" + token_hex(5).upper()
        extension = PurePath(name).suffix[1:].lower()
        self._files[file_id] = {
            "id": file_id,
            "created": int(self._clock.now()),
            "name": name,
            "title": name,
            "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "filetype": FILETYPES.get(extension, extension or "binary"),
            "user": user,
            "size": size,
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
        }
        return file_id

    def receive(self, file_id: str, content: bytes) -> None:
        """Keep the content of an announced file. Raises Refusal when the id or the length is wrong."""
        file = self._files.get(file_id)
        if file is None:
            raise Refusal("file_not_found")
        if len(content) != file["size"]:
            raise Refusal("length_mismatch")
        self._content[file_id] = content
        self._store.put("file", file_id, file)
        self._store.put("content", file_id, content)

    def entitle(self, file_id: Any, title: Any) -> File:
        """Give an uploaded file its title. Raises Refusal file_not_found."""
        self.get(file_id)
        if title:
            self._files[file_id]["title"] = str(title)
            self._store.put("file", file_id, self._files[file_id])
        return self.get(file_id)
