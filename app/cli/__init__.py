"""The pandan command."""
