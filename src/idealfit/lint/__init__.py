"""The linter of profile files: what makes a profile vague, untested, unusable or nobody's, told in a line each."""
