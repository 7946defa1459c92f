"""The chat page of the sandbox: one browser page where a visitor plays any of the people in the workspace.

Plain JavaScript on purpose, no htmx: what is hard here (a half-filled form that survives a live update, a
list that keeps its place, Chinese input) htmx does not do; what is left is one fetch and one event stream.
"""

from sandbox.page.routes import routes

__all__ = ["routes"]
