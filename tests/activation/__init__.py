"""Lists that somebody works from."""
