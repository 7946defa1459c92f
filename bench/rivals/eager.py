"""Stock Bolt, importing every library of ours at the start as bots usually do, and using none of them."""

from __future__ import annotations

import alembic.command
import apscheduler.schedulers.asyncio
import click
import jinja2.sandbox
import psycopg
import pydantic_settings
import slack_bolt.adapter.socket_mode.aiohttp
import slack_bolt.adapter.starlette.async_handler
import sqlalchemy.dialects.postgresql
import sqlalchemy.ext.asyncio
import sqlalchemy.orm
import starlette.applications
import structlog
import yaml

from bench.rivals.stock import serve

EVERYTHING = (
    alembic.command,
    apscheduler.schedulers.asyncio,
    click,
    jinja2.sandbox,
    psycopg,
    pydantic_settings,
    slack_bolt.adapter.socket_mode.aiohttp,
    slack_bolt.adapter.starlette.async_handler,
    sqlalchemy.dialects.postgresql,
    sqlalchemy.ext.asyncio,
    sqlalchemy.orm,
    starlette.applications,
    structlog,
    yaml,
)

if __name__ == "__main__":
    serve()
