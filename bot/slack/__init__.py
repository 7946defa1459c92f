"""Slack behind the port: payloads to commands, cards to blocks, sends to calls."""
