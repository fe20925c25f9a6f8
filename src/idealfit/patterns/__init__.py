"""What sets good customers apart: candidates, tests against luck, leakage, points, backtest and verdict."""
