"""The field's nouns and the ports to the outside. Standard library only."""
