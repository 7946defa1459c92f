"""Runs the local Slack (or any small app beside it) on 127.0.0.1, inside the loop that is already running."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.link import LinkServer
from sandbox.world import World

START_SECONDS = 10.0


class _QuietServer(uvicorn.Server):
    """Leaves Ctrl+C to whoever owns the loop, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self._leaving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts as ever, then says so."""
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        """Ticks once a second, and ends at once when asked to: tests start many of these."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), 1.0)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets requests finish, but waits for no stream."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, _CuttableProtocol):
                connection.cut_stream()
        await super().shutdown(sockets)

    def leave(self) -> None:
        """Asks the server to stop."""
        self.should_exit = True
        self._leaving.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Installs no signal handler."""
        yield


class _CuttableProtocol(H11Protocol):
    """Lets the app drop its connection without an answer, for planned faults."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Offers `sandbox.cut` to every request on this connection."""
        super().connection_made(transport)
        served: Any = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope["sandbox.cut"] = transport.abort
            await served(scope, receive, send)

        self.app = app

    def cut_stream(self) -> None:
        """Ends an answer that has begun but would go on for ever, such as a page's live stream."""
        if self.cycle and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()


class SandboxServer:
    """`async with SandboxServer(app) as server: server.url`; port 0 takes a free one."""

    def __init__(self, app: Starlette, port: int = 0, host: str = "127.0.0.1") -> None:
        self.app, self.host, self.port = app, host, port
        self.url = ""
        self._world = getattr(app.state, "world", None)
        self._link = LinkServer(self._world) if isinstance(self._world, World) else None

    async def __aenter__(self) -> Self:
        listener = socket.create_server((self.host, self.port))
        # asyncio leaves this out for a listener made by hand; without it each answer waits 40 ms for an ACK.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = listener.getsockname()[1]
        self.url = f"http://{self.host}:{self.port}"
        if self._world:
            self._world.url = self.url
        if self._link:
            await self._link.start()
        config = uvicorn.Config(
            self.app,
            http=_CuttableProtocol,
            ws="none",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _QuietServer(config)
        self._task = asyncio.create_task(self._server.serve([listener]))
        await asyncio.wait_for(self._server.listening.wait(), START_SECONDS)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._server.leave()
        await self._task
        if self._link:
            await self._link.stop()
