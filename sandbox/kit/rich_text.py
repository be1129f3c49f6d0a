"""The shape of the `rich_text` block."""

from __future__ import annotations

from sandbox.kit.elements import IDENT, KIND
from sandbox.kit.shapes import array, boolean, choice, either, integer, shape, string

FLAGS = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
STYLE = {"style": shape({}, dict.fromkeys(FLAGS, boolean))}
INLINE = either(
    {
        "text": shape({"type": KIND, "text": string(12_000)}, STYLE),
        "link": shape({"type": KIND, "url": string(3000)}, {**STYLE, "text": string(3000), "unsafe": boolean}),
        "emoji": shape({"type": KIND, "name": string(255)}, {"unicode": string(255), **STYLE}),
        "user": shape({"type": KIND, "user_id": IDENT}, STYLE),
        "usergroup": shape({"type": KIND, "usergroup_id": IDENT}, STYLE),
        "channel": shape({"type": KIND, "channel_id": IDENT}, STYLE),
        "broadcast": shape({"type": KIND, "range": choice("here", "channel", "everyone")}, STYLE),
        "color": shape({"type": KIND, "value": string(20)}, STYLE),
        "date": shape(
            {"type": KIND, "timestamp": integer(0, 10**11), "format": string(255)},
            {"url": string(3000), "fallback": string(255), **STYLE},
        ),
    }
)
BORDER = {"border": integer(0, 1)}
SECTION = shape({"type": KIND, "elements": array(INLINE, least=0, most=1000)})
PART = either(
    {
        "rich_text_section": SECTION,
        "rich_text_quote": shape({"type": KIND, "elements": array(INLINE, least=0, most=1000)}, BORDER),
        "rich_text_preformatted": shape(
            {"type": KIND, "elements": array(INLINE, least=0, most=1000)},
            {**BORDER, "language": string(50)},
        ),
        "rich_text_list": shape(
            {
                "type": KIND,
                "style": choice("bullet", "ordered"),
                "elements": array(either({"rich_text_section": SECTION}), most=1000),
            },
            {**BORDER, "indent": integer(0, 8), "offset": integer(0, 10**6)},
        ),
    }
)
RICH_TEXT = shape({"type": KIND, "elements": array(PART, least=0, most=1000)}, {"block_id": IDENT})
