"""The page behind the tab: for whoever has its address, as long as the crisis lasts, and nothing on it can run."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from starlette.requests import Request

from bot.brief import Brief, key
from bot.crisis.ending import close
from bot.delivery import Delivery
from bot.speaking import Speaker
from tests.makers import NINE, an_incident, at

URL = "https://crisis.example.com"
EVIL = "<script>alert(1)</script>{{ 7 * 7 }}"


@pytest.fixture
def brief(scene):
    return Brief(scene.store, scene.voice, URL, key("", "a secret"))


def got(brief, address):
    """The page's status, words and headers."""
    number, seal = address.removeprefix(f"{URL}/brief/").split("/")
    request = Request({"type": "http", "path_params": {"number": int(number), "seal": seal}})
    answer = asyncio.run(brief.answer(request))
    return answer.status_code, answer.body.decode(), answer.headers


def opened(scene, what="维修次日刹车失灵"):
    return scene.opens(what=what)


def test_it_shows_what_the_brief_in_the_room_shows(scene, brief):
    status, page, _ = got(brief, brief.address(opened(scene)))
    assert status == 200
    assert "维修次日刹车失灵" in page
    assert "内部机密，仅限危机委员会成员，请勿外传。" in page
    assert '<html lang="zh">' in page


def test_nothing_that_people_typed_runs_there(scene, brief):
    _, page, headers = got(brief, brief.address(opened(scene, EVIL)))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page
    assert "default-src 'none'" in headers["content-security-policy"]
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")


def test_an_address_that_is_not_ours_shows_nothing(scene, brief):
    address = brief.address(opened(scene))
    of_another_key = replace(brief, secret=key("another secret")).address(scene.incident())
    of_another_crisis = address.replace("/1/", "/2/")
    guesses = (f"{URL}/brief/1/{'0' * 40}", f"{URL}/brief/1/字", f"{URL}/brief/{10**30}/x")
    for wrong in (of_another_key, of_another_crisis, *guesses):
        assert got(brief, wrong)[:2] == (404, "")


def test_a_day_after_the_end_it_is_gone(scene, brief):
    address = brief.address(opened(scene))
    scene.run(lambda work: close(work.incidents.get(1), "已查明", "xu", work.now))
    scene.now = at("+23 h")
    assert got(brief, address)[0] == 200
    scene.now = at("+25 h")
    assert got(brief, address)[:2] == (404, "")


def test_its_address_is_at_the_head_of_the_room(scene, brief):
    def declared(work):
        assert work.incidents.new_id(NINE) == 1
        work.incidents.add(an_incident())

    scene.run(declared)
    address = brief.address(scene.incident())
    speaker = Speaker(scene.chat, scene.voice, brief.address)
    asyncio.run(Delivery(scene.store, speaker, scene.voice).deliver_all())
    assert scene.chat.tabs == {"C1": address}
