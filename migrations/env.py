"""Alembic's entry: runs over the engine that `app.persistence.migrate` hands in."""

from alembic import context

from app.persistence.tables import metadata


def run() -> None:
    engine = context.config.attributes["engine"]
    with engine.connect().execution_options(pandan_writes=True) as connection:
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=False)
        with context.begin_transaction():
            context.run_migrations()


run()
