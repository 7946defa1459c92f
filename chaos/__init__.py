"""Breaks the real bot on purpose: real processes and databases, a local Slack, and a count of what came of it."""
