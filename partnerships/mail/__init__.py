"""Mail from the outbox to the person: what to say, how to send it, and never twice. Knows no partnership."""
