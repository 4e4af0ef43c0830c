"""What may be said about an order: the vocabulary, the pack format, and the only bridge to the engine."""
