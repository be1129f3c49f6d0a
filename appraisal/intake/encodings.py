"""Which encoding bytes are in, where they do not say so: Chinese ones told apart by how usual the characters are."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SAMPLE = 100_000  # bytes that are looked at
_SURE = 0.85  # share of usual characters
_BROKEN = 3  # what breaks the encoding speaks more against it than what is rare
_HIGH = re.compile(rb"[\x80-\xff]")
_CJK = re.compile("[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]")
_OTHERS = ("cp932", "cp949", "cp1250", "cp1251", "cp1253", "cp1254", "koi8_r", "euc_jp")  # for charset-normalizer


def wide(content: bytes) -> str | None:
    """UTF-16 without a mark, seen from the zeros in every other byte; None for anything else."""
    sample = content[: _SAMPLE // 2 * 2]
    if len(content) % 2 or not sample or b"\x00" not in sample:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    most, least = max(even, odd), min(even, odd)
    return encoding if most > 2 + 4 * least and most * 40 > len(sample) else None


def of_lines(lines: Sequence[bytes]) -> tuple[str, dict[int, str]]:
    """The encoding of most lines, and of those (counted from 1) that have another one.

    A line of another encoding that is UTF-8 by chance, too, is given to the file's if it makes no Chinese as UTF-8.
    """
    high = [(number, line) for number, line in enumerate(lines, 1) if _HIGH.search(line)]
    utf8 = {number for number, line in high if _decodes(line, "utf-8")}
    others = [line for number, line in high if number not in utf8]
    local = local_encoding(b"\n".join(others)[:_SAMPLE])
    if len(utf8) > len(others):
        return "utf-8", {number: local for number, _ in high if number not in utf8}
    meant = {number for number, line in high if number in utf8 and _CJK.search(line.decode("utf-8"))}
    return local, dict.fromkeys(sorted(meant), "utf-8")


def local_encoding(sample: bytes) -> str:
    """The encoding of text that is not UTF-8: GB18030, Big5, another one that charset-normalizer knows, or cp1252."""
    chinese = {"gb18030": _usual(sample, "gb18030", "gb2312"), "big5": _usual_big5(sample)}
    best = max(chinese, key=lambda name: chinese[name])
    if chinese[best] >= _SURE:
        return best
    if len(_HIGH.findall(sample)) * 6 > len(sample) and (other := _by_charset_normalizer(sample)):
        return other
    return "gb18030" if chinese["gb18030"] >= 0.5 else "cp1252"


def _usual(sample: bytes, encoding: str, subset: str) -> float:
    """Share of the characters beyond ASCII that are in `subset`: of GB18030's in the 6,763 in everyday use.

    Nearly all bytes above 127 mean something in GB18030. Western words ("Müller") turn into characters outside
    GB 2312; Chinese text hardly has any of those.
    """
    beyond = re.sub(r"[\x00-\x7f]", "", sample.decode(encoding, "replace"))
    inside = sum(1 for c in beyond if c != "\ufffd" and _decodes_from(c, subset))
    return inside / (len(beyond) + _BROKEN * beyond.count("\ufffd")) if beyond else 0.0


def _usual_big5(sample: bytes) -> float:
    """Share of the characters beyond ASCII that are among Big5's 5,401 frequent ones or its punctuation."""
    beyond = re.sub(r"[\x00-\x7f]", "", sample.decode("big5", "replace"))
    inside = sum(1 for c in beyond if c != "\ufffd" and _decodes_from(c, "big5") and c.encode("big5")[0] <= 0xC6)
    return inside / (len(beyond) + _BROKEN * beyond.count("\ufffd")) if beyond else 0.0


def _decodes_from(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _by_charset_normalizer(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes  # half of the time that a child needs to start

    best = from_bytes(sample, cp_isolation=[*_OTHERS, "cp1252"]).best()
    return best.encoding if best and best.encoding != "cp1252" else None
