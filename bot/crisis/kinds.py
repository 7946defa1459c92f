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
