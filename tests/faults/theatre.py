"""Playing the story with a plug that is pulled, and going on after each restart as people and machines do."""

from __future__ import annotations

import copy
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, make_url

from bot.store import Away, make_engine
from tests.databases import empty_sqlite
from tests.faults.counts import Counts
from tests.faults.line import Line, Weather
from tests.faults.oracle import Account, account_of, difference, out_of_order, overtaken, said_twice, stuck
from tests.faults.plug import Disk, Plug, PlugPulled, plug_into
from tests.faults.story import STORY, Chapter
from tests.makers import NINE
from tests.memory_chat import MemoryChat
from tests.scene import Scene

AGAIN_AFTER = {"sqlite": timedelta(seconds=6), "postgresql": timedelta(seconds=11)}
"""By then what a dead process had begun is settled, at once where it was alone, or else when its claims have ended."""


@dataclass(frozen=True)
class Snapshot:
    """How things stood when a chapter was over, without any trouble. steps: so many the chapter took."""

    file: Path
    chat: MemoryChat
    now: datetime
    account: Account
    steps: int


class Stage:
    """A scene on a database of its own, behind a plug, in some weather.

    weather: what makes it, from a seed and a rate. kills: after how many steps each time the plug is pulled, again and
    again; never when there are none.
    """

    weather: Callable[[int, float], Any] = Weather

    def __init__(
        self,
        url: str,
        *,
        chat: MemoryChat | None = None,
        weather: Any = None,
        disk: Disk | None = None,
        kills: Iterator[int] = iter(()),
    ) -> None:
        self.plug = Plug()
        self._kills = kills
        self.engine = make_engine(url)
        self._disk = disk or Disk()
        plug_into(self.engine, self.plug, self._disk)
        self._plan_a_kill()
        self.scene = self._scene(self.engine, weather or self.weather(0, 0.0), chat)

    def _scene(self, engine: Engine, weather: Any, chat: MemoryChat | None) -> Scene:
        """A scene whose every call needs the plug, in that weather."""
        return Scene(
            engine, chat=chat, line=lambda world, scene: Line(world, self.plug, lambda: scene.now, weather)
        )

    def play(self, chapter: Chapter) -> None:
        """Let it happen, once more after each restart: people repeat what they were not answered."""
        self.scene.occasion = chapter.name
        self._until_done(lambda: self.scene.at(chapter.when))
        self._until_done(lambda: chapter.happens(self.scene))
        self._until_done(lambda: self.scene.at(chapter.then))

    def _until_done(self, deed: Callable[[], object]) -> None:
        while not self._goes_through(deed):
            while not self._goes_through(self._start_again):
                pass

    def _start_again(self) -> None:
        """Whoever was not answered waits a moment before asking again."""
        self.scene.restart()
        self.scene.wait(AGAIN_AFTER[self.engine.dialect.name])

    def _goes_through(self, deed: Callable[[], object]) -> bool:
        try:
            deed()
        except PlugPulled:
            assert self.plug.out
        except Away:
            # The process lives on: its loops go round again, and whoever was told so asks again.
            self.scene.now += timedelta(seconds=1)
            return self._goes_through(self.scene.tick) and self._goes_through(deed)
        if self.plug.out:
            self.plug.put_in()
            self._plan_a_kill()
            return False
        return True

    def _plan_a_kill(self) -> None:
        steps = next(self._kills, None)
        if steps is not None:
            self.plug.pull_after(steps)

    def trouble(self, expected: Account, *, in_weather: bool = False) -> list[str]:
        """Everything that is not as it should be. in_weather: so much went wrong that some came too late to be true."""
        # The story is over: whoever judges it is not to be cut off in the middle, nor by a disk that fails.
        self.plug.put_in()
        self._disk.rate = 0.0
        late = overtaken(self.engine) if in_weather else None
        return [
            *difference(expected, account_of(self.scene), overtaken=late),
            *(f"said twice: {key}" for key in said_twice(self.scene.chat)),
            *(f"out of order: {key}" for key in out_of_order(self.scene.chat, self.engine)),
            *(f"stuck: {row}" for row in stuck(self.engine)),
        ]


@contextmanager
def on_stage(url: str, kind: type[Stage] = Stage, **more: object) -> Iterator[Stage]:
    """A stage, cleared away afterwards."""
    stage = kind(url, **more)
    with stage.scene:
        yield stage


def rehearse(migrated_file: Path, folder: Path) -> list[Snapshot]:
    """Play the story without any trouble, and keep how things stand before the first chapter and after each."""
    url = empty_sqlite(migrated_file, folder)
    with on_stage(url) as stage:
        before = Snapshot(migrated_file, MemoryChat(), NINE, _nothing(), 0)
        kept, told = [before], 0
        for chapter in STORY:
            stage.play(chapter)
            steps, told = len(stage.plug.steps) - told, len(stage.plug.steps)
            assert stuck(stage.engine) == []
            kept.append(
                Snapshot(
                    _kept(url, folder / f"{chapter.name}.db"),
                    copied(stage.scene.chat),
                    stage.scene.now,
                    account_of(stage.scene),
                    steps,
                )
            )
    return kept


def _nothing() -> Account:
    return Account(*[frozenset()] * 9)  # type: ignore[arg-type]


def _kept(url: str, file: Path) -> Path:
    with (
        closing(sqlite3.connect(str(make_url(url).database))) as source,
        closing(sqlite3.connect(file)) as copy_,
    ):
        source.backup(copy_)
    return file


def copied(chat: MemoryChat) -> MemoryChat:
    """A world of its own; its cards never change."""
    cards = {id(card): card for said in chat.said.values() for card in said.versions}
    return copy.deepcopy(chat, cards)


@contextmanager
def from_snapshot(snapshot: Snapshot, folder: Path, **more: object) -> Iterator[Stage]:
    """A stage on which things stand as they did then."""
    file = folder / "played.db"
    for old in folder.glob("played.db*"):
        old.unlink()
    shutil.copy(snapshot.file, file)
    with on_stage(f"sqlite:///{file}", chat=copied(snapshot.chat), **more) as stage:
        stage.scene.now = snapshot.now
        yield stage


def play_all(stage: Stage, chapters: Sequence[Chapter] = STORY) -> None:
    """The whole story."""
    for chapter in chapters:
        stage.play(chapter)


def kills(seed: int, most: int) -> Iterator[int]:
    """Steps from one kill to the next, for ever."""
    random = Random(seed)
    while True:
        yield random.randrange(1, most)


@dataclass(frozen=True)
class Fire:
    """What a story is played under: killed within so many steps, parts of calls and of commits that go wrong."""

    within: int
    calls: float = 0.0
    commits: float = 0.0


def under(
    fire: Fire, url: str, seed: int, expected: Account, counts: Counts, kind: type[Stage] = Stage
) -> list[str]:
    """Play the whole story on this database under fire. Returns what the oracle finds, which is counted as well."""
    weather, disk = kind.weather(seed, fire.calls), Disk(seed, fire.commits)
    with on_stage(url, kind, kills=kills(seed, fire.within), weather=weather, disk=disk) as stage:
        play_all(stage)
        trouble = stage.trouble(expected, in_weather=True)
        counts.add(
            trouble,
            stories=1,
            kills=stage.plug.pulled,
            troubles=sum(weather.troubles.values()) + disk.failed,
            delivered=len(stage.scene.chat.said),
        )
    return trouble
