"""A made-up company with a planted truth, and how much of it was found."""
