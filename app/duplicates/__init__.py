"""Clusters of orders that are suspected to be the same purchase, and orders that may share a parcel."""
