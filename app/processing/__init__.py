"""The line: one batch of orders from stream to stored decision, and its trials."""
