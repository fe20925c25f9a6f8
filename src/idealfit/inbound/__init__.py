"""An inbound lead answered in one call: what is known of its company, its score, who answers it, and what to ask."""
