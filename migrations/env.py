"""Runs the migrations on the connection that `musiclib.db.migrate` opened; there is no alembic.ini."""

from alembic import context

from musiclib.db.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
