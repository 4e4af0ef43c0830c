"""How orders come in: received, kept, counted."""
