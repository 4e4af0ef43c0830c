"""The mapper: which path of a platform's payload each field of an order is read from, built by dragging or choosing."""
