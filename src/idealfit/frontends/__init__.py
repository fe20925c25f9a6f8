"""Thin doors onto the same steps."""
