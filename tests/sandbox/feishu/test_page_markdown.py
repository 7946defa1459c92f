"""The markdown of cards: what is markup becomes HTML, what people wrote stays letters."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.feishu.text import bold, coloured, escape
from sandbox.feishu.page.markdown import bare, room_of, to_html
from sandbox.page.mrkdwn import Reader

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
PEOPLE = {"ou_u04": "王敏", "ou_u05": "赵清和", "wang.min@example.com": "王敏"}


def a_reader(lang: str = "zh", zone: str = "Asia/Shanghai") -> Reader:
    return Reader("ou_u04", lang, ZoneInfo(zone), NOW, PEOPLE, {"oc_004": "危机 1"})


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**红色**｜刹车失灵", "<strong>红色</strong>｜刹车失灵"),
        ("*a* _b_ ~~c~~ `**d**`", "<em>a</em> <em>b</em> <s>c</s> <code>**d**</code>"),
        ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name"),
        ("中**（红）**中", "中**（红）**中"),
        ("一\n二", "一<br>二"),
        ("- 一\n- 二\n三", "<ul><li>一</li><li>二</li></ul>三"),
        ("1. 一\n2. 二", "<ol><li>一</li><li>二</li></ol>"),
        ("# 题", "<h4>题</h4>"),
        ("---", "<hr>"),
        ("<font color='red'>错</font>。", '<span class="ink-red">错</span>。'),
        ("<font color='grey'>**A** b</font>", '<span class="ink-grey"><strong>A</strong> b</span>'),
        ("<font color='\"><script>'>x</font>", "&#39;&gt;x"),
        ("<b onclick=x>hi</b>", "hi"),
        ("&#60;b&#62; &#42;x&#42; &sim;", "&lt;b&gt; *x* ~"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("**a *b** c*", "<strong>a *b</strong> c*"),
        ("</font>**", "**"),
    ],
)
def test_marks(text: str, html: str) -> None:
    assert str(to_html(text, a_reader())) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<at id=ou_u05></at>", '<span class="mention" data-kind="person">@赵清和</span>'),
        ("<at id=ou_u04></at>", '<span class="mention me" data-kind="person">@王敏</span>'),
        ("<at email=wang.min@example.com></at>", '<span class="mention" data-kind="person">@王敏</span>'),
        ("<at id=all></at>", '<span class="mention" data-kind="all">@所有人</span>'),
        ("&#60;at id=all&#62;&#60;/at&#62;", "&lt;at id=all&gt;&lt;/at&gt;"),
    ],
)
def test_people(text: str, html: str) -> None:
    assert str(to_html(text, a_reader())) == html


@pytest.mark.parametrize(
    ("shape", "in_beijing", "in_london"),
    [
        ("date_num", "2023-11-15", "2023-11-14"),
        ("date", "2023年11月15日", "Nov 14, 2023"),
        ("date_short", "11月15日", "Nov 14"),
        ("week", "星期三", "Tuesday"),
        ("time", "06:13", "10:13 PM"),
        ("time_sec", "06:13:20", "10:13:20 PM"),
        ("timezone", "GMT+08", "GMT+00"),
    ],
)
def test_a_moment_is_each_readers_own(shape: str, in_beijing: str, in_london: str) -> None:
    text = f"<local_datetime millisecond='1700000000000' format_type='{shape}'></local_datetime>"
    assert bare(text, a_reader()) == in_beijing
    assert bare(text, a_reader("en", "Europe/London")) == in_london


@pytest.mark.parametrize(
    "given", ["millisecond='x' format_type='time'", "format_type='time'", "millisecond='1' format_type='y'"]
)
def test_a_moment_that_cannot_be_read_is_not_there(given: str) -> None:
    assert str(to_html(f"a<local_datetime {given}></local_datetime>b", a_reader())) == "ab"


def test_links_lead_out_and_links_to_ones_own_chats_stay_here() -> None:
    applink = "https://applink.feishu.cn/client/chat/open?openChatId="
    assert room_of(applink + "oc_004") == "oc_004"
    assert room_of("https://example.com/client/chat/open?openChatId=oc_004") == ""
    assert (
        str(to_html(f"[#危机]({applink}oc_004)", a_reader()))
        == '<a href="?as=ou_u04&amp;in=oc_004">#危机</a>'
    )
    outside = str(to_html(f"[危机]({applink}oc_999)", a_reader()))
    assert outside.startswith(f'<a href="{applink}oc_999" target="_blank"')
    assert str(to_html("[x](javascript:alert)", a_reader())) == "x"


HOSTILE = (
    "<at id=all></at> **x** [y](https://z.cn) `c` <font color='red'>r</font> &lt; ~~s~~ # - 1. _u_ | \\*"
)


def test_what_the_bot_escapes_is_shown_letter_by_letter() -> None:
    assert bare(escape(HOSTILE), a_reader()) == HOSTILE
    assert to_html(bold("（红）"), a_reader()).startswith("<strong>")
    assert str(to_html(coloured("一\n\n二", "red"), a_reader())).count('class="ink-red"') == 2


def test_a_long_row_of_marks_costs_little() -> None:
    assert to_html("**a " * 7_000 + "b* " * 7_000, a_reader()) == "**a " * 7_000 + "b* " * 7_000
