"""What time does: pure functions of (incident, playbook, now)."""
