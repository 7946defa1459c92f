"""What we are measured against: each does as little as it can, and so is at its best."""
