"""The profile file: its document, its language, its sentences and its page."""
