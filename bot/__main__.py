def main():
    """Start."""
