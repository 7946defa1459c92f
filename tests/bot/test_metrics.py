"""What is counted is what happened, under labels that stay few and never carry what people wrote."""

from __future__ import annotations

from bot.metrics import Metrics
from bot.store.health import Health
from tests.makers import ROOT

WELL = Health(0.0, 0.0, {"pending": 3, "dead": 1})


def lines(metrics: Metrics, health: Health | None = WELL) -> dict[str, float]:
    """The figures by name and labels, as Prometheus reads them."""
    found = metrics.exposition(health).decode().splitlines()
    rows = [line.rsplit(" ", 1) for line in found if not line.startswith("#")]
    return {name.removeprefix("goldenhour_"): float(value) for name, value in rows}


def test_sends_are_counted_by_deed_and_outcome():
    metrics = Metrics()
    metrics.sent("post", 2, 0.3)
    metrics.sent("post", 2, 70.0)
    metrics.sent("direct", 0, -0.1)
    metrics.ended("post", "cancelled")
    metrics.dead("pin", "is_archived")
    found = lines(metrics)
    assert found['sends_total{deed="post",outcome="sent"}'] == 2
    assert found['sends_total{deed="post",outcome="cancelled"}'] == 1
    assert found['sends_total{deed="pin",outcome="dead"}'] == 1
    assert found['send_delay_seconds_bucket{le="0.5",rank="words"}'] == 1
    assert found['send_delay_seconds_sum{rank="words"}'] == 70.3
    assert found['send_delay_seconds_sum{rank="page"}'] == 0


def test_retries_faults_and_look_ups_are_counted():
    metrics = Metrics()
    metrics.retried("post", "http_503")
    metrics.retried("post", "timeout")
    metrics.dead("post", "timeout")
    metrics.looked_up(True)
    metrics.limited("chat.postMessage")
    metrics.rang(1.5)
    found = lines(metrics)
    assert found['send_retries_total{deed="post"}'] == 2
    assert found['send_faults_total{code="timeout"}'] == 2
    assert found['send_faults_total{code="http_503"}'] == 1
    assert found['lookups_total{found="yes"}'] == 1
    assert found['lookups_total{found="no"}'] == 0
    assert found['rate_limited_total{method="chat.postMessage"}'] == 1
    assert found["ring_late_seconds_sum"] == 1.5


def test_codes_stay_few_and_are_never_a_sentence():
    metrics = Metrics()
    metrics.retried("post", "no such user: 王敏 13800138000")
    for number in range(200):
        metrics.retried("post", "code_" + "x" * (number % 25) + "y" * (number // 25))
    codes = [name for name in lines(metrics) if name.startswith("send_faults_total")]
    assert len(codes) == 61
    assert 'send_faults_total{code="other"}' in codes


def test_the_queue_is_what_the_database_says():
    found = lines(Metrics(), Health(75.0, 2.5, {"pending": 3, "in_doubt": 2, "dead": 1}))
    assert [found[f'queue{{state="{state}"}}'] for state in ("pending", "claimed", "in_doubt", "dead")] == [
        3,
        0,
        2,
        1,
    ]
    assert found['oldest_due_seconds{kind="send"}'] == 75.0
    assert found['oldest_due_seconds{kind="reminder"}'] == 2.5


def test_with_the_database_away_the_queue_is_unknown_and_the_rest_is_told():
    metrics = Metrics()
    metrics.in_trouble({"database": 42.0, "chat": 0.0})
    found = lines(metrics, None)
    assert str(found['queue{state="pending"}']) == "nan"
    assert found['trouble_seconds{part="database"}'] == 42.0


def test_a_loop_is_silent_since_its_last_round():
    now = [100.0]
    metrics = Metrics(lambda: now[0])
    metrics.went_round("clock")
    now[0] = 112.0
    metrics.went_round("delivery")
    assert metrics.silence() == {"clock": 12.0, "delivery": 0.0}


def test_two_bots_in_one_process_count_each_for_itself():
    one, other = Metrics(), Metrics()
    one.rang(1.0)
    assert lines(other)["ring_late_seconds_count"] == 0


def test_every_figure_is_in_the_handbook():
    handbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = {
        line.split()[2]
        for line in Metrics().exposition(WELL).decode().splitlines()
        if line.startswith("# TYPE goldenhour_") and not line.split()[2].endswith("_created")
    }
    assert len(told) == 12
    assert [name for name in told if f"`{name}`" not in handbook] == []
