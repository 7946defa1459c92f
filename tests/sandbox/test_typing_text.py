"""Names a person types become what Slack sends."""

from datetime import UTC, datetime

import pytest

from sandbox.typing_text import as_command_text, as_message
from sandbox.world import make_world

WORLD = make_world(lambda: datetime(2026, 12, 1, 6, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("A & B <c>", "A &amp; B &lt;c&gt;"),
        ("@王敏请看", "<@U04>请看"),
        ("hi @Emma Clarke!", "hi <@U10>!"),
        ("<@U04> in <#C002>", "<@U04> in <#C002>"),
        ("@channel now", "<!channel> now"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("see #service-network", "see <#C002>"),
        ("mail a@goldenhour.example", "mail a@goldenhour.example"),
    ],
)
def test_messages_are_escaped_and_names_become_mentions(typed, stored):
    assert as_message(WORLD, typed) == stored


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("assign @林若溪 legal", "assign <@U02|lin.ruoxi> legal"),
        ("assign @wang.min", "assign <@U04|wang.min>"),
        ("assign <@U04>", "assign <@U04|wang.min>"),
        ("in <#C002>", "in <#C002|service-network>"),
        ("in #service-network", "in <#C002|service-network>"),
        ("raw <!channel> & <b>", "raw <!channel> & <b>"),
    ],
)
def test_command_text_stays_raw_but_for_names(typed, sent):
    assert as_command_text(WORLD, typed) == sent


def test_without_should_escape_names_stay_names():
    world = make_world(lambda: datetime(2026, 12, 1, 6, 0, tzinfo=UTC))
    world.should_escape = False
    assert as_command_text(world, "assign @林若溪") == "assign @林若溪"
