"""Templates and what they may call: the only place where Feishu's cards meet HTML."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup

from sandbox.feishu import hands
from sandbox.feishu.page import chart, markdown
from sandbox.page import render
from sandbox.page.render import Pen

HERE = Path(__file__).parent
WEB = ("http://", "https://")


def environment() -> Environment:
    """The page's own templates before those of every chat page; everything is escaped."""
    env = render.environment()
    env.loader = ChoiceLoader([FileSystemLoader(HERE / "templates"), *filter(None, [env.loader])])
    return env


def words() -> dict[str, dict[str, Any]]:
    """The page's own words by language."""
    return yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class CardPen(Pen):
    """What a template needs to draw a card for one reader."""

    def text(self, thing: Any) -> Markup:
        """A text object of either kind; a bare string counts as plain."""
        if isinstance(thing, dict) and thing.get("tag") in ("lark_md", "markdown"):
            return self.markdown(str(thing.get("content") or ""))
        return markdown.words(
            str(thing.get("content") or "") if isinstance(thing, dict) else str(thing or "")
        )

    def markdown(self, content: str) -> Markup:
        """Markdown as HTML."""
        return markdown.to_html(content, self.reader)

    def bare(self, thing: Any) -> str:
        """A text without its look."""
        content = str((thing or {}).get("content") or "") if isinstance(thing, dict) else str(thing or "")
        return markdown.bare(content, self.reader)

    def chart(self, spec: dict[str, Any]) -> chart.Line | None:
        """A chart that this page can draw."""
        return chart.line(spec)

    def value(self, node: dict[str, Any]) -> str:
        """What a button sends to the app, as JSON; "" when it sends nothing."""
        value = hands.callback_value(node)
        return "" if value is None else json.dumps(value, ensure_ascii=False)

    def address(self, node: dict[str, Any]) -> str:
        """Where a button leads, "" when nowhere, or where something could run."""
        for behaviour in node.get("behaviors") or []:
            url = str(behaviour.get("default_url") or "")
            if behaviour["type"] == "open_url" and url.startswith(WEB):
                return url
        return ""

    def held(self, field: dict[str, Any]) -> Any:
        """What stands in a field when its card arrives."""
        value = hands.prefilled(field)
        if field["tag"] == "select_static":
            return [value] if value else []
        return value or ([] if field["tag"] == "multi_select_static" else "")

    def print_of(self, part: dict[str, Any]) -> str:
        """By which a form is known to be the same: Feishu draws a changed one anew, with what it prefills."""
        told = json.dumps(part, sort_keys=True).encode()
        return hashlib.blake2s(told, digest_size=6).hexdigest()
