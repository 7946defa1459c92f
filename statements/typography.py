"""Chinese as it is set: full-width marks beside Chinese, no gaps between Chinese. Quotes stay as they were typed."""

from __future__ import annotations

import re

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
_WIDE = "，。；：？！、（）《》【】「」『』…—"
_FULL = str.maketrans(",;:?!", "，；：？！")

_STEPS = 4
_BESIDE_CHINESE = re.compile(
    rf"(?<=[{_HAN}）】》」』])[ \t]*([,;:?!])[ \t]*|(?<=\S)([,;:?!])[ \t]*(?=[{_HAN}《「『“])"
)
_STOP = re.compile(rf"(?<=[{_HAN}）】》」』])\.(?=[ \t]*(?:[{_HAN}”」』]|$))[ \t]*", re.MULTILINE)
_BRACKETS = re.compile(r"(?<!\])\(([^()\n]*)\)")
_GAP = re.compile(rf"(?<=[{_HAN}{_WIDE}])[ \t\u3000]+(?=[{_HAN}{_WIDE}])")


def typeset(text: str, language: str) -> str:
    """The same words with the marks and gaps of their language; anything but Chinese stays as it is.

    One step can make room for the next, as with brackets in brackets; nobody nests them deeper than this.
    """
    for _ in range(_STEPS if language == "zh" else 0):
        text = _step(text)
    return text


def _step(text: str) -> str:
    text = _BRACKETS.sub(_bracketed, text)
    text = _BESIDE_CHINESE.sub(lambda match: (match[1] or match[2]).translate(_FULL), text)
    return _GAP.sub("", _STOP.sub("。", text))


def _bracketed(match: re.Match[str]) -> str:
    """Full-width around Chinese; around "(v2.1)" they stay narrow, as do those of a link."""
    return f"（{match[1].strip()}）" if re.search(f"[{_HAN}]", match[1]) else match[0]
