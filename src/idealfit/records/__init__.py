"""Files in, canonical tables out: reading, typing, mapping and one import run. Knows nothing of profiles."""
