"""What became of it, by tier."""
