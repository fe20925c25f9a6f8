"""Putting typed files together into the canonical tables: keys, links, outcomes, duplicates, derived rows."""
