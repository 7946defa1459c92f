"""What the doctor looks at on Feishu: settings, app, scopes, subscriptions, who can be reached, the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace

from bot.chat import ChatError
from bot.cli.doctor_finding import Finding, the_clock
from bot.crisis.people import Person, Roster
from bot.feishu.calls import Calls
from bot.feishu.client import FeishuChat
from bot.feishu.errors import REMEDIES
from bot.feishu.installed import Subscribed, granted, subscribed
from bot.feishu.manifest import CALLBACKS, EVENTS, MENU, PATH, SEES_ITSELF, Scope, lacking, page, scopes
from bot.feishu.people import Directory
from bot.http import NOT_ANSWERED
from bot.settings import Settings

CLOCK_MOST = 120
"""Seconds by which our clock may differ from Feishu's; we take its signatures for 600."""

BY_HAND = f"look under 'Events & Callbacks' for {', '.join([*EVENTS, *CALLBACKS])}; their URL ends in {PATH}"


async def look(settings: Settings, roster: Roster) -> list[Finding]:
    """Everything that can be asked of Feishu, and what has to be looked at by hand."""
    way_in = _way_in(settings)
    if not way_in.well:
        return [way_in]
    secret = settings.feishu_app_secret.get_secret_value()
    calls = Calls(settings.feishu_app_id, secret, settings.feishu_base_url)
    try:
        return [way_in, *[each async for each in _asked(settings, roster, calls)]]
    finally:
        await calls.close()


def _way_in(settings: Settings) -> Finding:
    values = {
        "FEISHU_APP_ID": settings.feishu_app_id,
        "FEISHU_APP_SECRET": settings.feishu_app_secret.get_secret_value(),
        "FEISHU_VERIFICATION_TOKEN": settings.feishu_verification_token.get_secret_value(),
    }
    if missing := [name for name, value in values.items() if not value]:
        return Finding("feishu way in", False, f"set {', '.join(missing)}; docs/feishu.md says where each is")
    if not settings.feishu_encrypt_key.get_secret_value():
        says = f"HTTP, POST {PATH}, in the clear and not signed; set an Encrypt Key and FEISHU_ENCRYPT_KEY"
        return Finding("feishu way in", True, says, note=True)
    return Finding("feishu way in", True, f"HTTP, POST {PATH}, encrypted and signed")


async def _asked(settings: Settings, roster: Roster, calls: Calls) -> AsyncIterator[Finding]:
    try:
        who = await FeishuChat(calls, roster.person).check()
    except ChatError as error:
        yield Finding("feishu app", False, _what_to_do(error))
        return
    yield Finding("feishu app", True, who)
    try:
        given = await granted(calls)
        yield _scopes(settings, given)
    except ChatError as error:
        given = frozenset()
        says = f"could not be asked ({error.code}): compare with `goldenhour manifest feishu`"
        yield Finding("feishu scopes", True, says, note=True)
    yield await _events(calls, given)
    yield await _people(settings, roster, calls)
    yield _urgent(settings)
    yield _menu()
    yield await _clock(settings, calls)


def _what_to_do(error: ChatError) -> str:
    unknown = "See 'When something does not work' in docs/feishu.md."
    unreached = "Is FEISHU_BASE_URL right, and can it be reached from here?"
    return f"{error.code}. {REMEDIES.get(error.code, unknown if error.permanent else unreached)}"


def _scopes(settings: Settings, given: Collection[str]) -> Finding:
    """What is missing, each with what it is for, and the page that asks for all of it at one press."""
    missing = lacking(given, settings.feishu_urgent)
    needed, spare = [one for one in missing if not one.spare], [one for one in missing if one.spare]
    if needed:
        link = page(settings.feishu_base_url, settings.feishu_app_id, [one.name for one in missing])
        says = f"missing {_listed(needed)}. Ask for them at {link} , then publish a new version"
        return Finding("feishu scopes", False, says)
    count = len(scopes(settings.feishu_urgent))
    if spare:
        says = f"{count - len(spare)} granted, all that is needed; without {_listed(spare)}"
        return Finding("feishu scopes", True, says, note=True)
    return Finding("feishu scopes", True, f"all {count} granted")


def _listed(some: Sequence[Scope]) -> str:
    return "; ".join(f"{one.name} ({one.why})" for one in some)


async def _events(calls: Calls, given: Collection[str]) -> Finding:
    if SEES_ITSELF not in given:
        return Finding("feishu events", True, f"may not be asked without {SEES_ITSELF}: {BY_HAND}", note=True)
    try:
        hears = await subscribed(calls)
    except ChatError as error:
        return Finding("feishu events", True, f"could not be asked ({error.code}): {BY_HAND}", note=True)
    if wrong := list(_wrong_in(hears)):
        return Finding("feishu events", False, f"{'; '.join(wrong)}. Mend it, then publish a new version")
    return Finding("feishu events", True, f"all {len(EVENTS)}, and cards, in version {hears.version}")


def _wrong_in(hears: Subscribed) -> list[str]:
    if not hears.version:
        return ["no version of the app is published"]
    wrong = [
        f"event {kind} ({EVENTS[kind]}) is not subscribed" for kind in EVENTS if kind not in hears.events
    ]
    wrong += [
        f"callback {kind} ({CALLBACKS[kind]}) is not subscribed: no button in a card works"
        for kind in CALLBACKS
        if kind not in hears.callbacks
    ]
    if not hears.url.endswith(PATH):
        wrong.append(f"callbacks go to {hears.url or 'no URL'}, which should end in {PATH}")
    return wrong


async def _people(settings: Settings, roster: Roster, calls: Calls) -> Finding:
    """Who of the roster Feishu finds: our app sees nobody outside its range, and an open_id is another for each app."""

    def by_email(person: str) -> Person:
        return replace(roster.person(person), feishu=None)

    people = roster.people.values()
    try:
        found, _ = await Directory(calls, by_email).members([one.id for one in people if one.email])
    except ChatError as error:
        return Finding("feishu people", False, _what_to_do(error))
    is_there = {person: open_id for open_id, person in found.items()}
    other = [one.id for one in people if one.feishu and is_there.get(one.id, one.feishu) != one.feishu]
    lost = [one.id for one in people if not (one.feishu or is_there.get(one.id))]
    if other:
        says = f"`feishu` of {', '.join(other)} is of another app, or another person's: leave it out"
        return Finding("feishu people", False, says)
    return _lost(lost, len(people), elsewhere=bool(settings.slack_bot_token.get_secret_value()))


def _lost(lost: Collection[str], everybody: int, *, elsewhere: bool) -> Finding:
    """elsewhere: the company is on Slack, too, and who is missing here may be there."""
    if not lost:
        return Finding("feishu people", True, f"all {everybody} can be reached")
    says = (
        f"{everybody - len(lost)} of {everybody} can be reached; not {', '.join(lost)}. Is the e-mail the one they "
        "have in Feishu, and are they in the app's availability range?"
    )
    return Finding("feishu people", elsewhere, says, note=elsewhere)


def _urgent(settings: Settings) -> Finding:
    levels = settings.feishu_urgent
    if not levels:
        return Finding("feishu urgent", True, "off: a page is a message like any other", note=True)
    billed = [level for level in levels if level != "app"]
    says = f"{', '.join(levels)}{': Feishu bills ' + ' and '.join(billed) if billed else ''}"
    return Finding("feishu urgent", True, says, note=bool(billed))


def _menu() -> Finding:
    keys = ", ".join(entry.key for entry in MENU)
    says = f"cannot be asked: in the private chat with the bot, are there {len(MENU)} entries (keys {keys})?"
    return Finding("feishu menu", True, says, note=True)


async def _clock(settings: Settings, calls: Calls) -> Finding:
    headers: dict[str, str] = {}
    try:
        async with calls.session.head(settings.feishu_base_url, allow_redirects=False) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
    except NOT_ANSWERED:
        pass
    return the_clock("feishu clock", "Feishu", headers, CLOCK_MOST)
