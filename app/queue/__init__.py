"""The only Redis and RQ."""
