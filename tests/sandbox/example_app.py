"""A small app that shows every kind of message, modal and element; for the sandbox's tests and for trying it out.

Run it against a sandbox: `python tests/sandbox/example_app.py http://127.0.0.1:3999/api/`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

Block = dict[str, Any]
ZWS = "​"


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str = "") -> Block:
    made: Block = {"text": plain(text), "value": value}
    return made | ({"description": plain(description)} if description else {})


def field(block_id: str, label: str, element: Block, **more: Any) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "answer", **element},
        **more,
    }


COLOURS = [option("Red", "red"), option("Green", "green"), option("Blue", "blue")]
MARKS = [option(f"{n}", f"{n}", f"What {n} looks like in daily work") for n in range(1, 6)]


def form(page: int = 1) -> Block:
    fields = [
        {"type": "alert", "text": mrkdwn("*Everything* here is only for show."), "level": "info"},
        field("name", "Name", {"type": "plain_text_input", "min_length": 2, "placeholder": plain("Who?")}),
        field(
            "story",
            "Story",
            {
                "type": "plain_text_input",
                "multiline": True,
                "max_length": 3000,
                "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
            },
            dispatch_action=True,
            optional=True,
            hint=plain("Every letter is sent to the app."),
        ),
        field(
            "age",
            "Age",
            {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "120"},
        ),
        field("mark", "Mark", {"type": "radio_buttons", "options": MARKS}, dispatch_action=True),
        field("extras", "Extras", {"type": "checkboxes", "options": COLOURS, "initial_options": COLOURS[:1]}),
        field("colour", "Colour", {"type": "static_select", "options": COLOURS, "placeholder": plain("One")}),
        field(
            "grouped",
            "Grouped",
            {
                "type": "static_select",
                "option_groups": [
                    {"label": plain("Warm"), "options": COLOURS[:1]},
                    {"label": plain("Cold"), "options": COLOURS[1:]},
                ],
            },
            optional=True,
        ),
        field(
            "colours",
            "Colours",
            {"type": "multi_static_select", "options": COLOURS, "max_selected_items": 2},
            optional=True,
        ),
        field("person", "Person", {"type": "users_select"}),
        field("people", "People", {"type": "multi_users_select"}, optional=True),
        field("city", "City", {"type": "external_select", "min_query_length": 1}, optional=True),
        field("day", "Day", {"type": "datepicker", "initial_date": "2026-01-31"}),
        field("time", "Time", {"type": "timepicker"}, optional=True),
        field(
            "file",
            "File",
            {"type": "file_input", "filetypes": ["csv", "txt"], "max_files": 1},
            optional=True,
        ),
        {
            "type": "actions",
            "block_id": "pages",
            "elements": [
                {"type": "button", "action_id": "deeper", "text": plain("One deeper")},
                {"type": "button", "action_id": "retitle", "text": plain("Change the title")},
            ],
        },
    ]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(f"Form {page}"),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "private_metadata": str(page),
        "blocks": fields,
    }


def card() -> list[Block]:
    confirm = {
        "title": plain("Really?"),
        "text": mrkdwn("This *cannot* be undone."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    return [
        {"type": "header", "text": plain("A card")},
        {
            "type": "section",
            "text": mrkdwn("Please decide, <@U0TOM>. :wave:"),
            "fields": [mrkdwn("*When*\nToday"), mrkdwn("*Where*\nHere")],
            "accessory": {
                "type": "overflow",
                "action_id": "more",
                "options": [option("Later", "later"), option("Never", "never")],
            },
        },
        {
            "type": "actions",
            "block_id": "decision",
            "elements": [
                {
                    "type": "button",
                    "action_id": "approve",
                    "text": plain("Approve"),
                    "style": "primary",
                    "value": "42",
                },
                {
                    "type": "button",
                    "action_id": "drop",
                    "text": plain("Drop"),
                    "style": "danger",
                    "confirm": confirm,
                },
                {"type": "static_select", "action_id": "pick", "options": COLOURS},
            ],
        },
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("_small print_")]},
    ]


def chart(kind: str) -> Block:
    labels = ["Results", "Teamwork", "Growth"]
    if kind == "pie":
        segments = [{"label": label, "value": n + 2} for n, label in enumerate(labels)]
        return {"type": "data_visualization", "title": "Shares", "chart": {"type": "pie", "segments": segments}}
    series = [
        {"name": name, "data": [{"label": label, "value": base + n} for n, label in enumerate(labels)]}
        for name, base in (("Self", 60), ("Peers", 70.5))
    ]
    axes = {"categories": labels, "x_label": "Dimension", "y_label": "Score"}
    drawn = {"type": kind, "series": series, "axis_config": axes}
    return {"type": "data_visualization", "title": f"A {kind} chart", "chart": drawn}


def table() -> Block:
    bold = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "Mei", "style": {"bold": True}}],
            }
        ],
    }
    rows = [
        [{"type": "raw_text", "text": "Who"}, {"type": "raw_text", "text": "How many"}],
        [bold, {"type": "raw_text", "text": "12"}],
    ]
    return {"type": "table", "column_settings": [{"is_wrapped": True}, {"align": "right"}], "rows": rows}


def home(user: str, visits: int) -> Block:
    button = {"type": "button", "action_id": "open_form", "text": plain("Open the form"), "style": "primary"}
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Home")},
            {"type": "section", "text": mrkdwn(f"Hello <@{user}>, visit {visits}.")},
            {"type": "actions", "block_id": "home", "elements": [button]},
            table(),
        ],
    }


def build(api_url: str, token: str = "xoxb-sandbox", **options: Any) -> AsyncApp:
    """The app, with `seen` (a list of (kind, payload)) as an attribute for tests to look at."""
    app = AsyncApp(client=AsyncWebClient(token=token, base_url=api_url), process_before_response=True, **options)
    seen: list[tuple[str, Any]] = []
    visits: dict[str, int] = {}
    app.seen = seen  # type: ignore[attr-defined]

    @app.command("/demo")
    async def demo(ack: Any, command: Any, client: Any) -> None:
        seen.append(("command", command))
        user, dm = command["user_id"], command["channel_id"]
        match command["text"]:
            case "form":
                await client.views_open(trigger_id=command["trigger_id"], view=form())
            case "card":
                await client.chat_postMessage(channel=user, text="A card", blocks=card())
            case "chart":
                kinds = ("bar", "pie"), ("line", "area")
                for pair in kinds:
                    blocks = [chart(kind) for kind in pair]
                    await client.chat_postMessage(channel=user, text="Charts", blocks=blocks)
            case "table":
                await client.chat_postMessage(channel=user, text="A table", blocks=[table()])
            case "quiet":
                await client.chat_postEphemeral(channel=dm, user=user, text="Only you see this.")
            case "crowd":
                for n in range(5):
                    await client.chat_postMessage(channel=user, text=f"Message {n}")
            case "slow":
                await asyncio.sleep(4)
            case _:
                await ack(text=f"Try: form, card, chart, table, quiet. You said: {command['text']}{ZWS}")
                return
        await ack()

    @app.command("/echo")
    async def echo(ack: Any, command: Any, respond: Any) -> None:
        await ack()
        await respond(text=command["text"], response_type="in_channel")

    @app.action("approve")
    async def approve(ack: Any, body: Any, client: Any) -> None:
        seen.append(("action", body))
        await ack()
        done = [{"type": "section", "text": mrkdwn(f"Approved with *{body['actions'][0]['value']}*.")}]
        place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**place, text="Approved", blocks=done)

    @app.action("drop")
    async def drop(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    @app.action("deeper")
    async def deeper(ack: Any, body: Any, client: Any) -> None:
        page = int(body["view"]["private_metadata"]) + 1
        await client.views_push(trigger_id=body["trigger_id"], view=form(page))
        await ack()

    @app.action("retitle")
    async def retitle(ack: Any, body: Any, client: Any) -> None:
        view = form() | {"title": plain("Another title")}
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)
        await ack()

    @app.action("open_form")
    async def open_form(ack: Any, body: Any, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=form())
        await ack()

    @app.action("answer")
    @app.action("pick")
    @app.action("more")
    async def other(ack: Any, body: Any) -> None:
        seen.append(("action", body))
        await ack()

    @app.options("answer")
    async def cities(ack: Any, body: Any) -> None:
        seen.append(("suggest", body))
        names = [name for name in ("Lisbon", "London", "Lima") if body["value"].lower() in name.lower()]
        await ack(options=[option(name, name.lower()) for name in names])

    @app.view("form")
    async def submitted(ack: Any, body: Any, view: Any, client: Any) -> None:
        seen.append(("submission", body))
        name = view["state"]["values"]["name"]["answer"]["value"]
        if name == "wrong":
            await ack(response_action="errors", errors={"name": "Not that one."})
        elif name == "again":
            await ack(response_action="update", view=form() | {"title": plain("Once more")})
        elif name == "further":
            await ack(response_action="push", view=form(2))
        elif name == "clear":
            await ack(response_action="clear")
        else:
            await client.chat_postMessage(channel=body["user"]["id"], text=f"Thank you, {name}.")
            await ack()

    @app.view_closed("form")
    async def closed(ack: Any, body: Any) -> None:
        seen.append(("closed", body))
        await ack()

    @app.event("app_home_opened")
    async def opened(event: Any, client: Any) -> None:
        user = event["user"]
        visits[user] = visits.get(user, 0) + 1
        await client.views_publish(user_id=user, view=home(user, visits[user]))

    @app.event("message")
    @app.event("team_join")
    @app.event("user_change")
    async def heard(event: Any, body: Any) -> None:
        seen.append(("event", body))

    return app


async def run(api_url: str) -> None:
    await AsyncSocketModeHandler(build(api_url), "xapp-sandbox").start_async()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
