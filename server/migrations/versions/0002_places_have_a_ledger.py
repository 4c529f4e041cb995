"""Places have a ledger, lines and deadlines; receipts; one interview at a time; pages in front."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RUNNING = sa.text("status = 'admitted'")


def upgrade() -> None:
    _offers_say_their_terms()
    _claims_have_a_state()
    _ledger_and_receipts()
    op.create_table(
        "turns",
        sa.Column("lease", sa.String(length=40), sa.ForeignKey("leases.id"), primary_key=True),
        sa.Column("at", sa.DateTime(), primary_key=True),
        sa.Column("is_front", sa.Boolean(), nullable=False),
    )
    with op.batch_alter_table("application_steps") as batch_op:
        batch_op.alter_column("by", existing_type=sa.String(length=20), nullable=True)
    for side in ("candidate", "interviewer"):
        op.create_index(
            f"interview_one_{side}",
            "interviews",
            [side],
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        )


def _offers_say_their_terms() -> None:
    number, month, none = sa.text("0"), "month", ""
    op.add_column(
        "offers", sa.Column("pay_min", sa.Integer(), nullable=False, server_default=number)
    )
    op.add_column(
        "offers", sa.Column("pay_max", sa.Integer(), nullable=False, server_default=number)
    )
    op.add_column(
        "offers", sa.Column("pay_unit", sa.String(8), nullable=False, server_default=month)
    )
    op.add_column(
        "offers", sa.Column("work_place", sa.String(120), nullable=False, server_default=none)
    )
    for name, source in (
        ("pay_min", "pay_min"),
        ("pay_max", "pay_max"),
        ("pay_unit", "pay_unit"),
        ("work_place", "place"),
    ):
        op.execute(
            f"UPDATE offers SET {name} = (SELECT {source} FROM jobs WHERE jobs.id = offers.job)"
        )
    op.create_index("offer_size", "offers", ["id", "places"], unique=True)


def _claims_have_a_state() -> None:
    op.add_column("claims", sa.Column("places", sa.Integer()))
    op.add_column("claims", sa.Column("state", sa.String(10)))
    op.add_column("claims", sa.Column("due_at", sa.DateTime()))
    op.execute("UPDATE claims SET places = (SELECT places FROM offers WHERE id = claims.offer)")
    op.execute(
        "UPDATE claims SET state = CASE WHEN (SELECT stage FROM applications"
        " WHERE id = claims.application) = 'hired' THEN 'hired' ELSE 'holding' END"
    )
    with op.batch_alter_table("claims") as batch_op:
        batch_op.alter_column("places", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("state", existing_type=sa.String(10), nullable=False)
        batch_op.alter_column("place", existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column("application", existing_type=sa.String(length=20), nullable=True)
        batch_op.create_foreign_key(
            "claim_of_offer", "offers", ["offer", "places"], ["id", "places"]
        )
        batch_op.create_check_constraint("claim_within", "place BETWEEN 1 AND places")
        batch_op.create_check_constraint(
            "claim_has_place", "(place IS NOT NULL) = (state IN ('holding', 'hired'))"
        )
        batch_op.create_index("ix_claims_application", ["application"])
        batch_op.create_index("ix_claims_due_at", ["due_at"])


def _ledger_and_receipts() -> None:
    op.create_table(
        "place_ledger",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("offer", sa.String(length=20), sa.ForeignKey("offers.id"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=20), sa.ForeignKey("claims.id"), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_place_ledger_offer", "place_ledger", ["offer"])
    op.execute(
        "INSERT INTO place_ledger (offer, place, claim, change, seq, at)"
        " SELECT offer, place, id, 'taken', seq, at FROM claims ORDER BY seq"
    )
    op.create_table(
        "receipts",
        sa.Column("claim", sa.String(length=20), sa.ForeignKey("claims.id"), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
    )


def downgrade() -> None:
    """Whoever holds no place, and what a deadline did, have no form in the older schema."""
    for side in ("candidate", "interviewer"):
        op.drop_index(f"interview_one_{side}", "interviews")
    op.drop_table("turns")
    op.execute('DELETE FROM application_steps WHERE "by" IS NULL')
    with op.batch_alter_table("application_steps") as batch_op:
        batch_op.alter_column("by", existing_type=sa.String(length=20), nullable=False)
    op.drop_table("receipts")
    op.drop_table("place_ledger")
    op.execute("DELETE FROM claims WHERE place IS NULL")
    with op.batch_alter_table("claims") as batch_op:
        batch_op.drop_index("ix_claims_application")
        batch_op.drop_index("ix_claims_due_at")
        for constraint in ("claim_has_place", "claim_within"):
            batch_op.drop_constraint(constraint, type_="check")
        batch_op.drop_constraint("claim_of_offer", type_="foreignkey")
        batch_op.alter_column("place", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("application", existing_type=sa.String(length=20), nullable=False)
        for column in ("places", "state", "due_at"):
            batch_op.drop_column(column)
    op.drop_index("offer_size", "offers")
    with op.batch_alter_table("offers") as batch_op:
        for column in ("pay_min", "pay_max", "pay_unit", "work_place"):
            batch_op.drop_column(column)
