"""A playbook with a mistake is refused, with the line and what to do."""

from pathlib import Path

import pytest

from bot.playbooks import PlaybookError, load, shipped

HEAD = "extends: service_network\nname: ours\n"


def refused(tmp_path, text):
    path = tmp_path / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlaybookError) as error:
        load(path)
    return [(each.line, each.what) for each in error.value.problems if each.file == str(path)]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("colour: red", 3, "`colour` is not known; check the spelling or take it out"),
        ("remind_minutes: soon", 3, "`remind_minutes`: Input should be a valid integer"),
        ("remind_minutes: 0", 3, "`remind_minutes`: Input should be greater than 0"),
        ("standing:\n  - ceo\n  - king", 5, "no role is called 'king'; use one of ceo, cmo, cto"),
        ("standing: [ceo]\nstanding: [cmo]", 4, "`standing` is given twice; keep one"),
        ("next_in_command:\n  ceo: king", 4, "no role is called 'king'"),
        (
            "auto_grade: {after_minutes: 15, grace_minutes: 5,\n  floor: purple}",
            4,
            "no grade is called 'purple'",
        ),
        (
            "tasks:\n  cake_baked: {role: ceo, done_when: it_is_hot}",
            4,
            "`tasks.cake_baked.done_when`: Input should be 'checklist_complete', 'graded'",
        ),
        ("tasks:\n  cake_baked: {role: baker}", 4, "no role is called 'baker'"),
        (
            "checkpoints:\n  - name: 5min\n    minutes: 5\n    tasks: [cake_eaten]",
            6,
            "no task is called 'cake_eaten'; use one of checklist_filled, committee_told",
        ),
        (
            "checkpoints:\n  - {name: a, minutes: 9, tasks: []}\n  - {name: b, minutes: 9, tasks: []}",
            5,
            "must be later than a",
        ),
        ("cadence:\n  - {name: a, every_hours: 4, until_hours: 24}", 4, "must end after 24 hours"),
        ("final_report_hours: 100", 3, "the final report comes at 2880 hours or later"),
        (
            "rules:\n  - name: a\n    when: {weather: bad}\n    up: 1",
            5,
            "no fact is called 'weather'; known are",
        ),
        ("rules:\n  - name: a\n    when: {complaint: bad}\n    up: 1", 5, "no fact is called 'complaint'"),
        (
            "rules:\n  - name: a\n    when: {injury: bruise}\n    up: 1",
            5,
            "`rules.0.when`: injury is never 'bruise'; it may be none, heavy_loss, injury, death",
        ),
        ("rules:\n  - name: a\n    when: {}\n    up: 1", 5, "name at least one fact"),
        (
            "rules:\n  - name: a\n    when: {views: 1000}\n    up: 1",
            5,
            "views is a figure; write `views: {above: 50}`",
        ),
        (
            "rules:\n  - name: a\n    when: {severity: {at_least: S9}}\n    up: 1",
            5,
            "severity cannot be at_least 'S9'; write `at_least` and one of S1, S2, S3, S4, S5",
        ),
        (
            "rules:\n  - name: a\n    when: {severity: {below: S3}}\n    up: 1",
            5,
            "compare severity with one of `at_least` or `above`",
        ),
        (
            "rules:\n  - name: a\n    when: {media: {above: none}}\n    up: 1",
            5,
            "media cannot be above 'none'; list the values: none, self_media",
        ),
        (
            "rules:\n  - name: a\n    when: {severity: [S1, S2]}\n    at_least: orange",
            5,
            "write `severity: {at_least: S1}`, or a worse one had a lower grade",
        ),
        (
            "rules:\n  - name: a\n    when: {hot_list: yes}\n    at_least: pink",
            6,
            "no grade is called 'pink'",
        ),
        (
            "rules:\n  - name: a\n    when: {hot_list: yes}",
            4,
            "a has no effect; add `at_least`, `up` or `warning`",
        ),
        (
            "rules:\n  - {name: a, when: {hot_list: yes}, up: 1}\n"
            "  - {name: b, when: {hot_list: yes}, at_least: red}",
            5,
            "b must stand before a: `up` counts after every `at_least`",
        ),
        (
            "rules:\n  - {name: a, when: {hot_list: yes}, up: 1, at_least: red}",
            4,
            "a has both `at_least` and `up`; make it two rules",
        ),
        ("spread:\n  - {level: L1, views: 5}", 4, "the lowest level begins at 0 views"),
        ("matrix:\n  - {spread: L9, severity: any, control: any, grade: red}", 4, "no level is called 'L9'"),
        (
            "matrix:\n  - {spread: L1, severity: any, control: any, grade: red}\n"
            "  - {spread: L2, severity: any, control: any, grade: green}",
            3,
            "L2/S1/C1 is green, but L1/S1/C1 is red; raise it",
        ),
        (
            "matrix:\n  - {spread: any, severity: S1, control: any, grade: red}\n"
            "  - {spread: L2, severity: [S1, S2], control: C1, grade: green}",
            5,
            "covers a cell that an earlier line calls red; split the lines",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_do(tmp_path, text, line, what):
    found = refused(tmp_path, HEAD + text + "\n")
    assert found[0][0] == line
    assert what in found[0][1]


def test_all_mistakes_are_told_at_once(tmp_path):
    found = refused(tmp_path, HEAD + "standing: [king]\nremind_minutes: 5\nfinal_report_hours: 1\n")
    assert [line for line, _ in found] == [3, 5]


def test_broken_yaml_is_told_with_its_line(tmp_path):
    assert refused(tmp_path, "name: ours\nroles: [ceo\ncmo: x\n")[0][0] == 3


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, text):
    assert refused(tmp_path, text) == [(1, "must be a list of `key: value` lines")]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PlaybookError, match="cannot be read"):
        load(tmp_path / "nowhere.yaml")


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(PlaybookError, match="use automaker_levels, new_media, service_network"):
        load("hospital")


def test_a_file_that_extends_itself_is_refused(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text("extends: ours.yaml\nname: ours\n", encoding="utf-8")
    with pytest.raises(PlaybookError, match="extends itself"):
        load(path)


def test_a_mistake_in_what_is_extended_names_that_file(tmp_path):
    (tmp_path / "base.yaml").write_text(HEAD + "standing: [king]\n", encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(
        "extends: base.yaml\nname: ours\nreading_minutes: 10\n", encoding="utf-8"
    )
    with pytest.raises(PlaybookError) as error:
        load(tmp_path / "ours.yaml")
    assert [(Path(each.file).name, each.line) for each in error.value.problems] == [("base.yaml", 3)]


def test_a_company_changes_only_what_differs(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(HEAD + "remind_minutes: 10\n", encoding="utf-8")
    ours, base = load(path), load("service_network")
    assert (ours.name, ours.remind_minutes) == ("ours", 10)
    assert ours.grades == base.grades


def test_names_may_be_written_with_a_hyphen():
    assert load("automaker-levels") == load("automaker_levels")
    assert shipped() == ("automaker_levels", "new_media", "service_network")


def test_who_speaks_is_the_playbooks_to_say(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(HEAD + "speaks: head_office_pr\n", encoding="utf-8")
    assert (load("service_network").speaks, load(path).speaks) == ("spokesperson", "head_office_pr")
    ((line, what),) = refused(tmp_path, HEAD + "speaks: king\n")
    assert (line, what.split(";")[0]) == (3, "no role is called 'king'")
