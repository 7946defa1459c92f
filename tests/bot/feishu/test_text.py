"""No text a person wrote can call, link or format on Feishu; ours can."""

import html
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import At, Place, Plain, Strong, When
from bot.crisis.people import Person
from bot.feishu.text import Whereabouts, bold, clean, coloured, cut, escape, markdown, plain

PEOPLE = {
    "wang": Person("wang", "王敏", "zh", feishu="ou_84aad35d084aa403a838cf73ee18467"),
    "emma": Person("emma", "Emma <at id=all></at>", "en"),
    "fake": Person("fake", "Fake", "en", feishu="all"),
}
FEISHU = Whereabouts(PEOPLE.__getitem__)
LARK = Whereabouts(PEOPLE.__getitem__, "https://applink.larksuite.com/client/chat/open?openChatId=")
NASTY = st.lists(
    st.sampled_from(
        [
            *"*_~`<>&|!@#^\\()[]{}:;.,-+=$\n\t 1a重。🔴",
            *("\u200b", "\u202e", "\u2060", "&lt;", "&reg", "<at id=all></at>", "```", "> ", "    ", "---"),
            *("[银行](https://evil.example)", "![](img_v2)", ":DONE:", "1. ", "<br>", "</font>", "===", "# "),
        ]
    ),
    max_size=40,
).map("".join)
WRITTEN = NASTY | st.text(max_size=60)
OURS = re.compile(
    r"<at id=ou_[a-z0-9]+></at>"
    r"|<local_datetime millisecond='\d+' format_type='(?:time|date_short)'></local_datetime>"
    r"|<font color='(?:red|grey)'>|</font>"
)


def live(text):
    """A suspicious reader of CommonMark: whatever could open a tag, a link, a list, a block or an emphasis."""
    found = re.findall(r"[<>*_`~\[\]()\\:@]", re.sub(r"&(?:#\d+|sim);", "", text))
    found += re.findall(r"&(?!#\d+;|sim;)", text)
    return found + re.findall(r"(?m)^(?: {4}|[-+=#]| *\d+[.)])", text)


def shown(text):
    """What a person sees: tags gone, entities resolved, no indents."""
    return html.unescape(text.replace("&sim;", "~")).replace("\u2060", "")


@pytest.mark.parametrize(
    "text",
    [
        "<at id=all></at>",
        "[银行](https://evil.example)",
        "https://evil.example",
        "*重点*",
        "_it_",
        "~~no~~",
        "`code`",
        "> quote",
        "# 标题",
        "- item",
        "1. item",
        "    code",
        "===",
        ":DONE:",
        "&reg",
        "a@b.example",
        "\\*",
    ],
)
def test_the_reader_of_these_tests_is_not_blind_and_the_text_is_harmless(text):
    assert live(text) != []
    assert live(markdown((Plain(text),), FEISHU)) == []


@settings(deadline=None)
@given(WRITTEN)
def test_written_text_is_never_live(text):
    assert live(markdown((Plain(text),), FEISHU)) == []


@settings(deadline=None)
@given(WRITTEN)
def test_written_text_is_shown_as_it_was_written(text):
    assert shown(escape(text)) == clean(text).replace("\u2060", "")


@settings(deadline=None)
@given(st.lists(WRITTEN, min_size=1, max_size=5), WRITTEN)
def test_written_text_stays_harmless_between_our_own_marks(texts, strong):
    line = (
        *(Plain(text) for text in texts),
        At("wang"),
        Strong(strong),
        When(datetime(2026, 11, 21, 6, 5, tzinfo=UTC), "day"),
    )
    words = coloured(markdown(line, FEISHU), "grey")
    assert live(OURS.sub("人", words).replace("**", "")) == []


@settings(deadline=None)
@given(WRITTEN)
def test_weight_always_takes_hold_and_only_there(text):
    """CommonMark's rule for marks: next to them inside stands neither a space nor punctuation."""
    for line in bold(text).split("\n"):
        marks = re.fullmatch(r"(\s*)\*\*(.+)\*\*(\s*)", line)
        if line.strip():
            assert marks
            assert all(edge == "\u2060" or edge.isalnum() for edge in (marks[2][0], marks[2][-1]))


def test_text_is_escaped_by_numbers():
    assert escape("<at id=all> 3~5 天 *重* &reg [a](b) C:\\x -1. +2 #1 $x a_b@c") == (
        "&#60;at id&#61;all&#62; 3&sim;5 天 &#42;重&#42; &#38;reg &#91;a&#93;&#40;b&#41; C&#58;&#92;x "
        "&#45;1&#46; &#43;2 &#35;1 &#36;x a&#95;b&#64;c"
    )


def test_control_characters_direction_and_odd_line_ends_go():
    assert clean("a\u202eb\x00c\r\nd\u2028e\tf\ud800") == "abc\nd\ne f"


def test_a_person_with_an_open_id_is_called_anybody_else_only_named():
    line = (At("wang"), Plain(" "), At("emma"), Plain(" "), At("fake"))
    assert markdown(line, FEISHU) == (
        "<at id=ou_84aad35d084aa403a838cf73ee18467></at> Emma &#60;at id&#61;all&#62;&#60;/at&#62; Fake"
    )
    assert plain(line, FEISHU) == "王敏 Emma <at id=all></at> Fake"


def test_a_moment_is_shown_on_each_readers_own_clock():
    at = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
    time = "<local_datetime millisecond='1795241100000' format_type='time'></local_datetime>"
    day = "<local_datetime millisecond='1795241100000' format_type='date_short'></local_datetime>"
    assert markdown((When(at, "time", "14:05"),), FEISHU) == time
    assert markdown((When(at, "day", "11月21日 14:05"),), FEISHU) == f"{day} {time}"
    assert plain((When(at, "time", "14:05"),), FEISHU) == "14:05"
    assert plain((When(at, "day"),), FEISHU) == "2026-11-21 06:05 UTC"


def test_a_feishu_room_is_a_link_and_another_platforms_a_name():
    room = (Place("oc_a0553eda9014c201e6969b478895c230", "红色_刹车"),)
    assert markdown(room, FEISHU) == (
        "[红色&#95;刹车](https://applink.feishu.cn/client/chat/open?openChatId=oc_a0553eda9014c201e6969b478895c230)"
    )
    assert "(https://applink.larksuite.com/client/chat/open?openChatId=oc_a0" in markdown(room, LARK)
    assert plain(room, FEISHU) == "红色_刹车"
    assert markdown((Place("C07", "crisis-1"),), FEISHU) == "&#35;crisis&#45;1"
    assert markdown((Place("oc_1)(x", "a"),), FEISHU) == "&#35;a"


def test_weight_next_to_punctuation_is_kept_by_a_joiner():
    assert markdown((Strong("红色"), Plain("失灵")), FEISHU) == "**红色**失灵"
    assert markdown((Strong("[演习]"), Plain("失灵")), FEISHU) == "**\u2060&#91;演习&#93;\u2060**失灵"
    assert markdown((Strong("一\n二 "),), FEISHU) == "**一**\n**二** "
    assert markdown((Strong("一"), Strong("二")), FEISHU) == "**一**\u2060**二**"
    assert markdown((Strong(" "),), FEISHU) == ""


def test_a_colour_ends_with_its_line():
    assert coloured("一\n\n二", "grey") == "<font color='grey'>一</font>\n\n<font color='grey'>二</font>"


def test_a_cut_label_ends_with_dots():
    assert cut("刹车失灵", 4) == "刹车失灵"
    assert cut("刹车失灵了", 4) == "刹车失…"
    assert cut(" \u202e", 4) == "…"
