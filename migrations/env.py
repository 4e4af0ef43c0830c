"""Alembic's entry: runs over the engine, or within the open transaction, that `app.persistence.migrate` hands in."""

from alembic import context

from app.persistence.tables import metadata


def run() -> None:
    within = context.config.attributes.get("connection")
    if within is not None:
        run_on(within)
        return
    engine = context.config.attributes["engine"]
    with engine.connect().execution_options(pandan_writes=True) as connection:
        run_on(connection)


def run_on(connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=False)
    with context.begin_transaction():
        context.run_migrations()


run()
