"""What the doctor looks at on the company's own site: whether it hears the bot and believes its signature."""

from __future__ import annotations

from bot.app import make_hook
from bot.chat import ChatError
from bot.cli.doctor_finding import Finding
from bot.settings import Settings

REMEDIES = {
    "site:http_401": "is GOLDENHOUR_HOOK_SECRET the one that the site has?",
    "site:http_403": "is GOLDENHOUR_HOOK_SECRET the one that the site has?",
    "site:http_404": "is GOLDENHOUR_HOOK_URL right?",
    "site:not_connected": "is GOLDENHOUR_HOOK_URL right, and can it be reached from here?",
}


async def look(settings: Settings) -> Finding:
    """Asks with a signed ping, which puts nothing on the site."""
    hook = make_hook(settings)
    if hook is None:
        says = "statements are put on the site by hand; set GOLDENHOUR_HOOK_URL and GOLDENHOUR_HOOK_SECRET"
        return Finding("site", True, says, note=True)
    try:
        await hook.ping()
    except ChatError as error:
        unknown = "docs/webhooks.md says what the site should answer"
        return Finding("site", False, f"{error.code}: {REMEDIES.get(error.code, unknown)}")
    finally:
        await hook.close()
    return Finding("site", True, "took a signed ping")
