"""How grave it is: from the checklist to a grade, with every reason in the order in which it was applied.

Doubt counts first, then the spread, then the matrix, then the rules (S3, domain 2). No grade is known here
by its name: cells, signs and rules are the playbook's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.crisis.checklist import CONTROLS, SEVERITIES, UNKNOWN, Checklist
from bot.crisis.playbook import Cell, Playbook, Rule, Sign

_LEVELS: Mapping[str, tuple[str, ...]] = {"severity": SEVERITIES, "control": CONTROLS}


@dataclass(frozen=True)
class Reason:
    """One step of the judgement as data; the sentence people read is in `statements/*/labels.yaml`.

    code: level_unsure, level_missing, views_unknown, spread_by_views, spread_sign, cell_listed, cell_filled,
    lowest_grade, rule, or the caller's own from `at_least`. params: JSON-safe values.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """A grade and why. spread, severity, control: the levels that counted, after doubt and signs.

    listed: the cell is one of the published ones (domain 2.2). warnings: keys of words.
    ask_readings: the views are to be asked for again every `Playbook.reading_minutes`.
    """

    grade: str
    spread: str
    severity: str
    control: str
    listed: bool
    reasons: tuple[Reason, ...]
    warnings: tuple[str, ...] = ()
    ask_readings: bool = False


def judge(checklist: Checklist, playbook: Playbook) -> Verdict:
    """The grade by the policy (S3, domain 2.1 to 2.4). Never fails: what is missing counts as doubt."""
    severity, doubt = _judged_level(checklist, "severity")
    control, more_doubt = _judged_level(checklist, "control")
    spread, seen = _spread(checklist, playbook)
    facts = {**checklist.answers, "spread": spread, "severity": severity, "control": control}
    start = _starting_verdict(playbook, spread, severity, control)
    verdict = replace(start, reasons=(*doubt, *more_doubt, *seen, *start.reasons))
    for rule in fired(playbook.rules, facts):
        verdict = _after(rule, verdict, facts, playbook)
    return verdict


def at_least(verdict: Verdict, grade: str, playbook: Playbook, reason: str) -> Verdict:
    """The same verdict, but not below a grade: the bot's own judgement at 15 minutes (S3, domain 1).

    reason: code of the reason added at the end. Raises KeyError for a grade the playbook does not have.
    """
    raised = max(verdict.grade, grade, key=playbook.rank)
    why = Reason(reason, _step(verdict.grade, raised))
    return replace(verdict, grade=raised, reasons=(*verdict.reasons, why))


def has_enough(checklist: Checklist, playbook: Playbook) -> bool:
    """Whether a grade would rest on something: both levels judged (or doubted), or a rule already raises it.

    A level that nobody has thought about makes no rule fire here, though `judge` must count it as something.
    """
    if all(_is_judged(checklist, scale) for scale in _LEVELS):
        return True
    judged = {scale: _judged_level(checklist, scale)[0] for scale in _LEVELS if _is_judged(checklist, scale)}
    facts = {**checklist.answers, "spread": _spread(checklist, playbook)[0], **judged}
    return any(rule.floor or rule.up for rule in fired(playbook.rules, facts))


def spread_levels(playbook: Playbook) -> tuple[str, ...]:
    """Names of the playbook's levels of spread, L1 lowest."""
    return tuple(f"L{place}" for place in range(1, len(playbook.spread_views) + 1))


def cell_grade(playbook: Playbook, spread: str, severity: str, control: str) -> tuple[str, bool]:
    """The matrix's grade for three levels, and whether the cell is a published one.

    Cells which the source leaves open are one grade above the highest listed cell at or below them in all
    three, but never above the lowest listed cell at or above (domain 2.2): so no dimension can lower a grade.
    """
    here = (spread, severity, control)
    for cell in playbook.matrix:
        if _covers(cell, here):
            return cell.grade, True
    top = len(playbook.grades) - 1
    below = [playbook.rank(cell.grade) + 1 for cell in playbook.matrix if _reaches_below(cell, here)]
    above = [playbook.rank(cell.grade) for cell in playbook.matrix if _reaches_above(cell, here)]
    return playbook.grades[min(max(below, default=0), min(above, default=top), top)].name, False


def fired(rules: Iterable[Rule], facts: Mapping[str, Any]) -> Iterable[Rule]:
    """The rules whose signs are all there, in their order."""
    return (rule for rule in rules if all(holds(sign, facts) for sign in rule.when))


def holds(sign: Sign, facts: Mapping[str, Any]) -> bool:
    """Whether the facts show this sign. What nobody knows shows nothing."""
    value = facts.get(sign.fact)
    if value is None or value in (UNKNOWN, "", []):
        return False
    if sign.values:
        return not _words(value).isdisjoint(sign.values)
    if sign.at_least is not None:
        return bool(value >= sign.at_least)
    return sign.above is not None and bool(value > sign.above)


def _is_judged(checklist: Checklist, scale: str) -> bool:
    """Somebody has thought about it: a level, or "not sure"."""
    return checklist.get(scale) is not None or checklist.get(f"{scale}_unsure") is True


def _judged_level(checklist: Checklist, scale: str) -> tuple[str, tuple[Reason, ...]]:
    """The level that counts: doubt is one level up, and no answer is doubt about the lowest (domain 2.3)."""
    levels = _LEVELS[scale]
    given = checklist.get(scale) if checklist.has(scale) else None
    if given and checklist.get(f"{scale}_unsure") is not True:
        return str(given), ()
    level = levels[min(levels.index(given or levels[0]) + 1, len(levels) - 1)]
    code = "level_unsure" if given else "level_missing"
    return level, (Reason(code, {"scale": scale, **_step(given or levels[0], level)}),)


def _spread(checklist: Checklist, playbook: Playbook) -> tuple[str, tuple[Reason, ...]]:
    """The spread by views, then by the signs that say it has got further (domain 2.1)."""
    levels = spread_levels(playbook)
    views = checklist.get("views") if checklist.has("views") else None
    reached = [
        level for level, least in zip(levels, playbook.spread_views, strict=True) if (views or 0) >= least
    ]
    level = reached[-1] if reached else levels[0]
    by_views = {"level": level} if views is None else {"views": views, "level": level}
    reasons = [Reason("views_unknown" if views is None else "spread_by_views", by_views)]
    for sign in playbook.spread_signs:
        if holds(sign.when, checklist.answers):
            higher = max(level, sign.level)
            reasons.append(
                Reason("spread_sign", {**_shown([sign.when], checklist.answers), **_step(level, higher)})
            )
            level = higher
    return level, tuple(reasons)


def _starting_verdict(playbook: Playbook, spread: str, severity: str, control: str) -> Verdict:
    """The grade before any rule: the cell's, or the lowest where the policy has no matrix."""
    if not playbook.matrix:
        lowest = playbook.grades[0].name
        why = Reason("lowest_grade", {"grade": lowest})
        return Verdict(lowest, spread, severity, control, False, (why,))
    grade, listed = cell_grade(playbook, spread, severity, control)
    cell = {"spread": spread, "severity": severity, "control": control, "grade": grade}
    why = Reason("cell_listed" if listed else "cell_filled", cell)
    return Verdict(grade, spread, severity, control, listed, (why,))


def _after(rule: Rule, verdict: Verdict, facts: Mapping[str, Any], playbook: Playbook) -> Verdict:
    """The verdict after one rule that fired; one which changes nothing is told all the same (domain 2.3)."""
    floor = playbook.rank(rule.floor) if rule.floor else 0
    rank = max(min(playbook.rank(verdict.grade) + rule.up, len(playbook.grades) - 1), floor)
    grade = playbook.grades[rank].name
    effect = "floor" if rule.floor else "up" if rule.up else "tell"
    params = {"rule": rule.name, "effect": effect, **_shown(rule.when, facts), **_step(verdict.grade, grade)}
    warnings = dict.fromkeys((*verdict.warnings, *([rule.warning] if rule.warning else [])))
    return replace(
        verdict,
        grade=grade,
        reasons=(*verdict.reasons, Reason("rule", params)),
        warnings=tuple(warnings),
        ask_readings=verdict.ask_readings or rule.ask_readings,
    )


def _shown(signs: Iterable[Sign], facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"signs": {sign.fact: facts[sign.fact] for sign in signs}}


def _step(before: str, after: str) -> dict[str, Any]:
    return {"from": before, "to": after, "changed": before != after}


def _words(value: Any) -> set[str]:
    if isinstance(value, bool):
        return {"yes" if value else "no"}
    return set(value) if isinstance(value, list | tuple) else {value}


def _scales(cell: Cell) -> tuple[tuple[str, ...], ...]:
    return cell.spread, cell.severity, cell.control


def _covers(cell: Cell, here: tuple[str, ...]) -> bool:
    return all(level in levels for level, levels in zip(here, _scales(cell), strict=True))


def _reaches_below(cell: Cell, here: tuple[str, ...]) -> bool:
    return all(min(levels) <= level for level, levels in zip(here, _scales(cell), strict=True))


def _reaches_above(cell: Cell, here: tuple[str, ...]) -> bool:
    return all(max(levels) >= level for level, levels in zip(here, _scales(cell), strict=True))
