"""mrkdwn becomes HTML by rule; whatever no rule knows is escaped."""

import time
from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.page import mrkdwn
from sandbox.page.mrkdwn import Reader, link, plain, to_html

NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
NOON = "1796097600"  # 2026-12-01 12:00 in Shanghai
ZH = Reader(
    person="U04",
    lang="zh",
    zone=ZoneInfo("Asia/Shanghai"),
    now=NOW,
    people={"U04": "王敏", "U10": "Emma Clarke"},
    channels={"C01": "general"},
    emoji={"fire": "🔥"},
)
EN = Reader("U10", "en", ZoneInfo("Europe/London"), NOW, ZH.people, ZH.channels, ZH.emoji)
LINK = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold*", "<strong>bold</strong>"),
        ("_italic_", "<em>italic</em>"),
        ("~gone~", "<s>gone</s>"),
        ("*a _b_ ~c~*", "<strong>a <em>b</em> <s>c</s></strong>"),
        ("*a _b* c_", "<strong>a _b</strong> c_"),
        ("`a *b*`", "<code>a *b*</code>"),
        ("```\na\n *b*\n```", "<pre>a\n *b*</pre>"),
        ("before\n```x```\nafter", "before<pre>x</pre>after"),
        ("> a\n> b\nc", "<blockquote>a<br>b</blockquote>c"),
        ("&gt; a", "<blockquote>a</blockquote>"),
        ("&gt;&gt;&gt; a\nb", "<blockquote>a<br>b</blockquote>"),
        ("one\ntwo", "one<br>two"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("中文*粗体*中文", "中文*粗体*中文"),
        ("级别：*红色*。", "级别：<strong>红色</strong>。"),
        ("**", "**"),
        ("*open", "*open"),
        ("a &amp; b &lt;i&gt;", "a &amp; b &lt;i&gt;"),
        (":fire: :nothing:", "🔥 :nothing:"),
        ("12:30:45", "12:30:45"),
        ("<@U10>", '<span class="mention" data-kind="person">@Emma Clarke</span>'),
        ("<@U04>", '<span class="mention me" data-kind="person">@王敏</span>'),
        ("<@U99|x>", '<span class="mention" data-kind="person">@x</span>'),
        ("<#C01>", '<a class="mention" data-kind="channel" href="?as=U04&amp;in=C01">#general</a>'),
        ("<#C09|far>", '<span class="mention" data-kind="channel">#far</span>'),
        ("<!channel>", '<span class="mention" data-kind="all">@channel</span>'),
        ("<!subteam^S1|@pr>", '<span class="mention" data-kind="group">@pr</span>'),
        ("<https://a.cn|看>", LINK.format("https://a.cn", "看")),
        ("<https://a.cn?x=1&amp;y=2>", LINK.format("https://a.cn?x=1&amp;y=2", "https://a.cn?x=1&amp;y=2")),
        ("<mailto:a@b.cn>", LINK.format("mailto:a@b.cn", "a@b.cn")),
        ("见 https://a.cn/x。", "见 " + LINK.format("https://a.cn/x", "https://a.cn/x") + "。"),
        ("(https://a.cn/_x_).", "(" + LINK.format("https://a.cn/_x_", "https://a.cn/_x_") + ")."),
    ],
)
def test_what_has_a_meaning_becomes_markup(text: str, html: str) -> None:
    assert to_html(text, ZH) == html


@pytest.mark.parametrize(
    ("reader", "pattern", "words"),
    [
        (ZH, "{date_short_pretty} {time}", "今天 12:00"),
        (EN, "{date_short_pretty} {time}", "today 4:00 AM"),
        (ZH, "{date_long} {time_secs}", "2026年12月1日 星期二 12:00:00"),
        (EN, "{date} at {time}", "December 1st, 2026 at 4:00 AM"),
        (EN, "{date_num} {date_slash} {unknown}", "2026-12-01 2026/12/01 {unknown}"),
        (ZH, "{ago}", "刚刚"),
    ],
)
def test_a_moment_is_told_in_the_readers_zone_and_language(reader: Reader, pattern: str, words: str) -> None:
    assert f">{words}</time>" in to_html(f"<!date^{NOON}^{pattern}|later>", reader)


def test_a_moment_no_calendar_has_falls_back() -> None:
    assert to_html("<!date^999999999999999^{date}|später &lt;3>", ZH) == "später &lt;3"


def test_a_moment_can_be_a_link() -> None:
    html = to_html(f"<!date^{NOON}^{{time}}^https://a.cn|x>", ZH)
    assert html.startswith('<a href="https://a.cn"')
    assert "<time" in html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<javascript:alert(1)|click>",
    "<JaVaScRiPt:alert(1)|click>",
    "<data:text/html,x|click>",
    '<https://a.cn" onmouseover="alert(1)|x>',
    "<https://a.cn|<b>x</b>>",
    "<https://[|x>",
    '<@U04" onclick="x>',
    '<!subteam^"><script>|x>',
    f"<!date^{NOON}^<script>{{time}}|x>",
    f"<!date^{NOON}^{{time}}^javascript:alert(1)|x>",
    "*<script>*",
    "`<script>`",
    "```<script>```",
    "> <script>",
    "&lt;script&gt;",
    "&amp;lt;script&amp;gt;",
    "\x00\u202e<b>",
]
ALLOWED = {
    "strong": set(),
    "em": set(),
    "s": set(),
    "code": set(),
    "pre": set(),
    "br": set(),
    "blockquote": set(),
    "span": {"class", "data-kind"},
    "time": {"datetime", "title"},
    "a": {"href", "target", "rel", "class", "data-kind"},
}


class _Strict(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        for name, value in attrs:
            if name == "href" and value != "?as=U04&in=C01":
                assert value
                assert value.split(":", 1)[0].lower() in mrkdwn.SAFE_SCHEMES


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    _Strict().feed(to_html(text, ZH))
    _Strict().feed(plain(text, ZH))


@given(st.text(alphabet="<>&|@#!^:/*_~`\n\"' {}abU0中httpsjavcri", max_size=80))
def test_no_text_whatever_makes_other_markup(text: str) -> None:
    _Strict().feed(to_html(text, ZH))


def test_a_link_that_could_run_something_is_only_words() -> None:
    assert link("javascript:alert(1)", "x") == "x"
    assert link(" JAVASCRIPT:alert(1)") == " JAVASCRIPT:alert(1)"


@pytest.mark.parametrize("bait", [" *a", "*a*", "<", "`", "_a ", ":a", "```", "<https://a|", "&gt;", "~*_"])
def test_a_long_hostile_text_costs_little(bait: str) -> None:
    begun = time.perf_counter()
    to_html(bait * 20_000, ZH)
    assert time.perf_counter() - begun < 5
