"""That every card and form, as long as they get, is one that Feishu takes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.feishu.cards import content, fits, message
from bot.feishu.forms import form_card
from bot.feishu.text import Whereabouts
from sandbox.feishu.cards import check
from statements.cards import CARDS
from statements.forms import FORMS, form
from statements.text import LANGUAGES
from tests.makers import a_playbook, a_roster
from tests.statements.scenes import PR, SEEN, STATES, context, drawn, words
from tests.statements.test_cards import NEEDS, args_of

BEIJING = ZoneInfo("Asia/Shanghai")


def anybody(_open_id: str) -> bool:
    return True


@pytest.mark.parametrize(("state", "playbook"), SEEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_feishu_takes_every_card_whole(language: str, state: str, playbook: str) -> None:
    incident = STATES[state](a_playbook(playbook))
    names = [
        name for name in CARDS if state in NEEDS.get(name, (state,)) and (name != "grade" or incident.grade)
    ]

    for name in names:
        card = drawn(name, incident, language, args_of(name, incident), playbook=playbook, reader=PR)
        shown = message(card, Whereabouts(a_roster().person, rest="CUT"), key="7/state")
        check(shown, anybody)
        assert "CUT" not in content(shown), f"{name} would be cut"


@pytest.mark.parametrize(("state", "playbook"), SEEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_feishu_takes_every_form(language: str, state: str, playbook: str) -> None:
    incident = STATES[state](a_playbook(playbook))

    for name in FORMS:
        asked = form(name, incident, context(incident, language, playbook=playbook), words(), {})
        shown = form_card(asked, BEIJING, key="7/form")
        check(shown, anybody)
        assert fits(shown), name
