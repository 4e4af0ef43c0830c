"""Backing up and restoring: the file, how it is made, and how it is put back."""
