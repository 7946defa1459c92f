"""Nothing goes out without the signatures that the policy asks for, over exactly these words."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.crisis import approval, drafting, facts, publishing
from bot.crisis.drafting import Wording
from bot.crisis.errors import Refused
from bot.crisis.people import Roster
from bot.crisis.public_events import Approved, Drafted, HookAsked, Published, Signed
from bot.crisis.regrading import raise_grade
from tests.makers import NINE, a_graded, a_playbook, a_roster, at, happened

PLAYBOOK = a_playbook()
SIGN = {
    "green": {"any": ("pr_director",)},
    "yellow": {"any": ("pr_director",)},
    "orange": {"any": ("pr_director", "legal_director")},
    "red": {"any": ("pr_director", "legal_director", "ceo")},
}
ROSTER = a_roster()
TEXT = Wording("说明", "我们已成立专项小组。")


def drafted(grade="red", by="wu", cites=(), kind="first_statement"):
    incident = a_graded(grade)
    for fact in cites:
        facts.note(incident, f"事实 {fact}", "客服", "xu", NINE)
        facts.check(incident, fact, "confirmed", "行车数据", "zheng", NINE)
    drafting.draft(incident, kind, "zh", replace(TEXT, cites=cites), by, NINE)
    return incident


def asked(incident, blocking=(), playbook=PLAYBOOK, roster=ROSTER):
    approval.ask(incident, 1, blocking, playbook, roster, "wu", NINE)
    return {role: seat.asked for role, seat in incident.statements[1].seats.items()}


def sign(incident, person, seal="", roster=ROSTER):
    seal = seal or incident.statements[1].latest.seal
    return approval.sign(incident, 1, seal, PLAYBOOK, roster, person, NINE)


def refusal(deed, *args, **more):
    with pytest.raises(Refused) as caught:
        deed(*args, **more)
    return caught.value.code


@pytest.mark.parametrize(("grade", "sign"), SIGN.items())
def test_the_policy_says_who_signs(grade, sign):
    assert PLAYBOOK.signers(grade, "apology") == sign["any"]


@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        ("green", {"pr_director": ["wang"]}),
        ("yellow", {"pr_director": ["wang"]}),
        ("orange", {"pr_director": ["wang"], "legal_director": ["zhao"]}),
        ("red", {"pr_director": ["wang"], "legal_director": ["zhao"], "ceo": ["chen"]}),
    ],
)
def test_all_who_must_sign_are_asked_at_once(grade, expected):
    assert asked(drafted(grade)) == expected


def test_all_signatures_make_it_approved_and_only_then_it_can_go_out():
    incident = drafted()
    asked(incident)
    for person in ("wang", "zhao"):
        sign(incident, person)
        assert refusal(publishing.publish, incident, 1, "weibo", PLAYBOOK, "wu", NINE) == "not_approved"
    assert sign(incident, "chen") == ("ceo",)
    publishing.publish(incident, 1, "weibo", PLAYBOOK, "wu", NINE)
    assert happened(incident, Published) == [Published(1, 1, "weibo")]


def test_an_edit_takes_every_signature_away_and_says_whose():
    incident = drafted()
    asked(incident)
    sign(incident, "wang")
    drafting.change(incident, 1, replace(TEXT, text="另一句。"), 1, "zhao", NINE)
    statement = incident.statements[1]
    assert (statement.seats, statement.void, statement.approved) == ({}, {"pr_director": "wang"}, False)


def test_a_signature_for_an_older_wording_is_refused():
    incident = drafted()
    asked(incident)
    old = incident.statements[1].latest.seal
    drafting.change(incident, 1, replace(TEXT, text="另一句。"), 1, "wu", NINE)
    asked(incident)
    assert refusal(sign, incident, "wang", old) == "outdated_text"


def test_who_is_not_asked_cannot_sign_and_nobody_signs_twice():
    incident = drafted()
    asked(incident)
    assert refusal(sign, incident, "wu") == "not_asked_to_sign"
    sign(incident, "wang")
    assert refusal(sign, incident, "wang") == "signed_already"


def test_who_left_the_role_cannot_sign_for_it():
    incident = drafted()
    asked(incident)
    left = Roster(ROSTER.people, {**ROSTER.holders, "legal_director": ("david",)})
    assert refusal(sign, incident, "zhao", roster=left) == "not_in_role_any_more"


def test_the_only_signer_is_never_the_author():
    incident = drafted("yellow", by="wang")
    assert asked(incident) == {"pr_director": ["wu"]}
    sign(incident, "wu")
    assert incident.statements[1].approved


def test_an_author_may_sign_beside_others():
    incident = drafted("orange", by="wang")
    assert asked(incident) == {"pr_director": ["wang"], "legal_director": ["zhao"]}


def test_who_does_not_answer_is_stood_in_for_and_may_still_sign():
    incident = drafted("orange")
    asked(incident)
    approval.signer_timed_out(incident, 1, "legal_director", PLAYBOOK, ROSTER, at("+10 min"))
    seat = incident.statements[1].seats["legal_director"]
    assert (seat.asked, seat.answer_by) == (["zhao", "david"], at("+20 min"))
    sign(incident, "zhao")
    assert seat.signed_by == "zhao"


def test_what_is_not_confirmed_keeps_it_from_being_signed_and_from_going_out():
    incident = drafted("yellow", cites=(1,))
    asked(incident)
    facts.check(incident, 1, "refuted", "复检", "zheng", NINE)
    assert refusal(sign, incident, "wang") == "unsafe_facts"
    facts.check(incident, 1, "confirmed", "二次复检", "zheng", NINE)
    sign(incident, "wang")
    facts.check(incident, 1, "refuted", "三次复检", "zheng", NINE)
    assert refusal(publishing.publish, incident, 1, "site", PLAYBOOK, "wu", NINE) == "unsafe_facts"


def test_blocking_findings_keep_it_from_being_shown_to_signers():
    assert refusal(asked, drafted(), ["blank/when"]) == "findings_block"


def test_in_an_emergency_one_signature_of_another_lets_the_first_word_out():
    incident = drafted()
    seal = incident.statements[1].latest.seal
    commander = incident.commander("ceo")
    other = next(person for person in ("wang", "zhao") if person != commander)
    alone = approval.sign_in_emergency
    assert refusal(alone, incident, 1, seal, PLAYBOOK, other, NINE) == "only_in_command"
    assert refusal(alone, incident, 1, "0" * 12, PLAYBOOK, commander, NINE) == "outdated_text"
    alone(incident, 1, seal, PLAYBOOK, commander, NINE)
    publishing.publish(incident, 1, "weibo", PLAYBOOK, "wu", NINE)
    assert happened(incident, Approved) == [Approved(1, 1, seal, emergency=True)]
    assert incident.statements[1].emergency


def test_no_emergency_for_another_kind_or_for_ones_own_words():
    incident = drafted(kind="apology")
    seal, commander = incident.statements[1].latest.seal, incident.commander("ceo")
    assert (
        refusal(approval.sign_in_emergency, incident, 1, seal, PLAYBOOK, commander, NINE)
        == "no_emergency_for_this"
    )
    own = drafted(by=incident.commander("ceo"))
    seal = own.statements[1].latest.seal
    assert refusal(approval.sign_in_emergency, own, 1, seal, PLAYBOOK, commander, NINE) == "not_alone"


PEOPLE = ("wang", "wu", "zhao", "david", "chen", "lin", "xu")


class Committee(RuleBasedStateMachine):
    """Anybody does anything in any order; whoever publishes is looked at by one who trusts only the history."""

    def __init__(self):
        super().__init__()
        self.roster = ROSTER
        self.in_chain = set()

    @initialize(grade=st.sampled_from(list(SIGN)), by=st.sampled_from(PEOPLE))
    def begin(self, grade, by):
        self.incident = drafted(grade, by=by, cites=(1, 2))
        self.seals = [self.incident.statements[1].latest.seal]

    def may(self, deed, *args, **more):
        try:
            deed(self.incident, *args, **more)
        except Refused:
            return

    @rule(by=st.sampled_from(PEOPLE), text=st.sampled_from("甲乙丙"), cites=st.sets(st.sampled_from([1, 2])))
    def edit(self, by, text, cites):
        base = self.incident.statements[1].latest.number
        self.may(drafting.change, 1, Wording("说明", text, tuple(cites)), base, by, NINE)
        self.seals.append(self.incident.statements[1].latest.seal)

    @rule(by=st.sampled_from(PEOPLE))
    def ask(self, by):
        self.may(approval.ask, 1, (), PLAYBOOK, self.roster, by, NINE)

    @rule(by=st.sampled_from(PEOPLE), data=st.data())
    def sign(self, by, data):
        seal = data.draw(st.sampled_from(self.seals[-3:]))
        before = len(self.incident.history)
        self.may(approval.sign, 1, seal, PLAYBOOK, self.roster, by, NINE)
        for entry in self.incident.history[before:]:
            if isinstance(entry.event, Signed):
                assert by in self.roster.chain(entry.event.role, PLAYBOOK.next_in_command)

    @rule(by=st.sampled_from(PEOPLE))
    def sign_alone(self, by):
        self.may(approval.sign_in_emergency, 1, self.seals[-1], PLAYBOOK, by, NINE)

    @rule(role=st.sampled_from(["pr_director", "legal_director", "ceo"]))
    def time_out(self, role):
        if role in self.incident.statements[1].seats:
            approval.signer_timed_out(self.incident, 1, role, PLAYBOOK, self.roster, NINE)

    @rule(grade=st.sampled_from(list(SIGN)))
    def grade_rises(self, grade):
        if PLAYBOOK.rank(grade) > PLAYBOOK.rank(self.incident.grade):
            raise_grade(self.incident, grade, "新情况", "wang", PLAYBOOK, NINE)
            approval.follow_grade(self.incident, PLAYBOOK, self.roster, NINE)

    @rule(fact=st.sampled_from([1, 2]), status=st.sampled_from(["confirmed", "refuted", "unconfirmed"]))
    def check(self, fact, status):
        self.may(facts.check, fact, status, f"来源 {len(self.incident.history)}", "zheng", NINE)

    @rule(role=st.sampled_from(["pr_director", "legal_director", "ceo"]), new=st.sampled_from(PEOPLE))
    def role_changes(self, role, new):
        self.roster = Roster(ROSTER.people, {**self.roster.holders, role: (new,)})

    @rule(channel=st.sampled_from(["site", "weibo"]))
    def publish(self, channel):
        before = len(happened(self.incident, Published))
        self.may(publishing.publish, 1, channel, PLAYBOOK, "wu", NINE)
        if len(happened(self.incident, Published)) > before:
            self.look()

    @rule()
    def hand_to_site(self):
        before = len(happened(self.incident, HookAsked))
        self.may(publishing.hand_to_site, 1, "wu", NINE)
        if len(happened(self.incident, HookAsked)) > before:
            self.look()

    @rule()
    def site_is_told(self):
        """Some time later, and asked once more just before."""
        statement = self.incident.statements[1]
        for version in [
            one for one in statement.handed if publishing.may_go_to_site(self.incident, statement, one)
        ]:
            self.look()
            publishing.site_took(self.incident, 1, version, 200, "", PLAYBOOK, NINE)

    def look(self):
        """The published wording, from the history alone."""
        history = [(entry.by, entry.event) for entry in self.incident.history]
        drafts = [(by, event) for by, event in history if isinstance(event, Drafted)]
        last, authors = drafts[-1][1], {by for by, _ in drafts}
        seal = self.seals[-1]
        signed = {
            event.role: by
            for by, event in history
            if isinstance(event, Signed) and (event.version, event.seal) == (last.version, seal)
        }
        alone = [
            by
            for by, event in history
            if isinstance(event, Approved) and event.emergency and event.version == last.version
        ]
        quorum = set(SIGN[self.incident.grade]["any"]) <= set(signed) and not set(signed.values()) <= authors
        by_one = bool(alone) and {alone[-1]} != authors
        assert quorum or by_one
        confirmed = {fact.id for fact in self.incident.facts.values() if fact.status == "confirmed"}
        assert set(last.cites) <= confirmed

    @precondition(lambda self: hasattr(self, "incident"))
    @invariant()
    def the_history_tells_the_same(self):
        again = type(self.incident).from_history(self.incident.id, self.incident.history)
        assert again.statements == self.incident.statements
        assert again.facts == self.incident.facts


Committee.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestCommittee = Committee.TestCase
