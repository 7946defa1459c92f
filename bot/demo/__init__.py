"""The bot beside its local Slack, for people who want to try it and for tests that want it whole."""
