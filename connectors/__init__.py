"""The platforms: one module each. They know the domain and nothing else of pandan."""
