"""The chat page of the sandbox: one browser page where a visitor plays any of the people in the workspace.

It is the local Slack's page; what it shares with every other chat page lies in `stage`, `pages`, `stream` and
`render`, and in the templates and style sheets that those name.

Plain JavaScript on purpose, no htmx: what is hard here (a half-filled form that survives a live update, a
list that keeps its place, Chinese input) htmx does not do; what is left is one fetch and one event stream.
"""

from sandbox.page.routes import routes

__all__ = ["routes"]
