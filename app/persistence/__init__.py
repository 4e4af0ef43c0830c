"""The only SQL. Fulfils the ports of `domain.ports` on SQLite and PostgreSQL."""
