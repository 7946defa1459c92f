"""The bot beside its local Slack or Feishu, for people who want to try it and for tests that want it whole."""
