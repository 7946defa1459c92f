"""One call of the bot on its way through what was planned to go wrong, the same for every platform."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from sandbox.faults import Fault, Faults


@dataclass(frozen=True)
class Looks:
    """How a platform's answers look when something went wrong. torn: JSON that nobody can read.

    too_fast: by the seconds to wait; refused: by the kind of a fault, e.g. "error:fatal_error".
    """

    html: str
    torn: str
    too_fast: Callable[[int], Response]
    refused: Callable[[str], Response]


@dataclass
class Attempt:
    """The bot tries to call a method. number: which call of all this is, from 1 once it has arrived."""

    request: Request
    method: str
    faults: Faults
    looks: Looks
    number: int = 0
    fault: Fault | None = None

    async def arrives(self) -> Response | None:
        """Counts the call. The answer, where it ends here and nothing was done; else None, and `carry_out` is next."""
        try:
            # The platform has the whole request before it begins; whoever hangs up afterwards takes nothing back.
            await self.request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        self.fault = self.faults.strike(self.method)
        self.number = self.faults.calls
        await self.faults.watch(self.number, self.method, "before")
        await asyncio.sleep(self.faults.latency)
        return None if self.fault is None or self.fault.carried_out else await self._not_done(self.fault)

    async def carry_out(self, call: Callable[[], Awaitable[Response]]) -> Response:
        """Does what the bot asked, yet perhaps so that it does not learn of it, or learns it late."""
        if self.fault is None:
            return await self._done(call)
        if self.fault.kind == "late":
            cut = self._cut()
            await asyncio.sleep(self.fault.seconds)
            await self._done(call)
            return cut
        answer = await self._done(call)
        match self.fault.kind:
            case "reset_after":
                return self._cut()
            case "500_after":
                return HTMLResponse(self.looks.html, status_code=500)
            case "bad_json":
                return Response(self.looks.torn, media_type="application/json")
            case _:
                await asyncio.sleep(self.fault.seconds)
                return answer

    async def _not_done(self, fault: Fault) -> Response:
        match fault.kind:
            case "429":
                return self.looks.too_fast(int(fault.seconds))
            case "500" | "502" | "503":
                return HTMLResponse(self.looks.html, status_code=int(fault.kind))
            case "hang":
                await asyncio.sleep(fault.seconds)
                return self._cut()
            case "reset_before":
                return self._cut()
            case _:
                return self.looks.refused(fault.kind)

    async def _done(self, call: Callable[[], Awaitable[Response]]) -> Response:
        """Whoever watches learns of a call before the bot does."""
        answer = await call()
        await self.faults.watch(self.number, self.method, "after")
        return answer

    def _cut(self) -> Response:
        """Drops the connection; SandboxServer offers this, other servers answer 500 instead."""
        cut = self.request.scope.get("sandbox.cut")
        if cut:
            cut()
        return Response(status_code=500)
