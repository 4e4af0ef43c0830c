"""Read models: the SQL behind pages, one module for each noun. They read, and change nothing."""
