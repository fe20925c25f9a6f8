"""Work that takes a while, asked for by a front end and done in a process of its own."""
