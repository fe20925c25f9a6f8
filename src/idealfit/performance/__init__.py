"""What became of it: win rate, deal size, cycle and retention of A and B accounts against the rest, with intervals."""
