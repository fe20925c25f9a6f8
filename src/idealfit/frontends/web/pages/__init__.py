"""A file a noun: reads the address, calls the workspace, hands a template what it shows."""
