"""A profile as the filters of other tools: a file a tool, what it loses, and the file held against our accounts."""
