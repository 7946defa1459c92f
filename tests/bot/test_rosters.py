"""Who holds which role; a roster with a mistake is refused before anybody is paged."""

from pathlib import Path

import pytest

from bot.rosters import RosterError, load_roster

EXAMPLE = Path(__file__).parent.parent.parent / "roster.example.yaml"
PEOPLE = """people:
  wang: {name: 王敏, slack: U04}
  emma: {name: Emma Clarke, email: emma.clarke@example.com, language: en}
"""


def written(tmp_path, text):
    path = tmp_path / "roster.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_names_fifteen_people():
    roster = load_roster(EXAMPLE)
    assert [(person.slack, person.name, person.language) for person in roster.people.values()] == [
        ("U01", "陈志远", "zh"),
        ("U02", "林若溪", "zh"),
        ("U03", "周立群", "zh"),
        ("U04", "王敏", "zh"),
        ("U05", "赵清和", "zh"),
        ("U06", "刘洋", "zh"),
        ("U07", "孙建国", "zh"),
        ("U08", "何俊", "zh"),
        ("U09", "吴倩", "zh"),
        ("U10", "Emma Clarke", "en"),
        ("U11", "郑凯", "zh"),
        ("U12", "唐雪", "zh"),
        ("U13", "马跃", "zh"),
        ("U14", "David Okafor", "en"),
        ("U15", "许诺", "zh"),
    ]
    assert roster.on("slack", "U14", "zh").roles == {"legal_director"}


def test_holders_come_before_their_deputies(tmp_path):
    roster = load_roster(written(tmp_path, PEOPLE + "roles:\n  ceo: [emma, wang]\n  cmo: wang\n"))
    assert roster.holders == {"ceo": ("emma", "wang"), "cmo": ("wang",)}
    assert roster.people["wang"].roles == {"ceo", "cmo"}
    assert roster.people["wang"].language == "zh"


def test_the_roles_may_be_those_of_another_playbook(tmp_path):
    path = written(tmp_path, PEOPLE + "roles:\n  harbour_master: wang\n")
    assert load_roster(path, ["harbour_master"]).holders == {"harbour_master": ("wang",)}


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("roles:\n  king: wang", 5, "no role is called 'king'; use one of ceo, cmo, cto"),
        ("roles:\n  ceo: []", 5, "nobody holds ceo; name a person, or take the line out"),
        ("roles:\n  ceo:", 5, "`roles.ceo`: Input should be a valid list"),
        (
            "roles:\n  ceo:\n    - wang\n    - wong",
            7,
            "'wong' is not among `people`; add them, or mend the spelling",
        ),
        ("roles:\n  ceo: [wang, wang]", 5, "wang is named twice for ceo; keep one"),
        ("roles:\n  ceo: wang\n  ceo: emma", 6, "`ceo` is given twice; keep one"),
        ("  wang: {name: Other, slack: U05}\nroles: {}", 4, "`wang` is given twice; keep one"),
        ("  wu:\n    name: 吴倩\n    slack: U04\nroles: {}", 6, "wang has the slack U04 already"),
        (
            "  wu: {name: 吴倩, email: Emma.Clarke@example.com}\nroles: {}",
            4,
            "emma has the email Emma.Clarke@example.com already; each person has their own",
        ),
        ("  wu: {name: 吴倩}\nroles: {}", 4, "吴倩 cannot be reached; add `slack`, `feishu` or `email`"),
        ("  wu: {name: 吴倩, slack: U09, language: fr}\nroles: {}", 4, "Input should be 'zh' or 'en'"),
        ("  wu: {name: 吴倩, slack: '@wu'}\nroles: {}", 4, "`people.wu.slack`"),
        ("  wu: {name: 吴倩, email: wu}\nroles: {}", 4, "`people.wu.email`"),
        ("  wu: {slack: U09}\nroles: {}", 4, "`people.wu.name` is missing; add it"),
        ("  wu: {name: 吴倩, slack: U09, phone: 1}\nroles: {}", 4, "`people.wu.phone` is not known"),
        ("  room: {name: 吴倩, slack: U09}\nroles: {}", 4, "'room' cannot be a person's id; choose another"),
        ("", 1, "`roles` is missing; add it"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_do(tmp_path, text, line, what):
    with pytest.raises(RosterError) as error:
        load_roster(written(tmp_path, PEOPLE + text + "\n"))
    assert error.value.problems[0].line == line
    assert what in error.value.problems[0].what


def test_a_roster_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RosterError, match="cannot be read"):
        load_roster(tmp_path / "roster.yaml")


COMPANY = "company: {name: 星途汽车%s}\n"


@pytest.mark.parametrize(
    ("given", "channels"),
    [
        pytest.param("", 9, id="all, where nothing is said"),
        pytest.param(", channels: [press, site]", 2, id="those it names"),
    ],
)
def test_a_company_publishes_on_the_channels_that_it_names(tmp_path, given, channels):
    found = load_roster(
        written(tmp_path, COMPANY % given + PEOPLE + "roles:\n  ceo: wang\n")
    ).company.channels
    assert (len(found), found[0]) == (channels, "site")


def test_a_channel_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(RosterError, match="no channel is called 'myspace'; use one of site, weibo"):
        load_roster(written(tmp_path, COMPANY % ", channels: [myspace]" + PEOPLE + "roles:\n  ceo: wang\n"))
