"""`goldenhour grade`: the policy alone, from JSON to JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from bot.crisis.checklist import QUESTIONS, BadAnswer, BadAnswers, Checklist, read_answers
from bot.crisis.grading import judge
from bot.crisis.playbook import Playbook
from bot.marked_yaml import BadFile
from bot.playbooks import load
from statements.cards import problem
from statements.history import reason, warning
from statements.text import Words


@click.command()
@click.option("--playbook", default="service_network", show_default=True, metavar="NAME", help="The policy.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def grade(playbook: str, language: str) -> None:
    """Grade answers read from standard input: one JSON object, or a list of them.

    Keys are the checklist's, as in the guide to playbooks. A bad key or value ends with exit code 2.
    """
    try:
        policy = load(playbook)
    except BadFile as error:
        _refuse(str(error))
    words = Words.load()
    given = _read()
    many = given if isinstance(given, list) else [given]
    verdicts = [_judged(one, place, policy, words, language) for place, one in enumerate(many)]
    shown = verdicts if isinstance(given, list) else verdicts[0]
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))


def _read() -> Any:
    try:
        return json.load(sys.stdin)
    except (ValueError, UnicodeDecodeError) as error:
        _refuse(f"Standard input is not JSON: {error}")


def _judged(given: Any, place: int, policy: Playbook, words: Words, language: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        _refuse(f"Entry {place + 1} is no JSON object but {type(given).__name__}.")
    try:
        answers = read_answers(given, datetime.now(UTC))
    except BadAnswers as bad:
        _refuse("\n".join(f"Entry {place + 1}: {_wrong(error, words, language)}" for error in bad.errors))
    verdict = judge(Checklist(answers), policy)
    return {
        "grade": verdict.grade,
        "spread": verdict.spread,
        "severity": verdict.severity,
        "control": verdict.control,
        "listed": verdict.listed,
        "reasons": [reason(language, why.code, why.params, words) for why in verdict.reasons],
        "warnings": [warning(language, key, words) for key in verdict.warnings],
    }


def _wrong(error: BadAnswer, words: Words, language: str) -> str:
    if error.code == "unknown_key":
        return f"{error.field!r} is no key; these are: {', '.join(QUESTIONS)}."
    return f"{error.field!r}: {problem(language, error.code, error.params, words)}"


def _refuse(sentence: str) -> Any:
    click.echo(sentence, err=True)
    raise SystemExit(2)
