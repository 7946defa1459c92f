"""Stock Bolt: an `AsyncApp` as its documentation begins, which only acknowledges and remembers nothing."""

from __future__ import annotations

import os

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bench.rivals.server import run


async def acknowledge(ack: AsyncAck) -> None:
    """`/crisis`."""
    await ack("What would you like to do?")


def serve() -> None:
    """Until told to stop."""
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    app.command("/crisis")(acknowledge)
    run(AsyncSlackRequestHandler(app, path="/slack/events"))


if __name__ == "__main__":
    serve()
