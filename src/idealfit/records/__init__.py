"""Files in, canonical tables out: reading, typing, mapping and one import run. Knows nothing of what the rows mean for a profile."""
