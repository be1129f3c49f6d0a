"""Views: the stack of modals each person has open, and everybody's Home."""

from __future__ import annotations

import time
from secrets import token_hex
from typing import Any

from sandbox.directory import APP, BOT, TEAM
from sandbox.feed import Feed
from sandbox.kit.answers import initial_values
from sandbox.kit.blocks import Surface, identify
from sandbox.kit.limits import Refusal, check_view
from sandbox.store import Store

View = dict[str, Any]
MAX_STACK = 3
DEFAULTS: View = {
    "title": None,
    "submit": None,
    "close": None,
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
}


class Views:
    """Open modals by person (root first) and Home views by person. Only Homes are kept over a restart."""

    def __init__(self, store: Store, feed: Feed) -> None:
        self._store, self._feed = store, feed
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = dict(store.all("home"))

    def stack(self, user: str) -> list[View]:
        """The modals that `user` has open, the visible one last."""
        return self._stacks.get(user, [])

    def home(self, user: str) -> View | None:
        """The Home that the app has published for `user`."""
        return self._homes.get(user)

    def get(self, user: str, view_id: Any) -> View | None:
        """An open modal or the Home of `user` by its id."""
        known = [*self.stack(user), *([self._homes[user]] if user in self._homes else [])]
        return next((view for view in known if view["id"] == view_id), None)

    def open(self, user: str, raw: Any) -> View:
        """Open a modal; any open before are gone. Raises Refusal."""
        view = self._new(raw)
        self._stacks[user] = [view]
        self.tell(user)
        return view

    def push(self, user: str, raw: Any) -> View:
        """Open a modal on top of the visible one. Raises Refusal (not_found, push_limit_reached …)."""
        stack = self.stack(user)
        if not stack:
            raise Refusal("not_found")
        if len(stack) >= MAX_STACK:
            raise Refusal("push_limit_reached")
        view = self._new(raw)
        view |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        stack.append(view)
        self.tell(user)
        return view

    def locate(self, view_id: Any, external_id: Any) -> tuple[str, View]:
        """Whose view this is, and the view. Raises Refusal not_found."""
        candidates = [(user, view) for user, stack in self._stacks.items() for view in stack]
        for user, view in [*candidates, *self._homes.items()]:
            if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                return user, view
        raise Refusal("not_found")

    def update(self, user: str, view: View, raw: Any, expected: Any = None) -> View:
        """Replace the content of a view; its id and what is filled in under the same ids stay.

        `expected` is the hash that the app saw. Raises Refusal (hash_conflict …).
        """
        if expected and expected != view["hash"]:
            raise Refusal("hash_conflict")
        surface = Surface.HOME if view["type"] == "home" else Surface.MODAL
        content = self._content(raw, surface, replacing=view)
        values = initial_values(content["blocks"], view["state"]["values"])
        view |= {**DEFAULTS, **content, "hash": _hash(), "state": {"values": values}}
        if surface is Surface.HOME:
            self._keep_home(user, view)
        else:
            self.tell(user)
        return view

    def publish(self, user: str, raw: Any, expected: Any = None) -> View:
        """Set the Home of `user`. Raises Refusal (hash_conflict …)."""
        known = self._homes.get(user)
        if known is not None:
            return self.update(user, known, raw, expected)
        view = self._new(raw, Surface.HOME)
        self._keep_home(user, view)
        return view

    def close(self, user: str, *, all_of_them: bool) -> None:
        """Close the visible modal of `user`, or all of them."""
        stack = self.stack(user)
        if all_of_them:
            stack.clear()
        elif stack:
            stack.pop()
        self.tell(user)

    def tell(self, user: str) -> None:
        """Show the stack as it is now."""
        self._feed.tell("views", user, stack=[dict(view) for view in self.stack(user)])

    def _keep_home(self, user: str, view: View) -> None:
        self._homes[user] = view
        self._store.put("home", user, view)
        self._feed.tell("home", user, view=view)

    def _new(self, raw: Any, surface: Surface = Surface.MODAL) -> View:
        content = self._content(raw, surface)
        view_id = "V" + token_hex(6).upper()
        return {
            **DEFAULTS,
            "id": view_id,
            "team_id": TEAM,
            **content,
            "hash": _hash(),
            "state": {"values": initial_values(content["blocks"])},
            "root_view_id": view_id,
            "previous_view_id": None,
            "app_id": APP,
            "app_installed_team_id": TEAM,
            "bot_id": BOT,
        }

    def _content(self, raw: Any, surface: Surface, replacing: View | None = None) -> View:
        check_view(raw, surface)
        if external := raw.get("external_id"):
            everyone = [*(view for stack in self._stacks.values() for view in stack), *self._homes.values()]
            if any(view is not replacing and view["external_id"] == external for view in everyone):
                raise Refusal("duplicate_external_id")
        return {**raw, "blocks": identify(raw["blocks"])}


def _hash() -> str:
    return f"{int(time.time())}.{token_hex(4)}"
