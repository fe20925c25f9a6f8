"""What was known of an account when a deal opened, and what became of it."""
