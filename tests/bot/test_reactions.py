"""What follows from what: every event, and the sends it causes, in order."""

from typing import get_args

import pytest
from hypothesis import given, settings

from bot.chat import Send
from bot.crisis import events, public_events
from bot.crisis.ending import close, reopen, room_archived
from bot.crisis.events import BOT, CheckpointsReached, DecisionsAsked, Reminded, RoomOpened
from bot.crisis.incident import Incident, invite
from bot.crisis.judging import judge_answers
from bot.crisis.paging import answer_page, page_timed_out, page_undelivered, pass_page
from bot.crisis.regrading import ask_to_lower, confirm_lowering, raise_grade, refuse_lowering
from bot.crisis.tasks import decide, mark_not_needed, take, take_back, tick_off
from bot.crisis.undelivered import given_up
from bot.reactions import REACTIONS, first_of_grade, react
from tests.deeds import PEOPLE, play, steps
from tests.makers import a_graded, a_playbook, a_roster, an_incident, at

PLAYBOOK, ROSTER = a_playbook(), a_roster()
SILENT = {
    events.PageUnanswered,
    events.RoomLent,
    public_events.FactNoted,
    public_events.EditKept,
    public_events.EditDropped,
}
"""After these nothing is said: what follows in the history says it."""


def known(incident, room="C1"):
    """The incident as it is stored, with its room: whatever follows now is news."""
    if room:
        incident.record(RoomOpened(room, "crisis-1"), BOT, at("+0 min"))
    incident.stored = len(incident.history)
    return incident


def follows(incident):
    return react(incident, PLAYBOOK)


def said(sends, *deeds):
    """Deed and key of the sends, without the incident's number."""
    return [(send.deed, send.key.removeprefix("1/")) for send in sends if not deeds or send.deed in deeds]


def cards(sends):
    return [send.card for send in sends if send.deed in ("post", "direct")]


def updated(sends):
    return {send.target.removeprefix("1/") for send in sends if send.deed == "update"}


def test_nothing_follows_from_no_news():
    assert follows(known(a_graded("red"))) == []


def test_every_kind_of_event_is_answered_or_known_to_be_silent():
    assert set(get_args(events.Event)) - set(REACTIONS) == SILENT


def test_a_declaration_makes_a_room_and_says_nothing_yet():
    first = Incident.from_history(1, an_incident().history)
    first.stored = 0
    (room,) = [send for send in follows(first) if send.deed != "update"]
    assert room == Send(key="1/room/0", incident=1, deed="open_room", lane="1/room/0")


def test_a_new_room_gets_its_people_its_state_and_its_first_tasks_in_order():
    incident = known(an_incident(), room="")
    incident.record(RoomOpened("C1", "crisis-1"), BOT, at("+1 min"))
    sends = follows(incident)
    assert [deed for deed, _ in said(sends)] == ["invite", "post", "topic", "pin", "bookmark", "post"]
    assert [key for _, key in said(sends, "post")] == ["state/0", "tasks/0"]
    assert sends[0].people == ("xu", "wang", "zhao", "liu", "wu", "emma")
    assert {send.after for send in sends} == {"1/room/0"}
    assert {send.target for send in sends if send.deed in ("pin", "bookmark")} == {"1/state/0"}


def test_a_room_that_could_not_be_made_is_told_to_who_opened_it():
    incident = known(an_incident(), room="")
    incident.record(events.RoomFailed("restricted_action"), BOT, at("+1 min"))
    (told,) = follows(incident)
    assert (told.deed, told.to, told.card, told.args) == (
        "direct",
        "xu",
        "room_failed",
        {"code": "restricted_action"},
    )
    assert told.after == ""


def test_every_page_is_a_lane_of_its_own_and_waits_for_no_room():
    incident = known(an_incident(), room="")
    incident.record(events.Answered({"media": "journalist_contacted"}), "xu", at("+1 min"))
    judge_answers(incident, "xu", PLAYBOOK, ROSTER, at("+1 min"))
    pages = [send for send in follows(incident) if send.deed == "direct"]
    assert [(page.to, page.card) for page in pages] == [
        ("sun", "page"),
        ("wu", "page"),
        ("zhao", "page"),
        ("he", "page"),
    ]
    assert len({page.lane for page in pages}) == 4
    assert {page.after for page in pages} == {""}


def test_a_person_called_for_several_roles_at_one_moment_gets_one_page():
    incident = known(a_graded("red"))
    for role in ("cmo", "spokesperson"):
        page_timed_out(incident, role, PLAYBOOK, ROSTER, at("+3 min"))
    assert [incident.calls[role].person for role in ("cmo", "spokesperson")] == ["wang", "wang"]
    assert {key for deed, key in said(follows(incident)) if deed == "direct"} == {"page/wang/2"}


def test_the_first_grade_is_posted_with_its_reasons():
    incident = known(an_incident())
    incident.record(events.Answered({"injury": "injury"}), "xu", at("+1 min"))
    judge_answers(incident, "xu", PLAYBOOK, ROSTER, at("+1 min"))
    (grade,) = [send for send in follows(incident) if send.deed == "post" and send.card == "grade"]
    assert (grade.key, grade.args, grade.after, grade.lane) == ("1/grade/0", {"n": 0}, "1/room/0", "1/post")


def test_other_reasons_for_the_same_grade_change_its_card_and_post_no_other():
    incident = known(a_graded("orange"))
    incident.record(events.Answered({"legal_threat": True}), "xu", at("+2 min"))
    judge_answers(incident, "xu", PLAYBOOK, ROSTER, at("+2 min"))
    sends = follows(incident)
    (update,) = [send for send in sends if send.target == "1/grade/0"]
    assert (update.deed, update.card, update.args) == ("update", "grade", {"n": 1})
    assert said(sends, "post") == []


def test_each_grade_reached_is_a_card_of_its_own_also_the_second_time():
    incident = known(a_graded("orange"))
    raise_grade(incident, "red", "worse", "ma", PLAYBOOK, at("+2 min"))
    ask_to_lower(incident, "orange", "better", "wang", PLAYBOOK, at("+3 min"))
    confirm_lowering(incident, "orange", "zhao", at("+4 min"))
    assert [key for _, key in said(follows(incident), "post") if key.startswith("grade/")] == [
        "grade/1",
        "grade/2",
    ]
    assert [first_of_grade(incident, place) for place in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    "ending",
    [
        lambda one: confirm_lowering(one, "yellow", "zhao", at("+3 min")),
        lambda one: refuse_lowering(one, "yellow", "zhao", at("+3 min")),
    ],
)
def test_a_question_to_lower_shows_how_it_ended(ending):
    incident = known(a_graded("orange"))
    asked_at = len(incident.history)
    ask_to_lower(incident, "yellow", "better", "wang", PLAYBOOK, at("+2 min"))
    sends = follows(incident)
    assert ("post", f"lower/{asked_at}") in said(sends)
    assert [send.args for send in sends if send.card == "lower_asked"] == [
        {"to": "yellow", "asked": asked_at}
    ]
    incident.stored = len(incident.history)
    ending(incident)
    assert f"lower/{asked_at}" in updated(follows(incident))


def test_a_page_that_moves_on_is_told_in_the_room_and_on_both_cards():
    incident = known(a_graded("orange"))
    page_timed_out(incident, "legal_director", PLAYBOOK, ROSTER, at("+5 min"))
    sends = follows(incident)
    assert ("direct", "page/david/1") in said(sends)
    (told,) = [send for send in sends if send.card == "escalated"]
    assert told.args == {
        "moves": [{"role": "legal_director", "from": "zhao", "to": "david", "passed": False}]
    }
    assert "page/zhao/1" in updated(sends)


def test_pages_that_move_on_at_one_moment_are_told_in_one_message():
    incident = known(a_graded("orange"))
    for role in ("regional_director", "head_office_pr", "legal_director", "service_manager"):
        page_timed_out(incident, role, PLAYBOOK, ROSTER, at("+5 min"))
    told = [send for send in follows(incident) if send.card == "escalated"]
    assert [[move["role"] for move in send.args["moves"]] for send in told] == [
        ["regional_director", "head_office_pr", "legal_director", "service_manager"]
    ]


def test_who_is_called_a_second_time_gets_a_second_page():
    """An update makes no sound: whoever is to stand in must be called anew."""
    incident = known(a_graded("orange"))
    page_timed_out(incident, "regional_director", PLAYBOOK, ROSTER, at("+5 min"))
    assert ("direct", "page/he/2") in said(follows(incident))


def test_handing_on_says_who_did():
    incident = known(a_graded("orange"))
    pass_page(incident, "zhao", PLAYBOOK, ROSTER, at("+1 min"))
    (told,) = [send for send in follows(incident) if send.card == "escalated"]
    assert told.args["moves"][0]["passed"] is True


def test_an_answered_page_is_told_and_shown_on_the_cards_of_all_who_were_asked():
    incident = known(a_graded("orange"))
    page_timed_out(incident, "legal_director", PLAYBOOK, ROSTER, at("+5 min"))
    incident.stored = len(incident.history)
    answer_page(incident, "david", at("+6 min"))
    sends = follows(incident)
    (told,) = [send for send in sends if send.card == "answered"]
    assert (told.key, told.args) == ("1/answered/0", {})
    assert {"page/zhao/1", "page/david/1", "state/0"} <= updated(sends)


def test_all_who_answer_fill_one_message_and_the_last_of_them_makes_a_second():
    """Nine people answering at once must not push the grade off the screen."""
    incident = known(a_graded("orange"))
    told = []
    for person in dict.fromkeys(call.person for call in list(incident.calls.values())):
        answer_page(incident, person, at("+1 min"))
        told.append([key for deed, key in said(follows(incident), "post") if "answered" in key])
        incident.stored = len(incident.history)
    assert told[0] == ["answered/0"]
    assert all(keys == [] for keys in told[1:-1])
    assert [key.split("/")[0] for key in told[-1]] == ["all_answered"]


def test_where_the_last_two_calls_go_to_people_who_are_on_it_the_room_hears_of_it_once():
    incident = known(a_graded("orange"))
    *first, last, very_last = dict.fromkeys(call.person for call in list(incident.calls.values()))
    for person in first:
        answer_page(incident, person, at("+1 min"))
    incident.stored = len(incident.history)
    for person in (last, very_last):
        answer_page(incident, person, at("+5 min"))
    told = [key.split("/")[0] for deed, key in said(follows(incident), "post") if "answered" in key]
    assert told == ["all_answered"]


def test_when_everybody_was_called_in_vain_the_room_hears_of_it():
    incident = known(a_graded("orange"))
    for minute in (5, 10, 15, 20, 25):
        page_timed_out(incident, "legal_director", PLAYBOOK, ROSTER, at(f"+{minute} min"))
    incident.stored = len(incident.history)
    page_timed_out(incident, "legal_director", PLAYBOOK, ROSTER, at("+30 min"))
    sends = follows(incident)
    assert [send.args for send in sends if send.card == "nobody_answers"] == [{"roles": ["legal_director"]}]
    assert ("direct", "page/zhao/2") in said(sends)


def test_who_cannot_be_reached_is_told_in_the_room():
    incident = known(a_graded("orange"))
    page_undelivered(incident, "zhao", "user_disabled", PLAYBOOK, ROSTER, at("+1 min"))
    (told,) = [send for send in follows(incident) if send.card == "undelivered"]
    assert told.args == {"person": "zhao", "code": "user_disabled"}


@pytest.mark.parametrize(
    ("names", "key"),
    [
        pytest.param(("15min",), "checkpoint/15min", id="one"),
        pytest.param(("15min", "30min", "60min"), "checkpoint/60min", id="after an outage"),
    ],
)
def test_checkpoints_are_told_in_one_message(names, key):
    incident = known(an_incident())
    incident.record(CheckpointsReached(names, late=names[:1]), BOT, at("+15 min"))
    (told,) = [send for send in follows(incident) if send.deed == "post"]
    assert (told.key, told.card) == (f"1/{key}", "checkpoint")
    assert told.args == {"names": list(names), "met": [], "late": [names[0]], "early": []}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(Reminded("nudge"), [("post", "nudge")], id="a nudge"),
        pytest.param(
            Reminded("before/30min", people=("wang", "xu")),
            [("direct", "before/30min/wang"), ("direct", "before/30min/xu")],
            id="a word before a checkpoint",
        ),
        pytest.param(Reminded("before/30min"), [], id="a word to nobody"),
        pytest.param(Reminded("update/28h"), [("post", "update/28h")], id="progress is due"),
        pytest.param(Reminded("update/28h", tell=False), [], id="one that a later one made needless"),
        pytest.param(Reminded("final_report", late=True), [("post", "final_report")], id="the final report"),
        pytest.param(DecisionsAsked(("lawyers",)), [("post", "decisions")], id="decisions"),
    ],
)
def test_what_time_brings_is_said_once_to_whom_it_concerns(event, expected):
    incident = known(an_incident())
    incident.record(event, BOT, at("+30 min"))
    assert said(follows(incident), "post", "direct") == expected


@pytest.mark.parametrize(
    "deed",
    [
        lambda one: take(one, "committee_met", "xu", at("+1 min")),
        lambda one: tick_off(one, "committee_met", "xu", at("+1 min")),
        lambda one: mark_not_needed(one, "committee_met", "alone", "xu", at("+1 min")),
    ],
    ids=["taken", "done", "not needed"],
)
def test_a_task_changes_the_lists_it_is_on_and_posts_nothing(deed):
    incident = an_incident()
    incident.record(CheckpointsReached(("5min",)), BOT, at("+5 min"))
    incident.record(CheckpointsReached(("15min",)), BOT, at("+15 min"))
    deed(known(incident))
    sends = follows(incident)
    assert updated(sends) == {"tasks/0", "checkpoint/15min", "state/0"}
    assert said(sends, "post", "direct") == []


def test_a_merged_card_follows_the_tasks_of_every_checkpoint_on_it():
    """After an outage several checkpoints share one card, which goes by the name of the last."""
    incident = an_incident()
    incident.record(CheckpointsReached(("5min", "15min", "30min", "60min")), BOT, at("+2 h"))
    tick_off(known(incident), "committee_met", "xu", at("+125 min"))
    assert updated(follows(incident)) == {"tasks/0", "checkpoint/60min", "state/0"}


def test_a_task_taken_back_is_on_its_lists_again():
    incident = known(an_incident())
    tick_off(incident, "committee_met", "xu", at("+1 min"))
    incident.stored = len(incident.history)
    take_back(incident, "committee_met", "xu", at("+2 min"))
    assert "tasks/0" in updated(follows(incident))


def test_a_decision_changes_the_card_that_asked():
    incident = known(an_incident())
    incident.record(DecisionsAsked(("lawyers",)), BOT, at("+30 min"))
    incident.stored = len(incident.history)
    decide(incident, "lawyers", True, "wang", at("+31 min"))
    assert updated(follows(incident)) == {"decisions", "state/0"}


@pytest.mark.parametrize(("room", "expected"), [("C1", [("ma",)]), ("", [])])
def test_who_joins_later_is_invited_where_there_is_a_room_and_with_it_otherwise(room, expected):
    incident = known(an_incident(), room=room)
    invite(incident, ["ma"], at("+1 min"))
    assert [send.people for send in follows(incident) if send.deed == "invite"] == expected


def test_the_end_is_told_shows_on_open_pages_and_archives_last():
    incident = known(a_graded("orange"))
    close(incident, "over", "wang", at("+3 min"), archive=True)
    sends = follows(incident)
    assert [deed for deed, _ in said(sends, "post", "archive")] == ["post", "archive"]
    assert {send.lane for send in sends if send.deed in ("post", "archive")} == {"1/post"}
    assert {"page/zhao/1", "page/he/1", "state/0"} <= updated(sends)


def test_an_end_without_archiving_leaves_the_room():
    incident = known(a_graded("orange"))
    close(incident, "over", "wang", at("+3 min"))
    assert "archive" not in [send.deed for send in follows(incident)]


@pytest.mark.parametrize(("archived", "deeds"), [(False, ["post"]), (True, ["open_room", "post"])])
def test_a_crisis_that_comes_back_needs_a_new_room_where_the_old_is_archived(archived, deeds):
    incident = known(an_incident())
    close(incident, "over", "wang", at("+3 min"), archive=archived)
    if archived:
        room_archived(incident, at("+3 min"))
    incident.stored = len(incident.history)
    reopen(incident, "not over", "ma", at("+4 min"))
    sends = follows(incident)
    assert [deed for deed, _ in said(sends, "open_room", "post")] == deeds
    number = 1 if archived else 0
    assert [send.after for send in sends if send.deed == "post"] == [f"1/room/{number}"]


@pytest.mark.parametrize(("came_back", "deeds"), [(True, ["open_room"]), (False, [])])
def test_a_room_that_was_being_archived_while_the_crisis_came_back_is_replaced(came_back, deeds):
    incident = known(an_incident())
    close(incident, "over", "wang", at("+3 min"), archive=True)
    if came_back:
        reopen(incident, "not over", "ma", at("+4 min"))
    incident.stored = len(incident.history)
    room_archived(incident, at("+4 min"))
    assert [send.deed for send in follows(incident)] == deeds


def all_that_followed(incident):
    """The sends of a whole life, reacted to entry by entry as if each had been a commit."""
    told, sends = Incident(incident.id), []
    for entry in incident.history:
        told.record(entry.event, entry.by, entry.at)
        sends += react(told, PLAYBOOK)
        told.stored = len(told.history)
    return sends


@settings(max_examples=80, deadline=None)
@given(steps)
def test_in_any_crisis_no_message_has_the_key_of_another(all_steps):
    incident, _ = play(all_steps)
    sends = all_that_followed(incident)
    messages = [send for send in sends if send.deed == "post"]
    assert len({send.key for send in messages}) == len(messages)
    by_key = {}
    for send in sends:
        same = by_key.setdefault(send.key, send)
        assert (same.deed, same.to, same.card) == (send.deed, send.to, send.card)


@settings(max_examples=80, deadline=None)
@given(steps)
def test_in_any_crisis_rooms_wait_and_people_do_not(all_steps):
    incident, _ = play(all_steps)
    for send in all_that_followed(incident):
        assert send.key.startswith("1/")
        assert len(send.key) <= 200
        assert len(send.lane) <= 100
        if send.deed == "direct":
            assert (send.after, send.lane) == ("", send.key)
            assert send.to in PEOPLE
        elif send.deed == "update":
            assert send.target.startswith("1/")
        elif send.deed != "open_room":
            assert send.after.startswith("1/room/")


@settings(max_examples=60, deadline=None)
@given(steps)
def test_in_any_crisis_every_call_is_a_page_to_the_person_called(all_steps):
    incident, _ = play(all_steps)
    pages = {send.to for send in all_that_followed(incident) if send.card == "page" and send.deed == "direct"}
    called = {entry.event.person for entry in incident.history if isinstance(entry.event, events.RolePaged)}
    assert pages == called


def give_up(incident, deed="post", to="room", code="is_archived", *, card="update", now="+20 min"):
    given_up(incident, deed, card, to, (), code, at(now))


def test_the_room_is_told_once_what_could_not_be_sent_and_then_the_same_message_fills_up():
    incident = known(a_graded("orange"))
    begun = len(incident.history)
    give_up(incident, "direct", "wang", "cannot_dm", card="before")
    give_up(incident, "direct", "chen", "cannot_dm", card="before", now="+21 min")

    post, update = follows(incident)
    assert (post.deed, post.key, post.card, post.to) == ("post", f"1/given_up/{begun}", "given_up", "room")
    assert post.lane == "1/given_up", "it waits behind nothing else that is said in the room"
    assert post.args == {"deed": "direct", "people": ["wang"], "code": "cannot_dm"}
    assert (update.deed, update.target, update.card) == ("update", f"1/given_up/{begun}", "given_up")
    assert update.args == {"deed": "direct", "people": ["wang", "chen"], "code": "cannot_dm"}


def test_where_the_room_cannot_be_told_those_at_work_are():
    incident = a_graded("orange")
    answering = next(call.person for call in incident.calls.values())
    answer_page(incident, answering, at("+2 min"))
    known(incident)
    begun = len(incident.history)
    give_up(incident, "post", "room", "is_archived", card="given_up")

    (told,) = follows(incident)
    assert (told.deed, told.key, told.card) == ("direct", f"1/given_up/{begun}/{answering}", "room_lost")
    assert told.to == answering
    assert told.after == "", "it waits for no room"


def test_without_a_room_it_is_told_to_those_at_work_but_not_to_who_is_out_of_reach():
    incident = known(an_incident(), room="")
    give_up(incident, "direct", incident.opened_by, "cannot_dm", card="room_failed")
    assert follows(incident) == []

    give_up(incident, "direct", "wang", "cannot_dm_either", card="before")
    assert [(send.deed, send.to, send.card) for send in follows(incident)] == [
        ("direct", incident.opened_by, "given_up")
    ]
