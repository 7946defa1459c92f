"""Socket Mode: the bot connects out, envelopes go down the socket, acknowledgements come back."""

import asyncio
import itertools
import json
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.world import World

_NO_SOCKET = "the bot's socket has closed"


class Link:
    """One connected bot and the envelopes it has not acknowledged yet."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)

    async def deliver(self, kind: str, payload: dict[str, Any], headers: dict[str, str]) -> Any:
        """Sends one envelope and waits for its acknowledgement; the payload of that is the answer."""
        if self._socket.closed:
            raise ConnectionError(_NO_SOCKET)
        envelope_id = f"envelope-{next(self._numbers)}"
        self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": True,
        }
        if "X-Slack-Retry-Num" in headers:
            envelope |= {"retry_attempt": int(headers["X-Slack-Retry-Num"])}
            envelope |= {"retry_reason": headers["X-Slack-Retry-Reason"]}
        try:
            await self._socket.send_json(envelope)
            return await self._waiting[envelope_id]
        finally:
            del self._waiting[envelope_id]

    def acknowledged(self, message: dict[str, Any]) -> None:
        """The bot has answered an envelope, possibly too late."""
        waiter = self._waiting.get(message.get("envelope_id", ""))
        if waiter and not waiter.done():
            waiter.set_result(message.get("payload"))

    def lost(self) -> None:
        """The socket is gone, and with it every answer."""
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(ConnectionError(_NO_SOCKET))


class LinkServer:
    """Serves `/link` on a port of its own, because the HTTP server here speaks no WebSocket."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Opens a free port and tells the world where it is."""
        app = web.Application()
        app.router.add_get("/link", self._connected)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.world.link_url = f"ws://{host}:{port}/link"

    async def stop(self) -> None:
        """Closes every socket and the port."""
        self.world.link_url = None
        if self._runner:
            await self._runner.cleanup()

    async def _connected(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        link = Link(socket)
        self.world.links.append(link)
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    link.acknowledged(json.loads(message.data))
        finally:
            self.world.links.remove(link)
            link.lost()
        return socket

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.world.links),
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18_060},
            "connection_info": {"app_id": self.world.app_id},
        }
