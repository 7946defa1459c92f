"""The local Feishu in the browser: a visitor plays any of the people, at a desk or on a phone.

What every chat page needs (live updates, lists of choices, the field one types in) comes from `sandbox.page`.
"""

from sandbox.feishu.page.routes import routes

__all__ = ["routes"]
