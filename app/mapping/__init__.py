"""From a platform's payload to a canonical order, compiled once."""
