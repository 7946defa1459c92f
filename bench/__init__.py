"""What is measured, and the rivals it is measured against in the same run."""
