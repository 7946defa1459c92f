"""What people asked while the database was away: a file of lines, each on disk before anybody is answered.

Any number of processes of one machine write; the one that keeps it makes the rooms and enters the lines.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.chat import Command, Room
from bot.store.codec import command_from_json, command_to_json

try:
    import fcntl
except ImportError:  # Windows, where one process must do everything
    fcntl = None  # type: ignore[assignment]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Asked:
    """A command that waits to be entered into the database.

    at: when it was asked, aware. needs_room: it opens a crisis, and its people wait for an emergency room.
    room: that room, as soon as it is there.
    """

    command: Command
    at: datetime
    needs_room: bool = False
    room: Room | None = None

    @property
    def key(self) -> str:
        """The command's own."""
        return self.command.key


class Journal:
    """The file. It holds what people wrote, so only its owner reads it, and it is emptied when all is entered."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keeping: int | None = None
        self._usable = True

    def take_down(self, asked: Asked) -> None:
        """Note what was asked. Raises OSError when it is not on disk."""
        line = {"asked": command_to_json(asked.command), "at": asked.at.isoformat()}
        self._append({**line, "needs_room": asked.needs_room})

    def needs_room(self, key: str, needs: bool) -> None:
        """Note that its people wait for a room, or that none can be made."""
        self._append({"needs_room": needs, "key": key})

    def room_made(self, key: str, room: Room) -> None:
        """Note the emergency room of the crisis that was opened under this key."""
        self._append({"room": room.id, "name": room.name, "key": key})

    def entered(self, key: str) -> None:
        """Note that the database has it. When nothing waits any more, the file is emptied."""
        with self._open() as file:
            _write(file, {"entered": key})
            if not _waiting(file):
                os.ftruncate(file, 0)
                os.fsync(file)

    @property
    def is_empty(self) -> bool:
        """Nothing waits, as nearly always; asked often, so no line is read."""
        return not self._path.exists() or not self._path.stat().st_size

    def waiting(self) -> list[Asked]:
        """What was asked and is not entered yet, in the order in which it was asked."""
        if self.is_empty:
            return []
        with self._open() as file:
            return _waiting(file)

    def keep(self) -> bool:
        """Whether this process keeps the journal; it begins to when no other does, until `let_go` or its end."""
        if self._keeping is None and self._usable:
            try:
                self._keeping = _held(self._private(self._path.with_name(self._path.name + ".keeper")))
            except OSError as error:
                self._usable = False
                log.error("journal_unusable", path=str(self._path), why=error.strerror)
        return self._keeping is not None

    def let_go(self) -> None:
        """Let another process keep it."""
        if self._keeping is not None:
            os.close(self._keeping)
            self._keeping = None

    def _append(self, line: Mapping[str, Any]) -> None:
        with self._open() as file:
            _write(file, line)

    @contextmanager
    def _open(self) -> Iterator[int]:
        """The file, ours alone within this block."""
        file = self._private(self._path)
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    def _private(self, path: Path) -> int:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_new = not path.exists()
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        if is_new:
            _keep_the_name(path.parent)
        return file


def _held(lock: int) -> int | None:
    """The lock if it is ours now, or None; the kernel lets go of it when the process ends, however it ends."""
    try:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _keep_the_name(folder: Path) -> None:
    """A new file's content survives a power cut only together with its name."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        os.fsync(opened)
        os.close(opened)


def _write(file: int, line: Mapping[str, Any]) -> None:
    """One line, on disk when this returns. A line that a crash tore off is ended first."""
    text = json.dumps(line, separators=(",", ":"))
    written = (b"\n" if _is_torn(file) else b"") + text.encode() + b"\n"
    if os.write(file, written) != len(written):
        raise OSError("the journal took only a part of a line: the disk is full")
    os.fsync(file)


def _is_torn(file: int) -> bool:
    if not os.fstat(file).st_size:
        return False
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1) != b"\n"


def _waiting(file: int) -> list[Asked]:
    found: dict[str, Asked] = {}
    for line in _lines(file):
        match line:
            case {"asked": command, "at": at, "needs_room": needs_room}:
                asked = Asked(command_from_json(command), datetime.fromisoformat(at), needs_room)
                found.setdefault(asked.key, asked)
            case {"needs_room": needs_room, "key": key} if key in found:
                found[key] = replace(found[key], needs_room=needs_room)
            case {"room": room, "name": name, "key": key} if key in found:
                found[key] = replace(found[key], room=Room(room, name))
            case {"entered": key}:
                found.pop(key, None)
    return list(found.values())


def _lines(file: int) -> Iterator[Any]:
    """Every whole line. Of a torn one nobody was told that it is kept."""
    os.lseek(file, 0, os.SEEK_SET)
    with os.fdopen(os.dup(file), "rb") as reader:
        for line in reader:
            try:
                yield json.loads(line)
            except ValueError:
                continue
