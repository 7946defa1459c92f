"""Feishu and Lark behind the port: payloads to commands, cards and forms to JSON 2.0, sends to HTTP calls."""
