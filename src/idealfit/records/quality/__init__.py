"""How far the records can be trusted: columns, contradictions, what each would do to a profile, a verdict."""
