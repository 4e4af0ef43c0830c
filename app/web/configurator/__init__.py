"""The configurator: rules built by choosing and filling, one edit of a draft at a time."""
