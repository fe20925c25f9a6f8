"""Recognising what files and columns are: from names and values, with the reason and how sure it is."""
