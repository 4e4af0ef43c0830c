"""Which warehouse sends what: pure, over a working copy of the stock."""
