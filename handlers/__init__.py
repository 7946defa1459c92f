"""What people do: the tables from names to functions. One deed, one file; to add one, copy the nearest."""

from collections.abc import Callable, Mapping

from bot.chat import Reply
from handlers import (
    checklist,
    close,
    decide,
    declare,
    details,
    facts,
    grade,
    pages,
    readings,
    rooms,
    status,
    tasks,
)
from handlers.desk import Desk

Handler = Callable[[Desk], Reply]

VERBS: Mapping[str, Handler] = {
    "": status.guide,
    "help": status.show_help,
    "open": declare.ask,
    "now": declare.at_once,
    "checklist": checklist.ask,
    "grade": grade.show,
    "raise": grade.ask,
    "lower": grade.ask,
    "tasks": tasks.show,
    "reading": readings.ask,
    "fact": facts.show,
    "status": status.brief,
    "list": status.list_all,
    "details": details.ask,
    "close": close.ask,
    "reopen": close.ask_reopen,
    "outside": status.outside,
    "hello": rooms.hello,
}
"""What can be typed after `/crisis`."""

ALIASES: Mapping[str, str] = {
    "guide": "",
    "指南": "",
    "?": "help",
    "帮助": "help",
    "开启": "open",
    "打开": "open",
    "上报": "open",
    "报告": "open",
    "report": "open",
    "declare": "open",
    "立即": "now",
    "马上": "now",
    "紧急": "now",
    "清单": "checklist",
    "信息": "checklist",
    "定级": "grade",
    "级别": "grade",
    "升级": "raise",
    "降级": "lower",
    "任务": "tasks",
    "task": "tasks",
    "读数": "reading",
    "阅读量": "reading",
    "views": "reading",
    "状态": "status",
    "简报": "status",
    "brief": "status",
    "列表": "list",
    "事实": "fact",
    "facts": "fact",
    "详情": "details",
    "更正": "details",
    "edit": "details",
    "关闭": "close",
    "结束": "close",
    "重开": "reopen",
    "重启": "reopen",
}
"""Other words for the same deeds, in both languages."""

ACTIONS: Mapping[str, Handler] = {
    "open": declare.ask,
    "help": status.show_help,
    "list": status.list_all,
    "status": status.brief,
    "checklist": checklist.ask,
    "tasks": tasks.show,
    "take": tasks.take_it,
    "done": tasks.done,
    "undo": tasks.undo,
    "not_needed": tasks.ask_not_needed,
    "grade": grade.show,
    "regrade": grade.ask,
    "confirm_lower": grade.confirm_lower,
    "refuse_lower": grade.refuse_lower,
    "on_it": pages.on_it,
    "pass_on": pages.pass_on,
    "decide_yes": decide.yes,
    "decide_no": decide.no,
    "reading": readings.ask,
    "details": details.ask,
    "close": close.ask,
    "reopen": close.ask_reopen,
    "facts": facts.show,
    "fact_new": facts.ask,
    "fact_check": facts.ask_check,
    "room_gone": rooms.gone,
}
"""What a button does, and what a platform tells by itself."""

FORMS: Mapping[str, Handler] = {
    "open": declare.submit,
    "details": details.submit,
    "checklist": checklist.submit,
    "reading": readings.submit,
    "regrade": grade.submit,
    "not_needed": tasks.submit_not_needed,
    "close": close.submit,
    "reopen": close.submit_reopen,
    "fact": facts.submit,
    "fact_check": facts.submit_check,
}
"""What a form that was sent does."""
