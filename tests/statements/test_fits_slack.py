"""That every card and form, as long as they get, is one that Slack takes."""

from __future__ import annotations

import pytest

from bot.slack.blocks import message
from bot.slack.modals import modal
from sandbox.blockkit import check_message, check_view
from statements.cards import CARDS
from statements.forms import FORMS, form
from statements.text import LANGUAGES
from tests.makers import a_playbook, a_roster
from tests.statements.scenes import PR, SEEN, STATES, context, drawn, words
from tests.statements.test_cards import NEEDS, args_of


@pytest.mark.parametrize(("state", "playbook"), SEEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_card_whole(language: str, state: str, playbook: str) -> None:
    incident = STATES[state](a_playbook(playbook))
    names = [
        name for name in CARDS if state in NEEDS.get(name, (state,)) and (name != "grade" or incident.grade)
    ]

    for name in names:
        card = drawn(name, incident, language, args_of(name, incident), playbook=playbook, reader=PR)
        shown = message(card, a_roster().person)
        attachments = shown.get("attachments", [])
        check_message(shown.get("blocks", []), attachments)
        blocks = attachments[0]["blocks"] if attachments else shown.get("blocks", [])
        assert len(blocks) < 50, f"{name} would be cut"


@pytest.mark.parametrize(("state", "playbook"), SEEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_form(language: str, state: str, playbook: str) -> None:
    incident = STATES[state](a_playbook(playbook))

    for name in FORMS:
        check_view(
            modal(form(name, incident, context(incident, language, playbook=playbook), words(), {})), "modal"
        )
