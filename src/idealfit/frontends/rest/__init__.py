"""The REST door: scores for forms, chat bots and CRM flows, over HTTP on this machine; thin over `idealfit.inbound`."""
