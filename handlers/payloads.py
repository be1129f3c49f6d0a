"""The only reader of Slack's payloads: block and action ids in, values of the domain out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from appraisal.approval import CauseNamed
from appraisal.cycle import FEWEST_FOR_A_GROUP, Selection, State
from appraisal.errors import Code, InvalidInput
from appraisal.intake.mapping import Correction
from appraisal.review import Answer
from appraisal.scheme import Relation
from services.actions import Proposal
from services.cycles import StartRequest
from services.people import SlackUser
from views import ids
from views.ids import Field

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class UploadedFile:
    """A file given in a modal. `url` needs the bot token."""

    id: str
    name: str
    url: str
    size: int


def slack_user(body: Payload) -> str:
    """Who acted. Empty where the payload names nobody."""
    if "user_id" in body:
        return str(body["user_id"])
    if "event" in body:
        user = body["event"].get("user", "")
        return str(user.get("id", "") if isinstance(user, Mapping) else user)
    return str(body.get("user", {}).get("id", ""))


def account(user: Payload) -> SlackUser:
    """A Slack account, from `users.list`, `users.info` or an event."""
    profile = user.get("profile", {})
    return SlackUser(
        id=str(user.get("id", "")),
        name=str(profile.get("real_name") or user.get("real_name") or user.get("name", "")),
        email=str(profile.get("email") or ""),
        time_zone=str(user.get("tz") or ""),
        locale=str(user.get("locale") or ""),
        deleted=bool(user.get("deleted")),
        is_bot=bool(user.get("is_bot")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    )


def command(body: Payload) -> tuple[str, str, str]:
    """(slash command, subcommand in lower case, the rest)."""
    first, _, rest = str(body.get("text", "")).strip().partition(" ")
    return str(body["command"]), first.lower(), rest.strip()


def argument(body: Payload) -> tuple[str, str]:
    """What follows a subcommand: (its first word in lower case, the rest)."""
    first, _, rest = command(body)[2].partition(" ")
    return first.lower(), rest.strip()


def action_id(body: Payload) -> str:
    return str(body["actions"][0]["action_id"])


def callback_id(body: Payload) -> str:
    return str(body["view"]["callback_id"])


def button(body: Payload) -> str:
    """The value of the pressed button."""
    return str(body["actions"][0].get("value", ""))


def chosen(body: Payload) -> str:
    """The value picked in a menu that answers at once."""
    return str((body["actions"][0].get("selected_option") or {}).get("value", ""))


def button_pair(body: Payload) -> tuple[str, str]:
    return ids.unpair(button(body))


def revision(body: Payload) -> str:
    """What the card looked like on which the button stands."""
    return ids.revision_of(button(body))


def metadata(body: Payload) -> dict[str, Any]:
    """What our own view packed into `private_metadata`."""
    return ids.unpack(body["view"].get("private_metadata", ""))


def view_id(body: Payload) -> str:
    """Empty where the request comes from no view."""
    return str(body.get("view", {}).get("id", ""))


def view_hash(body: Payload) -> str:
    return str(body["view"]["hash"])


def surface(body: Payload) -> str:
    """Where the request comes from: "home", "modal", or empty for a message or a command."""
    return str(body.get("view", {}).get("type", ""))


def is_stacked(body: Payload) -> bool:
    """Whether there is a modal beneath this one."""
    return bool(body.get("view", {}).get("previous_view_id"))


def view_beneath(body: Payload) -> str:
    """The modal that shows again when this one closes."""
    return str(body["view"]["previous_view_id"])


def is_submission(body: Payload) -> bool:
    return body.get("type") == "view_submission"


def is_command(body: Payload) -> bool:
    return "command" in body


def trigger_id(body: Payload) -> str:
    """What opens a modal, within 3 s; empty where none can be opened."""
    return str(body.get("trigger_id") or "")


def response_url(body: Payload) -> str:
    """Where to whisper to the one who asked; empty for a click in a view."""
    return str(body.get("response_url") or "")


def event(body: Payload) -> Payload:
    return body["event"]


def input_blocks(body: Payload) -> list[str]:
    """Block ids of the view's inputs, in order: where an error can be shown."""
    blocks = body.get("view", {}).get("blocks", [])
    return [b["block_id"] for b in blocks if b.get("type") == "input"]


def answers(body: Payload) -> dict[str, Answer]:
    """The review answers that the view holds now; one that was emptied is an empty Answer."""
    found: dict[str, Answer] = {}
    for block_id, elements in _values(body).items():
        if key := ids.item_of(block_id):
            for element in elements.values():
                found[key] = _answer(key, element)
    return found


def _answer(item: str, element: Payload) -> Answer:
    match element.get("type"):
        case "radio_buttons" | "static_select":
            value = (element.get("selected_option") or {}).get("value")
            if value == ids.CANT_SAY:
                return Answer(item, cant_say=True)
            if value is None:
                return Answer(item)
            return Answer(item, number=float(value)) if _is_number(value) else Answer(item, text=value)
        case "number_input":
            value = element.get("value")
            return Answer(item, number=_number(value, item)) if value not in (None, "") else Answer(item)
        case _:
            return Answer(item, text=element.get("value") or None)


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def start_request(body: Payload) -> StartRequest:
    """Raises InvalidInput with the field at fault."""
    departments = _selected(body, Field.DEPARTMENTS)
    chosen = tuple(_one(body, Field.PEOPLE).get("selected_users") or ())
    settings = _selected(body, Field.SETTINGS)
    return StartRequest(
        name=_text(body, Field.NAME),
        scheme=_option(body, Field.SCHEME),
        period_start=_date(body, Field.PERIOD_START),
        period_end=_date(body, Field.PERIOD_END),
        selection=Selection(departments=departments, people=chosen, everyone=not departments and not chosen),
        relations=tuple(Relation(r) for r in _selected(body, Field.RELATIONS)),
        peers_wanted=int(_option(body, Field.PEERS) or 0),
        threshold=_whole(body, Field.THRESHOLD, default=FEWEST_FOR_A_GROUP),
        due_on=_date(body, Field.DUE),
        comment_threshold=_whole(body, Field.COMMENT_THRESHOLD, default=FEWEST_FOR_A_GROUP),
        correct_severity=ids.CORRECT_SEVERITY in settings,
        reads_texts=ids.READS_TEXTS in settings,
    )


def selected_cycle(body: Payload) -> str:
    return _option(body, Field.CYCLE)


def seen_cycle(body: Payload) -> tuple[str, State]:
    """The selected cycle, and the state it was in when the form was opened."""
    cycle_id, state = ids.unpair(_option(body, Field.CYCLE))
    return cycle_id, State(state)


def person_chosen(body: Payload) -> str:
    """A mention of the person in the menu."""
    return f"<@{_one(body, Field.PERSON).get('selected_user') or ''}>"


def uploaded_file(body: Payload) -> UploadedFile:
    """Raises InvalidInput(FILE_MISSING)."""
    files = _one(body, Field.FILE).get("files") or []
    if not files:
        raise InvalidInput(Code.FILE_MISSING, field=Field.FILE)
    return file(files[0])


def file(file: Payload) -> UploadedFile:
    """A file as Slack describes it."""
    return UploadedFile(
        str(file["id"]), str(file.get("name", "")), str(file.get("url_private_download", "")), int(file.get("size", 0))
    )


def as_of(body: Payload) -> date | None:
    """The day of a file's figures, where HR gave one."""
    chosen = _one(body, Field.AS_OF).get("selected_date")
    return date.fromisoformat(str(chosen)) if chosen else None


def correction(body: Payload) -> Correction:
    """What HR says about the columns of a file. Raises InvalidInput(NOT_A_NUMBER)."""
    menus = {c: b for b in body["view"]["blocks"] if (c := ids.column_of(str(b.get("block_id", ""))))}
    shown = {c: (b["element"].get("initial_option") or {}).get("value", "") for c, b in menus.items()}
    return Correction(
        chosen={c: ids.cell_of(_option(body, ids.column_block(c))) for c in menus},
        shown={c: ids.cell_of(value) for c, value in shown.items()},
        sheet=ids.cell_of(_option(body, Field.SHEET)),
        header_row=_whole(body, Field.HEADER_ROW, default=0),
        fractions=ids.FRACTIONS in _selected(body, Field.FRACTIONS),
    )


def adjustment(body: Payload) -> tuple[float, str]:
    """(value, reason). Raises InvalidInput(NOT_A_NUMBER)."""
    return _number(_text(body, Field.VALUE), Field.VALUE), _text(body, Field.REASON)


def causes(body: Payload) -> dict[str, CauseNamed]:
    """Why each metric was missed, by metric. Only the words where the scheme has no list of causes."""
    found: dict[str, CauseNamed] = {}
    for block_id, elements in _values(body).items():
        if metric := ids.item_of(block_id):
            note = next(iter(elements.values()), {}).get("value") or ""
            chosen = _option(body, ids.cause_block(metric))
            found[metric] = CauseNamed("" if chosen == ids.OTHER_CAUSE else chosen, str(note).strip())
    return found


def returned(body: Payload) -> tuple[Relation | None, str]:
    """(the group asked again, None for the missing reviews; the note)."""
    group = _option(body, Field.GROUP)
    return (None if group == "missing" else Relation(group)), _text(body, Field.NOTE)


def proposal(body: Payload) -> Proposal:
    return Proposal(
        what=_text(body, Field.WHAT),
        why=_text(body, Field.WHY),
        measure=_text(body, Field.MEASURE),
        due_on=_date(body, Field.BY),
        help=_text(body, Field.HELP),
        replaces=str(metadata(body).get("replaces", "")),
    )


def comment(body: Payload) -> str:
    return _text(body, Field.COMMENT)


def _values(body: Payload) -> dict[str, dict[str, Payload]]:
    return body["view"].get("state", {}).get("values", {})


def _one(body: Payload, field: str) -> Payload:
    return next(iter(_values(body).get(str(field), {}).values()), {})


def _text(body: Payload, field: Field) -> str:
    return str(_one(body, field).get("value") or "").strip()


def _option(body: Payload, field: str) -> str:
    return str((_one(body, field).get("selected_option") or {}).get("value", ""))


def _selected(body: Payload, field: Field) -> tuple[str, ...]:
    return tuple(str(o["value"]) for o in _one(body, field).get("selected_options") or ())


def _date(body: Payload, field: Field) -> date:
    return date.fromisoformat(str(_one(body, field).get("selected_date") or ""))


def _whole(body: Payload, field: Field, *, default: int) -> int:
    text = _text(body, field)
    return round(_number(text, field)) if text else default


def _number(value: object, field: str) -> float:
    try:
        return float(str(value).strip())
    except ValueError:
        raise InvalidInput(Code.NOT_A_NUMBER, field=str(field)) from None
