"""What follows when lines are issued, read and recalled, and what of it is still said a moment later."""

from bot.crisis import drafting, facts, lines
from bot.crisis.events import BOT, RoomOpened
from bot.crisis.incident import Incident
from bot.reactions import react
from bot.wanted import still_wanted
from tests.crisis.test_lines import PLAYBOOK, drafted, issue, signed
from tests.makers import NINE, at


def on_stage() -> Incident:
    """A signed sheet, not yet issued, in a crisis with a room; whatever follows now is news."""
    incident = drafted()
    signed(incident, 1)
    incident.record(RoomOpened("C1", "crisis-1"), BOT, NINE)
    return stored(incident)


def stored(incident):
    incident.stored = len(incident.history)
    return incident


def said(incident):
    """Deeds and what they are about, without the incident's number."""
    return [(send.deed, (send.target or send.key).removeprefix("1/")) for send in react(incident, PLAYBOOK)]


def test_an_issue_goes_to_the_room_and_to_everybody_who_answers():
    incident = on_stage()
    issue(incident)
    assert said(incident) == [
        ("post", "lines/1"),
        ("direct", "lines/1/liu"),
        ("direct", "lines/1/xu"),
        ("direct", "lines/1/ma"),
        ("update", "statement/1"),
    ]


def test_the_next_issue_turns_the_old_cards_over():
    incident = on_stage()
    issue(incident)
    drafting.change(incident, 1, drafting.Wording("客服口径", "### 会召回吗？\n会。"), 1, "wu", NINE)
    signed(incident, 1)
    issue(stored(incident))
    assert [target for deed, target in said(incident) if deed == "update"] == [
        "lines/1",
        "lines/1/liu",
        "lines/1/xu",
        "lines/1/ma",
        "statement/1",
    ]


def test_a_refuted_fact_turns_them_over_at_once_and_everybody_hears_of_it():
    incident = on_stage()
    issue(incident)
    facts.check(stored(incident), 1, "refuted", "复检", "zheng", at("+3 h"))
    assert said(incident)[:8] == [
        ("update", "lines/1"),
        ("update", "lines/1/liu"),
        ("update", "lines/1/xu"),
        ("update", "lines/1/ma"),
        ("post", "lines_recalled/1"),
        ("direct", "lines_recalled/1/liu"),
        ("direct", "lines_recalled/1/xu"),
        ("direct", "lines_recalled/1/ma"),
    ]
    facts.check(stored(incident), 1, "unconfirmed", "复检", "zheng", at("+4 h"))
    assert [target for _, target in said(incident) if target.startswith("lines")] == []


def test_of_a_withdrawal_the_room_hears_once():
    incident = on_stage()
    issue(incident)
    drafting.withdraw(stored(incident), 1, "写错了", "wang", at("+1 h"))
    posts = [target for deed, target in said(incident) if deed == "post"]
    assert posts == ["withdrawn/1"]
    assert ("direct", "lines_recalled/1/ma") in said(incident)


def test_a_receipt_is_seen_on_every_card_of_its_reader_and_in_the_room():
    incident = on_stage()
    issue(incident)
    lines.remind_readers(incident, 1, at("+30 min"))
    lines.read(stored(incident), 1, "ma", at("+31 min"))
    assert said(incident) == [
        ("update", "lines/1"),
        ("update", "lines/1/ma"),
        ("update", "lines_again/1/ma"),
    ]


def test_nothing_is_handed_out_that_is_recalled_or_read_already():
    incident = on_stage()
    issue(incident)
    room, liu, xu, *_ = react(incident, PLAYBOOK)
    lines.read(incident, 1, "liu", NINE)
    assert [still_wanted(send, incident) for send in (room, liu, xu)] == [True, False, True]
    facts.check(incident, 1, "refuted", "复检", "zheng", NINE)
    assert [still_wanted(send, incident) for send in (room, liu, xu)] == [False, False, False]
