"""Which permissions the app asks for, and why. A test compares this with the code and with `manifest.yml`."""

from __future__ import annotations

METHODS: dict[str, str] = {
    "auth.test": "",
    "apps.connections.open": "",  # with the app-level token's connections:write
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",  # was a message sent before the process died?
    "conversations.open": "im:write",  # the DM in which to look for it
    "files.completeUploadExternal": "files:write",  # the rows of a file that HR should mend
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",  # a file whose columns HR had to name first
    "users.info": "users:read",
    "users.list": "users:read",
    "views.open": "",
    "views.publish": "",
    "views.push": "",
    "views.update": "",
}
"""Web API methods that the code calls: method → bot scope."""

BESIDES = frozenset(
    {
        "commands",  # the two slash commands
        "files:read",  # files that HR uploads in a modal
        "users:read.email",  # a file names people by e-mail
    }
)
"""Scopes that belong to no method."""


def needed() -> frozenset[str]:
    """The bot scopes of the app."""
    return BESIDES | {scope for scope in METHODS.values() if scope}
