"""SQL of review decisions: who decided what, when, and why."""

from __future__ import annotations

import sqlalchemy as sa

from server.base.db import Utc, metadata

# subject_kind: job or organisation; decision: approved, refused or suspended
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("subject_kind", sa.String(12), nullable=False),
    sa.Column("subject", sa.String(20), nullable=False, index=True),
    sa.Column("officer", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("decision", sa.String(12), nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("at", Utc, nullable=False),
)
