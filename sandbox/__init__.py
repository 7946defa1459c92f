"""A local Slack: strict about Slack's limits, and enough of it to try a bot in a browser or to test against.

`world` is the state, `slack` the Web API over it, `driver` the hands of the people, `server` runs it all,
`page` shows it; `feishu` holds the same for a local Feishu. Nothing here knows the bot; it meets it only over HTTP
or a socket, as the real ones would.
"""
