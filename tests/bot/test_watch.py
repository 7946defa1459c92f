"""The bot watches itself: who looks after it is told by every way that works."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.admins import Admins
from bot.chat import ChatError
from bot.diary import News
from bot.voice import Voice
from bot.watch import Watch
from statements.text import LANGUAGES, Words
from tests.makers import NINE, a_playbook, a_roster, at, person
from tests.memory_chat import MemoryChat
from tests.scene import text

WORDS = Words.load()
BEGUN = News("begun", "database", "57P01", NINE)
ADMIN = person("U04")


class Heard:
    """Whoever hears what the watch says."""

    def __init__(self) -> None:
        self.news: list[tuple[str, str]] = []
        self.beats = 0
        self.troubles: dict[str, float] = {}
        self.rung: list[tuple[str, Mapping[str, str]]] = []

    async def tell(self, news: News, _now: Any) -> None:
        self.news.append((news.kind, news.part))

    async def beat(self) -> bool:
        self.beats += 1
        return True

    async def ring(self, text: str, about: Mapping[str, str]) -> bool:
        self.rung.append((text, about))
        return True


def watched(*checks: dict[str, str]) -> Heard:
    """What is heard in a row of checks ten seconds apart."""
    heard, found = Heard(), list(checks)

    async def find() -> dict[str, str]:
        return found.pop(0)

    async def story() -> None:
        watch = Watch(find, heard.tell, heard.beat, heard.troubles.update, lambda _: None)
        for number in range(len(checks)):
            await watch.check(NINE + number * timedelta(seconds=10))

    asyncio.run(story())
    return heard


def test_all_is_well_is_said_each_minute_and_not_each_check():
    assert watched({}, {}, {}).beats == 1


def test_while_we_cannot_work_nobody_hears_that_all_is_well():
    heard = watched({"late": "late_75s"}, {"late": "late_85s"})
    assert (heard.beats, heard.news) == (0, [("begun", "late")])


def test_a_dead_letter_is_told_and_the_bot_lives_on():
    heard = watched({"dead": "dead_1"}, {"dead": "dead_1"})
    assert (heard.beats, heard.news) == (1, [("begun", "dead")])


def test_how_long_each_part_has_been_in_trouble_is_counted():
    heard = watched({"database": "08006"}, {"database": "08006"})
    assert heard.troubles == {
        "database": 10,
        "chat": 0,
        "late": 0,
        "clock": 0,
        "delivery": 0,
        "dead": 0,
        "audit": 0,
    }


def told(news: News, chat: MemoryChat | None = None) -> tuple[MemoryChat, Heard]:
    """What reaches the administrators of the example roster, and the webhook."""
    chat, heard = chat or MemoryChat(), Heard()
    voice = Voice(WORDS, a_playbook(), a_roster(), ZoneInfo("Asia/Shanghai"), "zh")
    admins = Admins(voice, chat, heard.ring, [ADMIN, person("U05")], "crisis-1")
    asyncio.run(admins.tell(news, at("+1 min")))
    return chat, heard


def test_administrators_are_told_in_chat_and_by_the_spare_way():
    chat, heard = told(BEGUN)
    assert [said.place for said in chat.said.values()] == [ADMIN, person("U05")]
    assert [about for _, about in heard.rung] == [
        {
            "product": "goldenhour",
            "kind": "begun",
            "part": "database",
            "code": "57P01",
            "since": "2026-03-02T01:00:00+00:00",
            "host": "crisis-1",
        }
    ]


def test_they_read_what_is_wrong_since_when_and_what_to_do():
    _, heard = told(BEGUN)
    assert heard.rung[0][0] == (
        "🚨 黄金一小时出现故障｜数据库连不上\n"
        "09:00 起。请立即检查数据库及 DATABASE_URL。已保存的内容不会丢失，但呼叫和提醒会推迟；"
        "正在处置的危机，请先用电话联系。\n"
        "主机 crisis-1，代码 57P01"
    )


def test_the_end_is_told_too():
    chat, heard = told(News("over", "chat", "timeout", NINE))
    assert heard.rung[0][0].startswith(
        "✅ 黄金一小时恢复正常｜聊天平台连不上或拒绝访问\n故障始于 09:00，现已消除。"
    )
    assert [said.card.tone for said in chat.said.values()] == ["green", "green"]


def test_where_chat_is_what_is_wrong_only_the_spare_way_is_tried():
    chat, heard = told(News("begun", "chat", "invalid_auth", NINE))
    assert (len(chat.said), len(heard.rung)) == (0, 1)


def test_who_cannot_be_reached_in_chat_keeps_nobody_else_from_hearing():
    chat = MemoryChat()
    chat.failures["direct"] = [ChatError("user_not_found", permanent=True)]
    chat, heard = told(BEGUN, chat)
    assert ([said.place for said in chat.said.values()], len(heard.rung)) == ([person("U05")], 1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["begun", "lasts", "over"])
@pytest.mark.parametrize("part", ["database", "chat", "late", "clock", "delivery", "dead", "audit"])
def test_every_trouble_has_words(language: str, kind: Any, part: str):
    voice = Voice(WORDS, a_playbook(), a_roster(), ZoneInfo("Asia/Shanghai"), language)
    card = voice.card(
        "trouble", None, at("+1 min"), None, kind=kind, part=part, says="x", since=NINE, host="h"
    )
    assert "09:00" in text(card)
    assert WORDS.label(language, "troubles", part) in text(card)
