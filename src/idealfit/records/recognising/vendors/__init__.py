"""Ready mappings of common tools: one YAML document a tool, and how an export is recognised by its own headers."""
