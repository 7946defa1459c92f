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

CHANNELS = (
    "site",
    "weibo",
    "wechat",
    "douyin",
    "kuaishou",
    "app_push",
    "community",
    "press",
    "internal",
)
