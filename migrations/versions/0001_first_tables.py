"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
    )
    op.create_table(
        "business_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ahead_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_clock")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "brand",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_brand_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_brand_org_id_id")),
        sa.UniqueConstraint("org_id", "name", name=op.f("uq_brand_org_id_name")),
    )
    op.create_table(
        "history_entry",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "manager",
                "reviewer",
                "creator",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_history_entry_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_entry")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_history_entry_org_id_id")),
        sa.UniqueConstraint("org_id", "key", name=op.f("uq_history_entry_org_id_key")),
    )
    with op.batch_alter_table("history_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_history_entry_org_id_about_at"), ["org_id", "about", "at"], unique=False)

    op.create_table(
        "mailed_link",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mailed_link_account_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_mailed_link_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_mailed_link_org_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mailed_link_org_id_purpose_thing_id_account_id"),
            ["org_id", "purpose", "thing_id", "account_id"],
            unique=False,
        )

    op.create_table(
        "membership",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "manager",
                "reviewer",
                "creator",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_membership_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("org_id", "account_id", name=op.f("uq_membership_org_id_account_id")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_membership_org_id_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_account_id"), ["account_id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("photo", "video", name="filekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("original_sha256", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("taken_at", sa.Text(), nullable=True),
        sa.Column("camera", sa.Text(), nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_stored_file_account_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_stored_file_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_file_key")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_stored_file_org_id_id")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_org_id_account_id"), ["org_id", "account_id"], unique=False)

    op.create_table(
        "creator",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("niche", sa.Text(), nullable=False),
        sa.Column("whatsapp", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "account_id"],
            ["membership.org_id", "membership.account_id"],
            name=op.f("fk_creator_org_id_account_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_creator_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creator")),
        sa.UniqueConstraint("org_id", "account_id", name=op.f("uq_creator_org_id_account_id")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_creator_org_id_id")),
    )
    op.create_table(
        "outbox_mail",
        sa.Column(
            "kind",
            sa.Enum("reminder", "notice", name="mailkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "retry",
                "sent",
                "dead",
                "cancelled",
                name="mailstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("smtp_code", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "link_id"], ["mailed_link.org_id", "mailed_link.id"], name=op.f("fk_outbox_mail_org_id_link_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_outbox_mail_org_id")),
        sa.ForeignKeyConstraint(["recipient_id"], ["account.id"], name=op.f("fk_outbox_mail_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_mail_message_id")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_outbox_mail_org_id_id")),
        sa.UniqueConstraint("org_id", "idem_key", name=op.f("uq_outbox_mail_org_id_idem_key")),
    )
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_mail_leased",
            ["lease_until"],
            unique=False,
            postgresql_where=sa.text("state = 'sending'"),
            sqlite_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index(batch_op.f("ix_outbox_mail_org_id_about"), ["org_id", "about"], unique=False)
        batch_op.create_index(
            "ix_outbox_mail_waiting",
            ["send_after"],
            unique=False,
            postgresql_where=sa.text("state IN ('queued', 'retry')"),
            sqlite_where=sa.text("state IN ('queued', 'retry')"),
        )

    op.create_table(
        "product",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.Text(), nullable=False),
        sa.Column("halal_number", sa.Text(), nullable=False),
        sa.Column("allowed_claims", sa.Text(), nullable=False),
        sa.Column("banned_claims", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "brand_id"], ["brand.org_id", "brand.id"], name=op.f("fk_product_org_id_brand_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_product_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("org_id", "brand_id", "name", name=op.f("uq_product_org_id_brand_id_name")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_product_org_id_id")),
    )
    op.create_table(
        "campaign",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "brand_id"], ["brand.org_id", "brand.id"], name=op.f("fk_campaign_org_id_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "owner_id"],
            ["membership.org_id", "membership.account_id"],
            name=op.f("fk_campaign_org_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "product_id"], ["product.org_id", "product.id"], name=op.f("fk_campaign_org_id_product_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_campaign_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_campaign_org_id_id")),
        sa.UniqueConstraint("org_id", "name", name=op.f("uq_campaign_org_id_name")),
    )
    op.create_table(
        "handle",
        sa.Column("creator_id", sa.Integer(), nullable=False),
        sa.Column(
            "platform",
            sa.Enum(
                "instagram",
                "tiktok",
                "youtube",
                "x",
                "facebook",
                "blog",
                name="platform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "creator_id"], ["creator.org_id", "creator.id"], name=op.f("fk_handle_org_id_creator_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_handle_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handle")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_handle_org_id_id")),
        sa.UniqueConstraint("org_id", "platform", "name", name=op.f("uq_handle_org_id_platform_name")),
    )
    op.create_table(
        "partnership",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("creator_id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("template_key", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "invited",
                "negotiating",
                "accepted",
                "declined",
                "preparing",
                "active",
                "on_hold",
                "completed",
                "ended_early",
                name="partnershipstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("anchor_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("fee", sa.Integer(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "hold_cause",
            sa.Enum("paused", "reaction", name="holdcause", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("hold_note", sa.Text(), nullable=False),
        sa.Column("at_risk_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum(
                "not_for_me",
                "breach",
                "incident",
                "brand_stopped",
                "creator_stopped",
                "adverse_reaction",
                name="endreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("end_note", sa.Text(), nullable=False),
        sa.Column("invitation_note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "campaign_id"],
            ["campaign.org_id", "campaign.id"],
            name=op.f("fk_partnership_org_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "creator_id"], ["creator.org_id", "creator.id"], name=op.f("fk_partnership_org_id_creator_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "manager_id"],
            ["membership.org_id", "membership.account_id"],
            name=op.f("fk_partnership_org_id_manager_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_partnership_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_partnership_org_id_id")),
    )
    with op.batch_alter_table("partnership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnership_org_id_creator_id"), ["org_id", "creator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnership_org_id_state"), ["org_id", "state"], unique=False)

    op.create_table(
        "payment",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "earned",
                "approved",
                "paid",
                "disputed",
                "waived",
                name="paymentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pay_by", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name=op.f("fk_payment_org_id_partnership_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_payment_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_payment_org_id_id")),
        sa.UniqueConstraint("org_id", "partnership_id", "number", name=op.f("uq_payment_org_id_partnership_id_number")),
    )
    op.create_table(
        "plan_version",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name=op.f("fk_plan_version_org_id_partnership_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_plan_version_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_plan_version_org_id_id")),
        sa.UniqueConstraint(
            "org_id", "partnership_id", "number", name=op.f("uq_plan_version_org_id_partnership_id_number")
        ),
    )
    op.create_table(
        "stage",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Integer(), nullable=False),
        sa.Column("to_day", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "claim_level",
            sa.Enum(
                "none",
                "impression",
                "routine_and_minus",
                "own_result",
                name="claimlevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "upcoming",
                "open",
                "closed",
                "skipped",
                name="stagestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_stage_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name=op.f("fk_stage_org_id_partnership_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_stage_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_stage_org_id_id")),
        sa.UniqueConstraint("org_id", "partnership_id", "key", name=op.f("uq_stage_org_id_partnership_id_key")),
    )
    op.create_table(
        "step",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "stage_opens",
                "check_in",
                "draft",
                "publish",
                "keep_live",
                "pay_fact",
                "stage_closes",
                name="stepkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung", sa.Text(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name=op.f("fk_step_org_id_partnership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "stage_id"], ["stage.org_id", "stage.id"], name=op.f("fk_step_org_id_stage_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_step_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_step_org_id_id")),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index(
            "ix_step_next_action_at",
            ["next_action_at"],
            unique=False,
            postgresql_where=sa.text("next_action_at IS NOT NULL"),
            sqlite_where=sa.text("next_action_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_step_org_id_partnership_id_due_at"), ["org_id", "partnership_id", "due_at"], unique=False
        )

    op.create_table(
        "check_in",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "scheduled",
                "open",
                "late",
                "answered",
                "missed",
                "excused",
                "cancelled",
                name="checkinstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needs_person", sa.Text(), nullable=True),
        sa.Column("seen_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name=op.f("fk_check_in_org_id_partnership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "step_id"], ["step.org_id", "step.id"], name=op.f("fk_check_in_org_id_step_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_check_in_org_id")),
        sa.ForeignKeyConstraint(["seen_by"], ["account.id"], name=op.f("fk_check_in_seen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_check_in_org_id_id")),
        sa.UniqueConstraint("org_id", "partnership_id", "key", name=op.f("uq_check_in_org_id_partnership_id_key")),
    )
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_in_org_id_state"), ["org_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_in_org_id_step_id"), ["org_id", "step_id"], unique=True)

    op.create_table(
        "deliverable",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("draft_step_id", sa.Integer(), nullable=True),
        sa.Column("publish_step_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "drafting",
                "submitted",
                "in_review",
                "changes_requested",
                "approved",
                "published_unverified",
                "live_verified",
                "keeping_live",
                "done",
                "taken_down",
                "withdrawn",
                "waived",
                name="deliverablestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "draft_step_id"], ["step.org_id", "step.id"], name=op.f("fk_deliverable_org_id_draft_step_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name=op.f("fk_deliverable_org_id_partnership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "publish_step_id"],
            ["step.org_id", "step.id"],
            name=op.f("fk_deliverable_org_id_publish_step_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_deliverable_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliverable")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_deliverable_org_id_id")),
        sa.UniqueConstraint("org_id", "partnership_id", "key", name=op.f("uq_deliverable_org_id_partnership_id_key")),
    )
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_deliverable_org_id_draft_step_id"), ["org_id", "draft_step_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_deliverable_org_id_publish_step_id"), ["org_id", "publish_step_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_deliverable_org_id_state_waiting_since"), ["org_id", "state", "waiting_since"], unique=False
        )

    op.create_table(
        "answer",
        sa.Column("check_in_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "whatsapp",
                "email",
                "phone",
                "other",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_answer_given_by")),
        sa.ForeignKeyConstraint(
            ["org_id", "check_in_id"], ["check_in.org_id", "check_in.id"], name=op.f("fk_answer_org_id_check_in_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_answer_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("org_id", "check_in_id", name=op.f("uq_answer_org_id_check_in_id")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_answer_org_id_id")),
    )
    op.create_table(
        "live_post",
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column(
            "platform",
            sa.Enum(
                "instagram",
                "tiktok",
                "youtube",
                "x",
                "facebook",
                "blog",
                name="platform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("label_on", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("unapproved", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.Column("found", sa.Boolean(), nullable=True),
        sa.Column("check_note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_live_post_added_by")),
        sa.ForeignKeyConstraint(["checked_by"], ["account.id"], name=op.f("fk_live_post_checked_by")),
        sa.ForeignKeyConstraint(
            ["org_id", "deliverable_id"],
            ["deliverable.org_id", "deliverable.id"],
            name=op.f("fk_live_post_org_id_deliverable_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_live_post_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_post")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_live_post_org_id_id")),
        sa.UniqueConstraint("org_id", "url", name=op.f("uq_live_post_org_id_url")),
    )
    op.create_table(
        "revision",
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "deliverable_id"],
            ["deliverable.org_id", "deliverable.id"],
            name=op.f("fk_revision_org_id_deliverable_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_revision_org_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"], name=op.f("fk_revision_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint(
            "org_id", "deliverable_id", "number", name=op.f("uq_revision_org_id_deliverable_id_number")
        ),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_revision_org_id_id")),
    )
    op.create_table(
        "evidence_photo",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "answer_id"], ["answer.org_id", "answer.id"], name=op.f("fk_evidence_photo_org_id_answer_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "file_id"],
            ["stored_file.org_id", "stored_file.id"],
            name=op.f("fk_evidence_photo_org_id_file_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_evidence_photo_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_photo")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_evidence_photo_org_id_id")),
    )
    op.create_table(
        "review",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("revision_sha256", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("rubric", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "approved",
                "changes_requested",
                "rejected",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("is_independent", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "revision_id"], ["revision.org_id", "revision.id"], name=op.f("fk_review_org_id_revision_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_review_org_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["account.id"], name=op.f("fk_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_review_org_id_id")),
        sa.UniqueConstraint(
            "org_id", "revision_id", "reviewer_id", name=op.f("uq_review_org_id_revision_id_reviewer_id")
        ),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_org_id_reviewer_id"), ["org_id", "reviewer_id"], unique=False)

    op.create_table(
        "revision_media",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "file_id"],
            ["stored_file.org_id", "stored_file.id"],
            name=op.f("fk_revision_media_org_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "revision_id"],
            ["revision.org_id", "revision.id"],
            name=op.f("fk_revision_media_org_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_revision_media_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_media")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_revision_media_org_id_id")),
        sa.UniqueConstraint(
            "org_id", "revision_id", "position", name=op.f("uq_revision_media_org_id_revision_id_position")
        ),
    )
    op.create_table(
        "blocker_finding",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("blocker", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "review_id"], ["review.org_id", "review.id"], name=op.f("fk_blocker_finding_org_id_review_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_blocker_finding_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocker_finding")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_blocker_finding_org_id_id")),
        sa.UniqueConstraint("org_id", "review_id", "blocker", name=op.f("uq_blocker_finding_org_id_review_id_blocker")),
    )
    op.create_table(
        "rating",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 0 AND 4", name=op.f("ck_rating_level_in_range")),
        sa.ForeignKeyConstraint(
            ["org_id", "review_id"], ["review.org_id", "review.id"], name=op.f("fk_rating_org_id_review_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_rating_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_rating_org_id_id")),
        sa.UniqueConstraint(
            "org_id", "review_id", "criterion", "blind", name=op.f("uq_rating_org_id_review_id_criterion_blind")
        ),
    )


def downgrade() -> None:
    op.drop_table("rating")
    op.drop_table("blocker_finding")
    op.drop_table("revision_media")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_org_id_reviewer_id"))

    op.drop_table("review")
    op.drop_table("evidence_photo")
    op.drop_table("revision")
    op.drop_table("live_post")
    op.drop_table("answer")
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliverable_org_id_state_waiting_since"))
        batch_op.drop_index(batch_op.f("ix_deliverable_org_id_publish_step_id"))
        batch_op.drop_index(batch_op.f("ix_deliverable_org_id_draft_step_id"))

    op.drop_table("deliverable")
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_in_org_id_step_id"))
        batch_op.drop_index(batch_op.f("ix_check_in_org_id_state"))

    op.drop_table("check_in")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_step_org_id_partnership_id_due_at"))
        batch_op.drop_index(
            "ix_step_next_action_at",
            postgresql_where=sa.text("next_action_at IS NOT NULL"),
            sqlite_where=sa.text("next_action_at IS NOT NULL"),
        )

    op.drop_table("step")
    op.drop_table("stage")
    op.drop_table("plan_version")
    op.drop_table("payment")
    with op.batch_alter_table("partnership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partnership_org_id_state"))
        batch_op.drop_index(batch_op.f("ix_partnership_org_id_creator_id"))

    op.drop_table("partnership")
    op.drop_table("handle")
    op.drop_table("campaign")
    op.drop_table("product")
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_mail_waiting",
            postgresql_where=sa.text("state IN ('queued', 'retry')"),
            sqlite_where=sa.text("state IN ('queued', 'retry')"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_mail_org_id_about"))
        batch_op.drop_index(
            "ix_outbox_mail_leased",
            postgresql_where=sa.text("state = 'sending'"),
            sqlite_where=sa.text("state = 'sending'"),
        )

    op.drop_table("outbox_mail")
    op.drop_table("creator")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_org_id_account_id"))

    op.drop_table("stored_file")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_account_id"))

    op.drop_table("membership")
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailed_link_org_id_purpose_thing_id_account_id"))

    op.drop_table("mailed_link")
    with op.batch_alter_table("history_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_entry_org_id_about_at"))

    op.drop_table("history_entry")
    op.drop_table("brand")
    op.drop_table("organisation")
    op.drop_table("heartbeat")
    op.drop_table("business_clock")
    op.drop_table("account")
