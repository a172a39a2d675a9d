"""Runs inside ``gridops migrate``: the connection comes from there, never from a file.

Only autogenerate looks at the models; the migrations themselves never import them.
"""

from alembic import context
from geoalchemy2 import alembic_helpers


def _ours(obj, name, kind, reflected, compare_to) -> bool:
    return not (kind == "table" and name == "spatial_ref_sys") and alembic_helpers.include_object(obj, name, kind, reflected, compare_to)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    include_object=_ours,
    render_item=alembic_helpers.render_item,
    process_revision_directives=alembic_helpers.writer,
)
with context.begin_transaction():
    context.run_migrations()
