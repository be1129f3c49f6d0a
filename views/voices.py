"""What people wrote about: before the comments of one person, and over a cycle for HR."""

from __future__ import annotations

from appraisal.language.tone import ToneCount
from appraisal.language.voices import CycleVoices, GroupVoices, Theme, Voices
from appraisal.scheme import Scheme
from views.blocks import Block, bold, context, joined, paragraphs, quotes
from views.text import Mrkdwn, Words, short

MOST_THEMES = 6
MOST_DEPARTMENTS = 30  # in a modal; the command line has them all


def voice_blocks(voices: Voices | None, scheme: Scheme, w: Words) -> list[Block]:
    """Themes, tone and a few sentences, with how they were found; nothing where there is nothing to sum up."""
    if not voices:
        return []
    lines: list[str] = [bold(w("voices-heading"))]
    if voices.themes:
        lines.append(w.md("voices-themes", n=voices.comments, themes=_themes(voices.themes, scheme, w)))
    if voices.tone:
        lines.append(_tone(voices.tone, w))
    method = [context(w.md("voices-method"))] if voices.themes or voices.tone else []
    quoted = quotes(w("voices-quotes"), voices.quotes) if voices.quotes else []
    return [*paragraphs(lines), *method, *quoted]


def cycle_voice_blocks(found: CycleVoices | None, scheme: Scheme, w: Words) -> list[Block]:
    """For HR: of how many people each theme was written, in all and by department. `found` None: not analysed."""
    heading = bold(w("voices-heading"))
    if found is None:
        return paragraphs([heading, w.md("voices-off")])
    if found.whole is None:
        return paragraphs([heading, w.md("voices-too-few")])
    lines = [heading, w.md("voices-people-means"), *_group(found.whole, w("voices-everybody"), scheme, w)]
    for group in found.departments[:MOST_DEPARTMENTS]:
        lines += _group(group, short(group.department) if group.department else w("voices-no-department"), scheme, w)
    if (more := len(found.departments) - MOST_DEPARTMENTS) > 0:
        lines.append(w.md("voices-more", n=more))
    if found.withheld:
        lines.append(w.md("voices-withheld", n=len(found.withheld)))
    return [*paragraphs(lines), context(w.md("voices-method-people"))]


def _group(group: GroupVoices, name: str, scheme: Scheme, w: Words) -> list[Mrkdwn]:
    themes = _themes(group.themes, scheme, w) or w("voices-no-theme")
    line = w.md("voices-people", name=bold(name), n=group.people, themes=themes)
    return [line, *([_tone(group.tone, w)] if group.tone else [])]


def _themes(themes: tuple[Theme, ...], scheme: Scheme, w: Words) -> Mrkdwn:
    return joined(w.md("voices-theme", theme=_name(scheme, t.item, w), k=t.n) for t in themes[:MOST_THEMES])


def _name(scheme: Scheme, key: str, w: Words) -> str:
    """The item's name in whichever form has it."""
    item = next((i for form in scheme.forms().values() if (i := form.item(key))), None)
    return w.text(item.name) if item else key


def _tone(tone: ToneCount, w: Words) -> Mrkdwn:
    counts = {"praise": tone.praise, "wishes": tone.wishes, "problems": tone.problems, "unclear": tone.unclear}
    return w.md("voices-tone", **counts)
