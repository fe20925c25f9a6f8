"""Did it work: win rate, deal size, cycle, retention and pipeline by tier."""
