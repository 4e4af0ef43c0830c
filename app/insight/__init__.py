"""What the numbers say: invariants, counts, rates."""
