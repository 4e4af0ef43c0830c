"""What the fields of an unknown platform's payload mean: suggested from their names, values and places."""
