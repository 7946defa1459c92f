"""Each time Slack says "too fast" is counted once; what is then not even asked is not."""

import pytest

from bot.chat import Card, ChatError, Plain
from bot.metrics import Metrics


def test_a_refusal_is_counted_by_its_method(run):
    async def story(here):
        here.web.meter = metrics = Metrics()
        room = (await here.chat.open_room("crisis-12", "crisis-12", "crisis-12")).id
        here.faults.plan_next("chat.postMessage", "429", 30.0)
        for key in ("a", "b"):
            with pytest.raises(ChatError):
                await here.chat.post(room, Card((Plain("Grade orange"),)), key)
        assert 'rate_limited_total{method="chat.postMessage"} 1.0' in metrics.exposition(None).decode()

    run(story)
