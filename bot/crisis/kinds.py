"""What can be said outside, and where (domain 7)."""

from __future__ import annotations

KINDS = (
    "first_statement",
    "detailed_explanation",
    "progress_update",
    "technical_explanation",
    "clarification",
    "apology",
    "executive_letter",
    "internal_note",
    "service_script",
    "media_qa",
    "fact_sheet",
    "final_report",
    "lines_service",
    "lines_dealers",
    "lines_staff",
    "lines_investors",
    "lines_media",
)

TO_THE_PUBLIC = (
    "first_statement",
    "detailed_explanation",
    "progress_update",
    "technical_explanation",
    "clarification",
    "apology",
    "executive_letter",
    "final_report",
)
"""Kinds that stand on every channel; the others go to whom they are for."""

INTERNAL = "internal"
"""The channel that only staff read."""

AUDIENCES = ("service", "dealers", "staff", "investors", "media")
"""Who is spoken to by answer sheets, each of a kind of its own: `lines_` and the audience."""

LINES = tuple(f"lines_{audience}" for audience in AUDIENCES)
"""The kinds that are answer sheets."""

CHANNELS = (
    "site",
    "weibo",
    "wechat",
    "douyin",
    "kuaishou",
    "app_push",
    "community",
    "press",
    INTERNAL,
)


def audience_of(kind: str) -> str:
    """Whom an answer sheet of this kind is for; "" for all other kinds."""
    return kind.removeprefix("lines_") if kind.startswith("lines_") else ""
