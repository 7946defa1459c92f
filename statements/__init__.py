"""What is said: every word for people, and the code that puts an incident into cards and forms."""
