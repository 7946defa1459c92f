"""A statement as a file: written as Word, Markdown or plain text, and read again when it comes back."""
