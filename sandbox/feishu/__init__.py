"""A local Feishu: strict about Feishu's limits, and enough of it to try a bot in a browser or to test against.

`world` is the state, `api` the Open API over it, `cards` the rules of cards, `driver` the hands of the people,
`wire` the way to the bot. Like the local Slack it knows nothing of the bot and meets it only over HTTP.
"""

from sandbox.feishu.app import make_app
from sandbox.feishu.company import make_world

__all__ = ["make_app", "make_world"]
