"""Reading files as they are: every table in them as text, every row loaded or set aside with its reason."""
