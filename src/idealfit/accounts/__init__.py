"""One clean company each: names, domains, quantities, duplicates."""
