"""The direct messages between the app and each person: posting, changing, deleting, unread marks."""

from __future__ import annotations

from typing import Any

from sandbox.clock import Clock
from sandbox.directory import APP, BOT, BOT_USER, SLACKBOT, TEAM, Directory
from sandbox.feed import Feed
from sandbox.kit.blocks import identify
from sandbox.kit.limits import Refusal
from sandbox.store import Store

Message = dict[str, Any]
HIDDEN = ("ephemeral", "state")


def channel_of(user: str) -> str:
    """The id of the DM between the app and `user`."""
    return "D" + user[1:]


class Messages:
    """All DMs. Messages are Slack's dicts; `ephemeral` and `state` (values of their inputs) are ours.

    Ephemeral messages are not kept over a restart, as they do not outlive a reload in Slack.
    """

    def __init__(self, store: Store, feed: Feed, clock: Clock, people: Directory) -> None:
        self._store, self._feed, self._clock, self._people = store, feed, clock, people
        self._channels: dict[str, dict[str, Message]] = {}
        self._read: dict[str, str] = dict(store.all("read"))
        for key, message in store.all("message"):
            self._channels.setdefault(key.split(":")[0], {})[message["ts"]] = message

    def resolve(self, channel: Any) -> str:
        """The user whose DM `channel` (a user id or D…) means. Raises Refusal channel_not_found."""
        for person in self._people.humans():
            if channel in (person["id"], channel_of(person["id"])):
                if person.get("deleted"):
                    break
                return person["id"]
        if channel in (BOT_USER, SLACKBOT):
            raise Refusal("cannot_dm_bot")
        raise Refusal("channel_not_found")

    def list(self, user: str) -> list[Message]:
        """The DM of `user`, oldest first."""
        messages = self._channels.get(channel_of(user), {})
        return [messages[ts] for ts in sorted(messages, key=_order)]

    def get(self, user: str, ts: Any, *, ephemeral: bool = True) -> Message:
        """One message. Raises Refusal message_not_found."""
        found = self._channels.get(channel_of(user), {}).get(ts)
        if found is None or (found.get("ephemeral") and not ephemeral):
            raise Refusal("message_not_found")
        return found

    def post(
        self,
        user: str,
        text: str,
        blocks: list[dict[str, Any]] | None = None,
        *,
        by: str = BOT_USER,
        ephemeral: bool = False,
        **more: Any,
    ) -> Message:
        """Add a message to the DM of `user`, written by the app's bot or by the person (`by`)."""
        message: Message = {"type": "message", "user": by, "ts": self._clock.stamp(), "text": text, "team": TEAM}
        if by == BOT_USER:
            message |= {"bot_id": BOT, "app_id": APP}
        if blocks:
            message["blocks"] = identify(blocks)
        message |= {key: value for key, value in more.items() if value}
        if ephemeral:
            message["ephemeral"] = True
        self._channels.setdefault(channel_of(user), {})[message["ts"]] = message
        self._keep(user, message)
        self._tell("ephemeral" if ephemeral else "message", user, message)
        if by == user:
            self.read(user)
        elif not ephemeral:
            self._feed.tell("unread", user, unread=self.unread(user))
        return message

    def update(
        self, user: str, message: Message, text: str | None, blocks: list[dict[str, Any]] | None, **more: Any
    ) -> None:
        """Change text and blocks of a message of the app; None leaves either as it is."""
        if text is not None:
            message["text"] = text
        if blocks is not None:
            message["blocks"] = identify(blocks)
        message |= {key: value for key, value in more.items() if value}
        message["edited"] = {"user": BOT_USER, "ts": self._clock.stamp()}
        self._keep(user, message)
        self._tell("message_changed", user, message)

    def delete(self, user: str, message: Message) -> None:
        """Remove a message."""
        del self._channels[channel_of(user)][message["ts"]]
        self._store.delete("message", f"{channel_of(user)}:{message['ts']}")
        self._feed.tell("message_deleted", user, channel=channel_of(user), ts=message["ts"])
        self._feed.tell("unread", user, unread=self.unread(user))

    def read(self, user: str) -> None:
        """Everything in the DM of `user` has been seen."""
        messages = self.list(user)
        if messages and self._read.get(user) != messages[-1]["ts"]:
            self._read[user] = messages[-1]["ts"]
            self._store.put("read", user, self._read[user])
        self._feed.tell("unread", user, unread=0)

    def is_unread(self, user: str, message: Message) -> bool:
        """Whether the person has not seen this message of the app."""
        if message["user"] == user or message.get("ephemeral"):
            return False
        return _order(message["ts"]) > _order(self._read.get(user, "0.0"))

    def unread(self, user: str) -> int:
        """How many messages of the app the person has not seen."""
        return sum(self.is_unread(user, each) for each in self._channels.get(channel_of(user), {}).values())

    def shown(self, user: str, message: Message) -> dict[str, Any]:
        """A message as the page needs it."""
        by_app = message["user"] == BOT_USER
        return {
            "ts": message["ts"],
            "user": message["user"],
            "bot": by_app,
            "text": message["text"],
            "blocks": message.get("blocks", []),
            "edited": "edited" in message,
            "ephemeral": bool(message.get("ephemeral")),
            "unread": self.is_unread(user, message),
            "files": message.get("files", []),
            "time": self._clock.iso(float(message["ts"])),
        }

    def last_stamp(self) -> str:
        """The newest `ts` of all, so that time never runs back after a restart."""
        stamps = [ts for messages in self._channels.values() for ts in messages]
        return max(stamps, key=_order, default="0.0")

    def _keep(self, user: str, message: Message) -> None:
        if not message.get("ephemeral"):
            self._store.put("message", f"{channel_of(user)}:{message['ts']}", message)

    def _tell(self, kind: str, user: str, message: Message) -> None:
        self._feed.tell(kind, user, channel=channel_of(user), ts=message["ts"], message=self.shown(user, message))


def _order(ts: str) -> tuple[int, int]:
    seconds, micros = ts.split(".")
    return int(seconds), int(micros)


def public(message: Message, *, metadata: bool = True) -> Message:
    """A message as the app sees it."""
    hidden = HIDDEN if metadata else (*HIDDEN, "metadata")
    return {key: value for key, value in message.items() if key not in hidden}
