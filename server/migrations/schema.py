"""Every table of the house, gathered for Alembic: importing this fills the metadata."""

from __future__ import annotations

from server.accounts import store as accounts
from server.accounts import store_organisations as organisations
from server.attendance import store as attendance
from server.base import idempotency, journal
from server.base.db import metadata
from server.conversation import store as conversation
from server.hiring import store as hiring
from server.hiring import store_offers as offers
from server.interviews import store as interviews
from server.jobs import store as jobs
from server.scheduling import store as scheduling
from server.showcase import store as showcase
from server.trust import store as trust

STORES = (
    accounts,
    organisations,
    attendance,
    conversation,
    hiring,
    offers,
    idempotency,
    interviews,
    jobs,
    journal,
    scheduling,
    showcase,
    trust,
)

__all__ = ["STORES", "metadata"]
