"""Why an order was decided so, why not otherwise, and the smallest change that would have made it so."""
