"""That nothing is left without words: same names in both languages, and a word for every name in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from jinja2 import Environment, meta

from bot.chat import Deed
from bot.crisis.checklist import EXTRAS, ITEMS, QUESTIONS, TYPES, YES_NO
from bot.playbooks import shipped
from bot.slack.manifest import USAGE
from handlers import ALIASES, VERBS
from statements.coverage import missing
from statements.text import LANGUAGES, Words
from tests.makers import a_playbook
from timelines.phases import PHASES

ROOT = Path(__file__).resolve().parents[1]
STATEMENTS = ROOT / "statements"
CODE = ("bot", "handlers", "timelines")
HAN = r"[\u4e00-\u9fff]"
MATCH = re.compile(r"(?m)match: (?:'.*?'(?=[,\n]|$)|[^',\n]+,)")
"""A regular expression of the word lists: nobody reads it."""


@pytest.fixture(scope="module")
def words() -> Words:
    return Words.load()


def files(language: str) -> set[str]:
    root = STATEMENTS / language
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def read(language: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((STATEMENTS / language / f"{name}.yaml").read_text("utf-8"))
    return found


def test_both_languages_have_the_same_files() -> None:
    assert files("zh") == files("en")


def test_both_languages_have_the_same_labels() -> None:
    zh, en = read("zh", "labels"), read("en", "labels")

    assert {group: list(held) for group, held in zh.items()} == {
        group: list(held) for group, held in en.items()
    }


@pytest.mark.parametrize("group", ["done", "refused", "problems", "reasons", "history"])
def test_both_languages_have_the_same_sentences(group: str) -> None:
    assert list(read("zh", group)) == list(read("en", group))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_of_a_file_is_given_twice(language: str) -> None:
    """YAML would let the second win in silence."""
    for path in (STATEMENTS / language).glob("*.yaml"):
        _once(yaml.compose(path.read_text("utf-8")), path.name)


def _once(node: Any, place: str) -> None:
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"{place}: {sorted(key for key in keys if keys.count(key) > 1)}"
        for key, value in node.value:
            _once(value, f"{place}: {key.value}")


@pytest.mark.parametrize("group", ["done", "refused", "problems", "reasons", "history"])
def test_both_languages_ask_for_the_same_values(group: str) -> None:
    zh, en = read("zh", group), read("en", group)

    for key in zh:
        assert _values(zh[key]) == _values(en[key]), key


def _values(text: str) -> set[str]:
    environment = Environment(autoescape=False)
    for name in ("at", "time", "day", "count", "percent", "strong", "short", "ago", "clause"):
        environment.filters[name] = str
    return meta.find_undeclared_variables(environment.parse(text)) - {"label", "labels", "language", "mark"}


@pytest.mark.parametrize("name", shipped())
def test_everything_a_playbook_names_has_words(name: str, words: Words) -> None:
    assert missing(words, a_playbook(name)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_of_the_checklist_has_words(language: str, words: Words) -> None:
    keys = {group: set(words.keys(language, group)) for group in ("items", "questions", "headings", "groups")}

    assert {item.name for item in QUESTIONS.values()} <= keys["items"]
    assert {item.name for item in ITEMS} <= keys["questions"]
    assert {item.group for item in ITEMS} <= keys["headings"] & keys["groups"]
    assert {item.name for item in EXTRAS if item.kind == "flag" and item.group == "signs"} == set(
        words.keys(language, "option_flags")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_of_the_checklist_has_words(language: str, words: Words) -> None:
    for item in QUESTIONS.values():
        group = "yes_no" if item.options == YES_NO else f"option_{item.name}"
        if item.options:
            assert set(item.options) <= set(words.keys(language, group)), item.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_and_type_is_explained(language: str, words: Words) -> None:
    for scale in ("severity", "control", "type", "spread"):
        assert words.keys(language, f"about_{scale}") == words.keys(language, f"option_{scale}")
    assert words.keys(language, "about_type") == TYPES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phase_has_a_name(language: str, words: Words) -> None:
    assert {*(name for name, _ in PHASES), "after"} <= set(words.keys(language, "phases"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_in_the_code_has_words(language: str, words: Words) -> None:
    assert set(_codes("Refused", 0)) - set(words.keys(language, "refused")) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_confirmation_in_the_code_has_words(language: str, words: Words) -> None:
    assert set(_codes("done", 0)) - set(words.keys(language, "done")) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_of_a_field_has_words(language: str, words: Words) -> None:
    codes = {*_codes("BadAnswer", 1), *_codes("BadFigure", 0)}

    assert codes - set(words.keys(language, "problems")) == set()


def _codes(called: str, place: int) -> Iterator[str]:
    """The literal codes with which something is called anywhere in the code."""
    for root in CODE:
        for path in (ROOT / root).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) == called and len(node.args) > place:
                    yield from _literals(node.args[place])


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _literals(node: ast.expr) -> Iterator[str]:
    """Text, or either branch of a choice between texts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_is_explained(language: str) -> None:
    shown = (STATEMENTS / language / "team" / "help.j2").read_text("utf-8")

    for verb in VERBS:
        if verb not in ("", "outside", "hello"):
            assert re.search(rf"(?<![a-z]){verb}(?![a-z])", shown), verb


def test_the_chinese_verbs_that_are_explained_are_understood() -> None:
    shown = (STATEMENTS / "zh" / "team" / "help.j2").read_text("utf-8")

    for word, verb in re.findall(r"^\*\*(\S+)\*\*.*（(\w+)）$", shown, re.MULTILINE):
        assert ALIASES[word] == verb


def test_chinese_has_full_width_punctuation() -> None:
    for path in (STATEMENTS / "zh").rglob("*.*"):
        for number, row in enumerate(path.read_text("utf-8").splitlines(), start=1):
            words_alone = re.sub(r"{[{%].*?[%}]}", "", row)
            assert not re.search(rf"{HAN}[,;:?!()]|[,;:?!()]{HAN}", _said(words_alone)), (
                f"{path.name}:{number}"
            )


def _said(row: str) -> str:
    """Without the YAML key, whose colon is not punctuation, and without what is only looked for."""
    return re.sub(r"^\s*[\w.\"]+:\s", "", MATCH.sub("", row))


def test_english_has_no_chinese_in_it() -> None:
    for path in (STATEMENTS / "en").rglob("*.*"):
        assert not re.search(HAN, MATCH.sub("", path.read_text("utf-8"))), path.name


def test_every_verb_that_slack_shows_while_one_types_is_one() -> None:
    """The manifest's hint stands in the composer of every member: what it names has to work."""
    shown = [verb for pair in USAGE.split("|") for verb in pair.split()]
    assert [verb for verb in shown if ALIASES.get(verb, verb) not in VERBS] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", ["given_up", "given_up_next"])
def test_everything_the_bot_does_has_words_for_when_it_could_not(
    group: str, language: str, words: Words
) -> None:
    assert {*get_args(Deed), "other"} == set(words.keys(language, group))
