"""Scores from a profile: SQL for a table, plain Python for one account, tiers and reasons."""
