"""How Alembic reaches the database: a plain synchronous connection of its own."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from server.base.db import Utc
from server.migrations.schema import metadata


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration names what the database has, not our types."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, Utc) else False


engine = sa.create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=False,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
