"""Where a statement is run that is not run in DuckDB: other engines, over tables where they lie."""
