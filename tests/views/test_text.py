"""Numbers, dates and names as a reader of each language expects them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.scheme import Text
from views.text import Mrkdwn, Words, cut, escape, short, size

EN, ZH = Words("en", "Europe/Berlin"), Words("zh", "Asia/Shanghai")
FRIDAY = datetime(2026, 3, 27, 15, 59, 59, tzinfo=UTC)


def test_markup_in_what_people_write_is_escaped_once() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert escape(escape("a & b")) == "a &amp; b"


def test_values_are_escaped_in_mrkdwn_and_left_alone_in_plain_text() -> None:
    assert EN.md("named-line", name="<b>", text=Mrkdwn("*bold*")) == "&lt;b&gt;: *bold*"
    assert EN("named-line", name="<b>", text="x") == "<b>: x"


def test_a_value_that_looks_like_a_placeholder_stays_what_it_is() -> None:
    assert EN("named-line", name="{text}", text="{name} {0}") == "{text}: {name} {0}"


@given(st.text(), st.integers(1, 60))
def test_a_cut_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert size(cut(text, limit)) <= limit


@given(st.text(alphabet="&<>a", max_size=40), st.integers(1, 60))
def test_a_cut_never_leaves_half_an_escape(text: str, limit: int) -> None:
    rest = cut(escape(text), limit)
    for entity in ("&amp;", "&lt;", "&gt;"):
        rest = rest.replace(entity, "")
    assert "&" not in rest


def test_emoji_outside_the_basic_plane_count_twice() -> None:
    assert size("a👍") == 3
    assert cut("👍👍👍", 5) == "👍👍…"


def test_a_name_is_one_line_and_never_empty() -> None:
    assert short(" Li \n Wei ") == "Li Wei"
    assert short("  ") == "–"


def test_plurals_follow_the_number() -> None:
    assert EN("reviews-to-write", n=1) == "1 review to write"
    assert EN("reviews-to-write", n=0) == "0 reviews to write"
    assert ZH("reviews-to-write", n=1200) == "1,200 份评价待写"


def test_days_and_times_are_those_of_the_reader() -> None:
    assert EN.date(date(2026, 3, 27)) == "Mar 27, 2026"
    assert ZH.date(date(2026, 3, 27)) == "2026年3月27日"
    assert ZH.day(datetime(2026, 3, 27, 23, 0, tzinfo=UTC)) == "3月28日周六"
    assert EN.day(datetime(2026, 3, 27, 23, 0, tzinfo=UTC)) == "Sat, Mar 28"
    assert ZH.time(datetime(2026, 3, 27, 1, 5, tzinfo=UTC)) == "09:05"


def test_a_deadline_names_the_time_only_where_it_is_not_the_end_of_the_day() -> None:
    assert ZH.deadline(FRIDAY) == "3月27日周五"
    assert EN.deadline(FRIDAY).replace("\u202f", " ") == "Fri, Mar 27, 4:59 PM"
    midnight = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)
    assert ZH.deadline(midnight) == "3月27日周五"


def test_amounts_carry_their_unit() -> None:
    assert EN.quantity(97.5, "%") == "97.5%"
    assert EN.quantity(24000, "orders") == "24,000 orders"
    assert EN.quantity(3, "") == "3"
    assert EN.percent(1.026) == "103%"


def test_scores_are_whole_points_half_up() -> None:
    assert [EN.score(x) for x in (78.5, 78.49, 0, None)] == ["79", "78", "0", "–"]


def test_names_in_a_list() -> None:
    assert EN.list(["Ana", "Bo", "Cy"]) == "Ana, Bo, and Cy"
    assert ZH.list(["林晓", "Ana"]) == "林晓、Ana"
    assert EN.list([]) == ""


def test_chinese_keeps_latin_names_at_a_distance() -> None:
    assert ZH("sent", name="Li Wei") == "你对 Li Wei 的评价已提交。"
    assert ZH("sent", name="林晓") == "你对林晓的评价已提交。"


def test_an_unknown_language_or_zone_reads_english_and_utc() -> None:
    odd = Words("fr", "Mars/Olympus")
    assert odd("close") == "Close"
    assert odd.time(datetime(2026, 1, 1, 9, 0, tzinfo=UTC)).replace("\u202f", " ") == "9:00 AM"
    assert Words("en", "")("close") == "Close"
    assert Words("en", "/etc/passwd")("close") == "Close"


def test_scheme_texts_name_the_reviewee() -> None:
    assert ZH.text(Text(en="How is {name}?", zh="{name}怎么样？"), name="林晓") == "林晓怎么样？"
    assert ZH.text(Text(en="How is {name}?", zh="这个季度{name}怎么样？"), name="Li Wei") == "这个季度 Li Wei 怎么样？"
    assert EN.text(Text(en="{0} and {name}", zh="{name}"), name="{0}") == "{0} and {0}"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        EN("sent")


def test_dates_are_written_as_in_the_readers_own_english() -> None:
    due = datetime(2026, 10, 15, 12, 0, tzinfo=UTC)
    assert (Words("en-US").day(due), Words("en-GB").day(due)) == ("Thu, Oct 15", "Thu 15 Oct")
    assert Words("zh-TW").day(due) == Words("zh-CN").day(due) == Words("zh").day(due)
    assert Words("de-DE").day(due) == Words("en-XX").day(due) == Words("en").day(due)
