"""The texts that answer sheets begin from: they can be found line by line, in every turn that a crisis may take."""

import pytest

from bot.crisis.kinds import LINES
from statements.sheets import lines, match
from statements.templates import LANGUAGES
from tests.statements.public_samples import filled
from tests.statements.test_public_texts import SOME


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LINES)
def test_every_beginning_has_nine_lines_and_each_is_a_question_with_its_answer(kind, language):
    for turn in SOME:
        text = filled(language, kind, **turn).text
        assert len(lines(text)) >= 9
        assert text.count("\n### ") == len(lines(text))


@pytest.mark.parametrize(
    ("language", "kind", "question", "found"),
    [
        ("zh", "lines_service", "还能不能开", "我的车还能开吗？还能充电、还能用吗？"),
        ("zh", "lines_service", "我要退款", "我要退车、退款、赔偿，你们给不给？"),
        ("zh", "lines_service", "有人受伤吗", "有没有人受伤或者死亡？"),
        ("zh", "lines_dealers", "记者来店里拍摄怎么办", "记者或博主到店里拍摄、采访怎么办？"),
        ("zh", "lines_dealers", "试驾车还能开吗", "店里的现车、试驾车还能卖、还能开吗？"),
        ("zh", "lines_staff", "可以发朋友圈吗", "我能不能发朋友圈、发微博，或者在评论区替公司解释？"),
        ("zh", "lines_investors", "股价跌了怎么看", "股价跌了，你们怎么看？会不会回购、增持？"),
        ("zh", "lines_media", "能采访高管吗", "能不能采访高管、采访当事的员工？"),
        ("en", "lines_service", "Can I still charge it?", "Can I still drive my car, charge it, use it?"),
        (
            "en",
            "lines_media",
            "may we interview an executive",
            "Can we interview an executive, or the employee concerned?",
        ),
    ],
)
def test_what_is_asked_first_is_found(language, kind, question, found):
    assert match(question, lines(filled(language, kind).text))[0].question == found
