"""Pages and the order API."""
