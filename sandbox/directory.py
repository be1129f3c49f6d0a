"""The people of the workspace, as `users.json` describes them and as Slack's API shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.feed import Feed
from sandbox.kit.limits import Refusal
from sandbox.store import Store

TEAM = "T0SANDBOX"
APP = "A0SANDBOX"
BOT = "B0SANDBOX"
BOT_USER = "U0SANDBOXBOT"
SLACKBOT = "USLACKBOT"
COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "de5f24", "2b6836", "5a4592", "b14cbc")
Person = dict[str, Any]


class Directory:
    """All users by id, the app's bot and Slackbot among them."""

    def __init__(self, store: Store, feed: Feed, people: Iterable[Person], bot_name: str) -> None:
        self._store = store
        self._feed = feed
        self._people: dict[str, Person] = {}
        for person in [
            {"id": SLACKBOT, "name": "slackbot", "real_name": "Slackbot", "is_bot": False},
            {"id": BOT_USER, "name": bot_name, "real_name": bot_name, "is_bot": True},
            *people,
        ]:
            self._people[person["id"]] = person
        for key, person in store.all("user"):
            self._people[key] = person

    def change(self, person: Person) -> bool:
        """Add a person or merge new facts into a known one; true when the person is new."""
        known = self._people.get(person["id"])
        merged = {**(known or {}), **person}
        self._people[person["id"]] = merged
        self._store.put("user", person["id"], merged)
        self._feed.tell("users", None, id=person["id"])
        return known is None

    def get(self, user: str) -> Person:
        """The person with this id, deleted or not. Raises Refusal user_not_found."""
        try:
            return self._people[user]
        except (KeyError, TypeError):
            raise Refusal("user_not_found") from None

    def all(self) -> list[Person]:
        """Everybody, in an order of no meaning (as from Slack), bots and deleted people included."""
        return sorted(self._people.values(), key=lambda p: hashlib.md5(p["id"].encode()).digest())

    def humans(self) -> list[Person]:
        """Those whom the page can play: neither bots nor Slackbot; in the order of their addition."""
        return [p for p in self._people.values() if not p.get("is_bot") and p["id"] != SLACKBOT]

    def by_email(self, email: str) -> Person:
        """The active person with this address. Raises Refusal users_not_found."""
        for person in self._people.values():
            if email and (person.get("email") or "").lower() == email.lower() and not person.get("deleted"):
                return person
        raise Refusal("users_not_found")


def color(user: str) -> str:
    """A lasting colour (six hex digits) for a person's avatar."""
    return COLORS[hashlib.md5(user.encode()).digest()[0] % len(COLORS)]


def initials(name: str) -> str:
    """Up to two letters for an avatar; the last character of a Chinese name."""
    words = name.split()
    if not words:
        return "?"
    if not name.isascii() and len(words) == 1:
        return name[-1]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def as_user(person: Person, *, email: bool, locale: bool) -> dict[str, Any]:
    """A person as `users.info` shows them; `email` and `locale` only when the app may see them."""
    name = person.get("real_name") or person["name"]
    profile = {"real_name": name, "display_name": person["name"], "title": person.get("title") or "", "team": TEAM}
    if email and person.get("email"):
        profile["email"] = person["email"]
    user: dict[str, Any] = {
        "id": person["id"],
        "team_id": TEAM,
        "name": person["name"],
        "deleted": bool(person.get("deleted")),
        "profile": profile,
        "is_bot": bool(person.get("is_bot")),
        "is_app_user": False,
        "updated": 0,
    }
    if user["deleted"]:
        return user
    user |= {"real_name": name, "color": color(person["id"]), **_time_zone(person.get("tz") or "Etc/UTC")}
    for flag in ("is_admin", "is_owner", "is_restricted", "is_ultra_restricted"):
        user[flag] = bool(person.get(flag))
    if locale:
        user["locale"] = person.get("locale") or "en-US"
    return user


def _time_zone(name: str) -> dict[str, Any]:
    offset = datetime.now(ZoneInfo(name)).utcoffset()
    return {"tz": name, "tz_label": name, "tz_offset": int(offset.total_seconds()) if offset else 0}
