"""What people do to orders from their pages: shown before it is done, one order or many, and taken back."""
