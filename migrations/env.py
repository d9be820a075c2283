"""Runs the migrations on the connection that `musiclib.db.migrate` opened; there is no alembic.ini."""

from alembic import context

from musiclib.db.schema import Base


def _comparable(_item: object, name: str | None, *_more: object) -> bool:
    # SQLAlchemy cannot read an index with a descending column back from the database, nor one of an
    # expression; the words of SQLite are a virtual table and those it consists of.
    if name in {"ix_enrichment_tasks_claim", "ix_track_names_words"}:
        return False
    return not (name or "").startswith("track_word")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
    compare_server_default=True,
    include_object=_comparable,
)
with context.begin_transaction():
    context.run_migrations()
