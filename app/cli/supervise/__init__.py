"""`pandan up`: starts the parts, restarts what dies, stops in order."""
