"""One clean company each: names, domains, quantities, duplicates, and the quality of what came in."""
