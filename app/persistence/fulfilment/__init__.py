"""Parcels on their way out: pick lists, shipments, transfers, purchases, carriers' templates."""
