"""evidence.html: every step from the records to the profile on one page, for whoever does not believe the profile."""
