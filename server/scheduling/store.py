"""SQL of fairs, their occurrences, booths and live sessions."""

from __future__ import annotations

import sqlalchemy as sa

from server.base.db import Utc, metadata

# The rule is local: weekday 0 is Monday, starts_local is HH:MM in `zone`.
fairs = sa.Table(
    "fairs",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("organiser", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("zone", sa.String(60), nullable=False),
    sa.Column("weekday", sa.Integer, nullable=False),
    sa.Column("starts_local", sa.String(5), nullable=False),
    sa.Column("length_min", sa.Integer, nullable=False),
    sa.Column("first_date", sa.Date, nullable=False),
    sa.Column("last_date", sa.Date),
    sa.Column("repeats_agenda", sa.Boolean, nullable=False, default=True),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("closed_at", Utc),
)

# dates of the rule on which the fair does not take place
exceptions = sa.Table(
    "fair_exceptions",
    metadata,
    sa.Column("fair", sa.ForeignKey("fairs.id"), primary_key=True),
    sa.Column("local_date", sa.Date, primary_key=True),
    sa.Column("reason", sa.String(200), nullable=False, default=""),
)

# status: planned or cancelled; made from the rule some weeks ahead. sequence counts changes of
# time and status (RFC 5545, 3.8.7.4); agenda_taken_at is when the agenda of the week before was
# taken over, which happens by itself once.
occurrences = sa.Table(
    "occurrences",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("fair", sa.ForeignKey("fairs.id"), nullable=False),
    sa.Column("local_date", sa.Date, nullable=False),
    sa.Column("starts_at", Utc, nullable=False, index=True),
    sa.Column("ends_at", Utc, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False, default=0),
    sa.Column("agenda_taken_at", Utc),
    sa.UniqueConstraint("fair", "local_date", name="occurrence_once"),
)

# status: asked, approved or refused; a booth holds for every week of the fair
booths = sa.Table(
    "booths",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("fair", sa.ForeignKey("fairs.id"), nullable=False),
    sa.Column("organisation", sa.ForeignKey("organisations.id"), nullable=False, index=True),
    sa.Column("pitch", sa.Text, nullable=False, default=""),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("asked_at", Utc, nullable=False),
    sa.Column("decided_at", Utc),
    sa.UniqueConstraint("fair", "organisation", name="booth_once"),
)

# a live session on the agenda; its live room is `room` (showcase.live_rooms)
live_sessions = sa.Table(
    "live_sessions",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("occurrence", sa.ForeignKey("occurrences.id"), nullable=False, index=True),
    sa.Column("booth", sa.ForeignKey("booths.id"), nullable=False),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("starts_at", Utc, nullable=False),
    sa.Column("ends_at", Utc, nullable=False),
    sa.Column("room", sa.ForeignKey("rooms.id"), nullable=False, unique=True),
)
