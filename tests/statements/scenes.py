"""Incidents at several moments of their life, and cards as plain text, for the tests of words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat import At, Button, Card, Line, Place, Plain, Span, Strong, When
from bot.crisis import approval, promises
from bot.crisis.approval import ask, ask_for_changes, sign, signer_timed_out
from bot.crisis.checklist import read_answers
from bot.crisis.drafting import Wording, accept, change, draft, keep, withdraw
from bot.crisis.ending import close, reopen
from bot.crisis.events import (
    BOT,
    CheckpointsReached,
    DecisionsAsked,
    DetailsChanged,
    InviteRefused,
    PageUndelivered,
    Reminded,
    RoomOpened,
)
from bot.crisis.facts import check, note
from bot.crisis.incident import Incident, change_details, fill_in
from bot.crisis.judging import judge_answers, judge_by_itself
from bot.crisis.kinds import KINDS
from bot.crisis.lines import ask_for_line, issue, remind_readers
from bot.crisis.lines import read as read_lines
from bot.crisis.paging import answer_page, page_timed_out
from bot.crisis.playbook import Playbook
from bot.crisis.publishing import publish, take_down
from bot.crisis.regrading import ask_to_lower, confirm_lowering, raise_grade, refuse_lowering
from bot.crisis.tasks import decide, mark_not_needed, plan_tasks, settle, take, tick_off
from statements.cards import card
from statements.context import Context
from statements.review import findings
from statements.text import Words
from tests.makers import a_playbook, a_roster, an_incident, at, person
from timelines.plan import plan

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAYBOOKS = ("service_network", "automaker_levels", "new_media")
PR, LEGAL, CEO, SERVICE = person("U04"), person("U05"), person("U01"), person("U15")

ANSWERS: Mapping[str, Any] = {
    "views": "12万",
    "platform": ["douyin", "weibo"],
    "complaint": "刹车失灵，要求退车",
    "injury": "none",
    "media": "journalist_contacted",
    "history": "unknown",
    "severity": "S3",
    "control": "C2",
    "others_report_same": True,
}


@cache
def words() -> Words:
    """All words, read once."""
    return Words.load()


def context(
    incident: Incident | None, language: str, *, playbook: str = PLAYBOOKS[0], **more: Any
) -> Context:
    """For a reader ("" is the room) at a moment."""
    policy = a_playbook(playbook)
    now: datetime = more.get("now", at("+20 min"))
    shown = plan(incident, policy, now) if incident else None
    return Context(policy, a_roster(), SHANGHAI, now, language, more.get("reader", ""), shown)


def drawn(
    name: str, incident: Incident | None, language: str, args: Mapping[str, Any] | None = None, **more: Any
) -> Card:
    """A card by its name."""
    return card(name, incident, context(incident, language, **more), words(), args or {})


def opened(playbook: Playbook) -> Incident:
    """Just declared, nothing known."""
    incident = an_incident()
    plan_tasks(incident, playbook, at("+1 min"))
    return incident


def graded(playbook: Playbook) -> Incident:
    """The checklist is filled in, in part; the room is there; pages are out."""
    incident = opened(playbook)
    incident.record(RoomOpened("C1", "crisis-1"), BOT, at("+1 min"))
    fill_in(incident, SERVICE, at("+4 min"), read_answers(ANSWERS, at("+4 min")))
    judge_answers(incident, SERVICE, playbook, a_roster(), at("+5 min"))
    settle(incident, at("+5 min"))
    return incident


def at_work(playbook: Playbook) -> Incident:
    """People answer, tasks move, decisions are asked, a time has passed."""
    incident = graded(playbook)
    called = next(call for call in incident.calls.values() if call.open)
    answer_page(incident, called.person, at("+6 min"))
    for role in [call.role for call in incident.calls.values() if call.open][:1]:
        page_timed_out(incident, role, playbook, a_roster(), at("+10 min"))
    take(incident, "committee_met", PR, at("+11 min"))
    tick_off(incident, "committee_told", PR, at("+12 min"))
    mark_not_needed(incident, "past_cases_looked_up", "**无先例**", LEGAL, at("+12 min"))
    incident.record(DecisionsAsked(tuple(playbook.checkpoint("30min").decisions)), BOT, at("+30 min"))
    decide(incident, "lawyers", True, LEGAL, at("+31 min"))
    incident.record(CheckpointsReached(("5min", "15min"), ("5min",), ("15min",), ()), BOT, at("+32 min"))
    incident.record(Reminded("before/60min", people=(PR,)), BOT, at("+55 min"))
    incident.record(InviteRefused(CEO, "user_not_found"), BOT, at("+56 min"))
    incident.record(PageUndelivered(CEO, "what_is_this"), BOT, at("+57 min"))
    for number, status in enumerate(("unconfirmed", "confirmed", "refuted"), 1):
        note(incident, f"**制动**管路第 {number} 段 <完好>", "门店监控", SERVICE, at("+58 min"))
        check(incident, number, status, "行车数据，技术部核对", PR, at("+59 min"))
    return incident


WORDING = Wording(
    "关于**制动异常**的情况说明",
    "## 情况\n我们已获悉 <此事>，*向您*致歉。{{ 7*7 }} @所有人 <!channel>\n\n"
    "- 已成立专项小组\n- 绝对安全，【待填：何时能给出结论？】\n\n"
    "请致电 138 0013 8000。我们将尽快公布结果。",
    cites=(2,),
)


def drafted(playbook: Playbook) -> Incident:
    """A statement has been written and is not fit to be signed; two people have edited it at once."""
    incident = at_work(playbook)
    draft(incident, "first_statement", "zh", WORDING, PR, at("+60 min"))
    change(incident, 1, replace(WORDING, title="情况说明"), 1, SERVICE, at("+61 min"))
    keep(incident, 1, replace(WORDING, text="我改成这样。"), 1, PR, at("+62 min"))
    found = findings(incident, incident.statements[1], context(incident, "zh", playbook=playbook.name))
    warned = next(one.key for one in found if one.level == "warn")
    accept(incident, 1, 2, warned, "已与法务核对 <b>", PR, at("+63 min"))
    return incident


def signing(playbook: Playbook) -> Incident:
    """It is with the signers: one has signed, an edit voided that; now one wants changes and one is stood in for."""
    incident = drafted(playbook)
    if playbook.rank(incident.grade) < len(playbook.grades) - 1:
        raise_grade(incident, playbook.grades[-1].name, "直播中", PR, playbook, at("+63 min"))
    roster = a_roster()
    ask(incident, 1, (), playbook, roster, SERVICE, at("+64 min"))
    signer = incident.statements[1].seats["pr_director"].asked[0]
    sign(incident, 1, incident.statements[1].latest.seal, playbook, roster, signer, at("+65 min"))
    change(incident, 1, replace(WORDING, text=WORDING.text + "\n\n又及。"), 2, PR, at("+66 min"))
    ask(incident, 1, (), playbook, roster, SERVICE, at("+67 min"))
    seats = incident.statements[1].seats
    ask_for_changes(
        incident,
        1,
        incident.statements[1].latest.seal,
        "**太长**，<删> 第二段",
        seats["pr_director"].asked[0],
        at("+68 min"),
    )
    for minute in range(70, 78):
        signer_timed_out(incident, 1, "ceo", playbook, roster, at(f"+{minute} min"))
    return incident


def out(playbook: Playbook) -> Incident:
    """It is out on two channels, and rests on something that turned out wrong; the correction is not signed yet."""
    incident = at_work(playbook)
    draft(incident, "first_statement", "zh", WORDING, SERVICE, at("+60 min"))
    ask(incident, 1, (), playbook, a_roster(), SERVICE, at("+61 min"))
    for seat in list(incident.statements[1].seats.values()):
        sign_if_open(incident, playbook, seat.asked[0])
    for channel in ("weibo", "site"):
        publish(incident, 1, channel, playbook, PR, at("+70 min"), link="https://example.com/1", pinned=True)
    check(incident, 2, "refuted", "复检", PR, at("+3 h"))
    change(incident, 1, replace(WORDING, text="更正：此前所述有误。"), 1, PR, at("+3 h"))
    return incident


def sign_if_open(incident: Incident, playbook: Playbook, signer: str) -> None:
    """Who stands for several roles signs for them at once."""
    if any(signer in seat.asked and not seat.signed_by for seat in incident.statements[1].seats.values()):
        seal = incident.statements[1].latest.seal
        sign(incident, 1, seal, playbook, a_roster(), signer, at("+65 min"))


def taken_back(playbook: Playbook) -> Incident:
    """What is out is withdrawn, and still stands somewhere."""
    incident = out(playbook)
    withdraw(incident, 1, "数据有误 <i>", PR, at("+4 h"))
    take_down(incident, 1, "weibo", PR, at("+4 h"))
    return incident


def long_text(playbook: Playbook) -> Incident:
    """As long as a text may be, with everything in it that the principles find."""
    incident = at_work(playbook)
    row = "绝对安全，用户操作不当。我们将尽快公布 <结果>。请致电 138 0013 8000，京A12345。【待填：何时？】"
    text = "\n\n".join(f"{place} {row}" for place in range(30_000))[:29_990]
    for place, kind in enumerate(KINDS):
        draft(
            incident, kind, "zh", replace(WORDING, title="长" * 150, text=f"{place}{text}"), PR, at("+60 min")
        )
    ask(incident, 1, (), playbook, a_roster(), SERVICE, at("+61 min"))
    return incident


def lowering(playbook: Playbook) -> Incident:
    """Raised by hand, then somebody wants it lower."""
    incident = at_work(playbook)
    top, lowest = playbook.grades[-1].name, playbook.grades[0].name
    if incident.grade != top:
        raise_grade(incident, top, "直播中", PR, playbook, at("+60 min"))
    ask_to_lower(incident, lowest, "误传", PR, playbook, at("+70 min"))
    return incident


def lowered(playbook: Playbook) -> Incident:
    """Once refused, then confirmed by a second person."""
    incident = lowering(playbook)
    lowest = playbook.grades[0].name
    refuse_lowering(incident, lowest, LEGAL, at("+71 min"))
    ask_to_lower(incident, lowest, "误传", PR, playbook, at("+80 min"))
    confirm_lowering(incident, lowest, LEGAL, at("+81 min"))
    return incident


def by_clock(playbook: Playbook) -> Incident:
    """Nobody has answered anything at 15 minutes; the details have moved."""
    incident = opened(playbook)
    details = DetailsChanged("更正后的标题", "更正后的情况", "E", True, at("-30 min"))
    change_details(incident, PR, at("+2 min"), details)
    judge_by_itself(incident, playbook, a_roster(), at("+15 min"))
    return incident


def closed(playbook: Playbook) -> Incident:
    """Over."""
    incident = at_work(playbook)
    close(incident, "车主接受方案，舆情平息。", LEGAL, at("+2 d"), archive=True)
    return incident


def reopened(playbook: Playbook) -> Incident:
    """Not over after all."""
    incident = closed(playbook)
    reopen(incident, "媒体再次报道", PR, at("+3 d"))
    return incident


def speaking(playbook: Playbook) -> Incident:
    """A first statement is out on one channel, one promise kept and one moved; the next text is to be judged."""
    incident = at_work(playbook)
    kept, moved, judged = "我们将于24小时内**公布**进展。", "我们将于7日内公布 <调查结果>。", "我们会负责。"
    text = f"我们十分关切。\n\n{kept}{moved}{judged}\n\n联系我们：400-000-1234。"
    draft(
        incident,
        "first_statement",
        "zh",
        Wording("**关于** <车辆> 的说明", text, (2,)),
        SERVICE,
        at("+61 min"),
    )
    for sentence, due in ((kept, "+1 d"), (moved, "+7 d")):
        promises.note(incident, 1, sentence, at(due), PR, SERVICE, at("+61 min"))
    promises.dismiss(incident, 1, judged, SERVICE, at("+62 min"))
    one = incident.statements[1]
    approval.ask(incident, 1, (), playbook, a_roster(), SERVICE, at("+62 min"))
    while not one.approved:
        seat = next(seat for seat in one.seats.values() if not seat.signed_by)
        approval.sign(incident, 1, one.latest.seal, playbook, a_roster(), seat.asked[0], at("+63 min"))
    publish(incident, 1, "site", playbook, SERVICE, at("+65 min"), link="https://example.com/<1>")
    promises.keep(incident, 1, 0, "**已公布**", PR, at("+70 min"))
    promises.move(incident, 2, at("+9 d"), LEGAL, "检测 {{ 7*7 }} 延期", PR, at("+71 min"))
    draft(
        incident,
        "progress_update",
        "zh",
        Wording("进展", "我们将于3月9日前公布报告。" * 9),
        PR,
        at("+72 min"),
    )
    for name in ("next_word", "promise/2/before", "executive/red/60", "incomplete/1/1"):
        incident.record(Reminded(name, people=(PR,)), BOT, at("+73 min"))
    return incident


QUESTIONS = "\n\n".join(
    f"### 第 {place} 问：{{{{ 7*7 }}}} <能开> 吗？\n**不**能说 <!channel> @所有人。{'照此回答。' * 60}"
    for place in range(1, 9)
)


def answering(playbook: Playbook) -> Incident:
    """Lines are in use, which some have read; those before them were replaced, others rested on a wrong fact."""
    incident = at_work(playbook)
    for kind, cites in (
        ("lines_service", ()),
        ("lines_service", ()),
        ("lines_media", (2,)),
        ("lines_staff", ()),
    ):
        _issue(incident, playbook, kind, Wording("口径" * 30, f"先问安全。\n\n{QUESTIONS}", cites))
    read_lines(incident, 2, incident.sheets[2].people[0], at("+62 min"))
    remind_readers(incident, 2, at("+92 min"))
    check(incident, 2, "refuted", "复检", PR, at("+93 min"))
    withdraw(incident, 4, "写错了 <i>", PR, at("+94 min"))
    ask_for_line(incident, "轮胎 **是** 哪家的 <!channel>", SERVICE, at("+95 min"))
    return incident


def _issue(incident: Incident, playbook: Playbook, kind: str, wording: Wording) -> None:
    number, roster = draft(incident, kind, "zh", wording, SERVICE, at("+60 min")), a_roster()
    ask(incident, number, (), playbook, roster, SERVICE, at("+60 min"))
    statement = incident.statements[number]
    while waiting := [seat for seat in statement.seats.values() if not seat.signed_by]:
        sign(incident, number, statement.latest.seal, playbook, roster, waiting[0].asked[0], at("+61 min"))
    issue(incident, number, statement.latest.seal, playbook, roster, SERVICE, at("+61 min"))


ABOUT_WORDS = ("drafted", "signing", "out", "taken back", "long text", "speaking", "answering")
STATES: Mapping[str, Callable[[Playbook], Incident]] = {
    "opened": opened,
    "graded": graded,
    "at work": at_work,
    "drafted": drafted,
    "signing": signing,
    "out": out,
    "taken back": taken_back,
    "long text": long_text,
    "lowering": lowering,
    "lowered": lowered,
    "by the clock": by_clock,
    "closed": closed,
    "reopened": reopened,
    "speaking": speaking,
    "answering": answering,
}


SEEN = [
    (state, playbook)
    for state in STATES
    for playbook in (PLAYBOOKS[:1] if state in ABOUT_WORDS else PLAYBOOKS)
]
"""Each state with each policy; what is said outside looks the same under all of them."""


def read(card: Card) -> str:
    """A card as text: `**strong**`, @person, [button value], small print after "> "."""
    rows = ["# " + _line(card.headline)]
    for part in card.parts:
        rows += [("> " if part.quiet else "") + _line(line) for line in part.lines]
        rows += [" ".join(_button(button) for button in part.buttons)] if part.buttons else []
        rows[-1] += f"  {_button(part.beside)}" if part.beside else ""
        rows.append("")
    return "\n".join(rows).rstrip("\n") + "\n"


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    match span:
        case Plain(text):
            return text
        case Strong(text):
            return f"**{text}**"
        case At(who):
            return f"@{a_roster().person(who).name}"
        case When(fallback=fallback):
            return fallback
        case Place(name=name):
            return f"#{name}"


def _button(button: Button) -> str:
    return f"[{button.label} {button.name}={button.value}]"
