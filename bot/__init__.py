"""The machine: what runs, what it remembers, whom it talks to."""
