"""What to do with the scores: target lists and exports."""
