"""Builds every part once and joins them; the only file that knows all the others."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from starlette.applications import Starlette

from bot.admins import Admins
from bot.alarm import Alarm
from bot.auditor import Auditor
from bot.brief import PATH, Brief, key
from bot.chat import Chat, Dispatch, Platform
from bot.chats import Chats
from bot.clock import Clock
from bot.crisis.people import Person, Roster
from bot.crisis.playbook import Playbook
from bot.delivery import Delivery
from bot.emergency import Emergency
from bot.feishu.client import FeishuChat
from bot.feishu.side import FeishuSide
from bot.hook import Hook
from bot.joining import Joining, NotReady
from bot.journal import Journal
from bot.lease import Patience
from bot.metrics import Metrics
from bot.net import adjust
from bot.paper import Paper
from bot.paper_links import PaperLinks
from bot.playbooks import load
from bot.reactions import react
from bot.readiness import Readiness
from bot.rosters import load_roster
from bot.settings import Settings
from bot.side import Endpoint, Side
from bot.slack.client import SlackChat
from bot.slack.side import SlackSide
from bot.speaking import Speaker
from bot.stop import Stop
from bot.store import Consequences, Moments, Store, make_engine
from bot.voice import Voice
from bot.watch import Watch
from bot.web import Figures, make_web
from statements.channels import load_channels
from statements.coverage import missing, no_words
from statements.templates import PublicTexts
from statements.text import Words
from timelines.reminders import next_due

log = structlog.get_logger(__name__)


LEAVING: Sequence[Platform] = tuple(chat.name for chat in (SlackChat, FeishuChat) if chat.leaves)
"""Platforms that take messages for later, so that a room is reminded while we are down."""


@dataclass(frozen=True)
class Parts:
    """Which parts of the bot run in this process."""

    web: bool = True
    clock: bool = True


@dataclass(frozen=True)
class Bot:
    """The parts, joined. `web` answers HTTP."""

    store: Store
    delivery: Delivery
    clock: Clock
    web: Starlette


@dataclass(frozen=True)
class _Tools:
    """What all parts work with, ready before any of them begins.

    scale: how many seconds of crisis pass in a real one.
    """

    settings: Settings
    parts: Parts
    store: Store
    voice: Voice
    chat: Chat
    sides: Sequence[Side]
    joining: Joining
    moments: Callable[[], Moments]
    scale: float
    stop: Stop
    patience: Patience
    hook: Hook | None


def real_moments() -> Moments:
    """Both clocks are the wall clock, outside a demo."""
    now = datetime.now(UTC)
    return Moments(crisis=now, real=now)


def make_store(
    settings: Settings, playbook: Playbook, moments: Callable[[], Moments] = real_moments
) -> Store:
    """The memory, with what follows from what."""
    consequences = Consequences(
        react=partial(react, playbook=playbook),
        next_due=partial(next_due, playbook=playbook),
        net=partial(adjust, playbook=playbook, on=LEAVING if settings.safety_net else ()),
    )
    return Store(make_engine(settings.database_url), consequences, moments, shared_time=True)


def make_words(playbook: Playbook) -> Words:
    """The words, with the playbook's own names. Raises NotReady when it has names without words."""
    words = Words.load().with_names(playbook.words)
    lacking = missing(words, playbook)
    if lacking:
        raise NotReady("\n".join(no_words(lacking)))
    return words


def make_voice(settings: Settings, playbook: Playbook, roster: Roster, words: Words | None = None) -> Voice:
    """The words, with whom and what they speak of, a company's own texts over ours. Raises NotReady as `make_words`."""
    return Voice(
        words or make_words(playbook),
        playbook,
        roster,
        ZoneInfo(settings.zone),
        settings.language,
        PublicTexts(settings.templates),
        has_hook=bool(settings.hook_url.get_secret_value()),
        paper=PaperLinks(settings.public_url, _page_key(settings)) if settings.public_url else PaperLinks(),
    )


@asynccontextmanager
async def running(
    settings: Settings,
    parts: Parts,
    moments: Callable[[], Moments] = real_moments,
    scale: float = 1.0,
    stop: Stop | None = None,
    patience: Patience = Patience(),
    times: float = 1.0,
) -> AsyncIterator[Bot]:
    """The bot at work until the block ends; then it takes nothing new and finishes what is under way.

    stop: how long that may take. patience: other than the usual only where things are broken on purpose. times: how
    many times as fast as the platforms allow, where there is only a local one.
    Raises NotReady, BadFile (playbook, roster) and what the settings raise.
    """
    playbook = make_playbook(settings)
    roster = load_roster(settings.roster, playbook.roles)
    playbook = playbook.speaking_on(roster.company.channels)
    check_admins(settings, roster)
    stop, people = stop or Stop(), dict(roster.people)
    voice = make_voice(settings, playbook, replace(roster, people=people))
    rest = voice.words.label(settings.language, "room", "rest")
    sides, hook = make_sides(settings, voice.person, patience, times, rest), make_hook(settings, patience)
    store, joining = make_store(settings, playbook, moments), Joining(sides, people)
    try:
        await joining.first()
        chat = Chats([side.chat for side in sides], voice.person)
        tools = _Tools(
            settings, parts, store, voice, chat, sides, joining, moments, scale, stop, patience, hook
        )
        async with _at_work(tools) as bot:
            yield bot
    finally:
        await joining.stop()
        await _close(store, stop)
        for part in filter(None, (*sides, hook)):
            await part.close()


def make_playbook(settings: Settings) -> Playbook:
    """The chosen policy, with those ways of calling harder that the settings allow."""
    return load(settings.playbook).urging({"feishu": settings.feishu_urgent})


def make_sides(
    settings: Settings,
    address: Callable[[str], Person],
    patience: Patience = Patience(),
    times: float = 1.0,
    rest: str = "…",
) -> Sequence[Side]:
    """The platforms that the settings name; the first is where the bot speaks of itself. At least one.

    Made inside a running loop; the caller closes them. times: as for `running`. rest: says in a card that is too long
    where the rest is.
    """
    sides: list[Side] = []
    if settings.slack_bot_token.get_secret_value():
        sides.append(SlackSide(settings, address, timeout=patience.call, times=times))
    if settings.feishu_app_id:
        sides.append(FeishuSide(settings, address, timeout=patience.call, times=times, rest=rest))
    return sides


def make_hook(settings: Settings, patience: Patience = Patience()) -> Hook | None:
    """The company's own site, where it takes texts from us. Made inside a running loop; the caller closes it."""
    url, secret = settings.hook_url.get_secret_value(), settings.hook_secret.get_secret_value()
    return Hook(url, secret, timeout=patience.call) if url else None


def check_admins(settings: Settings, roster: Roster) -> None:
    """Raises NotReady when somebody who is to be told of troubles is not in the roster."""
    if strangers := [one for one in settings.admins if one not in roster.people]:
        raise NotReady(f"GOLDENHOUR_ADMINS names {', '.join(strangers)}, who are not in {settings.roster}.")


async def _close(store: Store, stop: Stop) -> None:
    """A database that hangs holds up the end no longer than anything else."""
    try:
        async with asyncio.timeout(stop.left()):
            await asyncio.to_thread(store.close)
    except TimeoutError:
        log.warning("database_not_closed")


@asynccontextmanager
async def _at_work(tools: _Tools) -> AsyncIterator[Bot]:
    store, chat, voice, stop = tools.store, tools.chat, tools.voice, tools.stop
    metrics = Metrics()
    for side in tools.sides:
        side.count_in(metrics)
    brief, paper = _make_brief(tools), _make_paper(tools)
    speaker = Speaker(chat, voice, brief.address if brief else lambda _: "", tools.hook)
    delivery = Delivery(store, speaker, voice, tools.patience, meter=metrics)
    journal = Journal(tools.settings.journal)
    emergency = Emergency(store, chat, voice, journal, lambda: tools.moments().crisis)
    clock = Clock(store, voice.playbook, voice.roster, tools.scale, metrics, first=emergency.take_in)
    auditor = Auditor(store, chat, voice.playbook, metrics)
    store.on_change = _ringing(delivery)
    store.listen()
    await _take_over(store, tools.patience)
    delivery.start()
    emergency.start()
    if tools.parts.clock:
        clock.start()
        auditor.start()
    for loop in ("delivery", "clock") if tools.parts.clock else ("delivery",):
        metrics.went_round(loop)
    try:
        async with (
            _doors(tools, emergency.dispatch) as doors,
            _watched(tools, metrics, auditor) as readiness,
        ):
            pages = {PATH: brief.answer, **paper.pages} if brief else {}
            posts = {**doors, **paper.posts} if brief else doors
            web = make_web(posts, pages, readiness.trouble, _figures(metrics, readiness))
            yield Bot(store, delivery, clock, web)
    finally:
        if tools.parts.clock:
            await clock.stop(stop.left())
            await auditor.stop()
        await emergency.stop()
        await delivery.stop(stop.left())
        for side in tools.sides:
            await side.drain(stop.left())


@asynccontextmanager
async def _watched(tools: _Tools, metrics: Metrics, auditor: Auditor) -> AsyncIterator[Readiness]:
    """The bot looks after itself until the block ends."""
    settings, chat = tools.settings, tools.chat
    readiness = Readiness(
        tools.store, chat, metrics.silence, tools.scale, findings=lambda: len(auditor.findings)
    )
    async with aiohttp.ClientSession(trust_env=False) as session:
        alarm = Alarm(
            session, settings.alarm_url.get_secret_value(), settings.heartbeat_url.get_secret_value()
        )
        admins = Admins(tools.voice, chat, alarm.ring, settings.admins, socket.gethostname())
        watch = Watch(readiness.all_trouble, admins.tell, alarm.beat, metrics.in_trouble, metrics.lagged)
        watch.start()
        try:
            yield readiness
        finally:
            await watch.stop()


def _make_brief(tools: _Tools) -> Brief | None:
    """The page of each crisis, where the company says at which address we are reached."""
    url = tools.settings.public_url
    return Brief(tools.store, tools.voice, url, _page_key(tools.settings)) if url else None


def _make_paper(tools: _Tools) -> Paper:
    """The page of each statement; it has addresses only where the company says at which we are reached."""
    return Paper(tools.store, tools.voice, load_channels())


def _page_key(settings: Settings) -> bytes:
    secrets = (settings.feishu_app_secret, settings.slack_signing_secret, settings.slack_bot_token)
    return key(*(each.get_secret_value() for each in secrets))


def _figures(metrics: Metrics, readiness: Readiness) -> Figures:
    async def figures() -> bytes:
        return metrics.exposition(await readiness.health())

    return figures


async def _take_over(store: Store, patience: Patience) -> None:
    """What a process before us held when it died is ours at once, where there can be no other."""
    settle = timedelta(seconds=patience.settle)
    if store.alone and (released := await store.run(lambda work: work.outbox.release_all(settle))):
        log.warning("claims_taken_over", sends=released)


def _ringing(delivery: Delivery) -> Callable[[], None]:
    """Wake the delivery from the store's thread; a commit during a stop wakes nobody."""
    loop = asyncio.get_running_loop()

    def ring() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(delivery.wake)

    return ring


@asynccontextmanager
async def _doors(tools: _Tools, dispatch: Dispatch) -> AsyncIterator[Mapping[str, Endpoint]]:
    """Where people come in, by path; nowhere in a process that only keeps the time."""
    if not tools.parts.web:
        yield {}
        return
    async with tools.joining.doors(dispatch, tools.voice, tools.stop.left) as doors:
        yield doors
