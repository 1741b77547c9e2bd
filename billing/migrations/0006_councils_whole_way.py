import django.db.models.deletion
from django.db import migrations, models


_HERE = "t.schema_name = current_user::text COLLATE \"default\""


def _part(cents: str) -> str:
    """The operating budget's part of an amount so far, rounded half away from zero."""
    whole = f"({cents})::bigint"
    parted = f"(abs({whole}) * h.aep_bp * 2 + 10000) / 20000"
    return f"(CASE WHEN {whole} < 0 THEN -({parted}) ELSE {parted} END)"


WIDER = {
    "billing_own_council": f"""
        SELECT c.id, c.reference, c.name, c.company_id, c.weight,
               c.account_state, c.payouts_state, c.account_needs, c.contact_email,
               c.legal_personality, c.personality_asked_at, c.siren, c.street, c.postcode, c.city,
               c.vat_number, c.is_vat_payer, c.self_billing_since, c.account_requirements,
               c.account_deadline_at, c.account_seen_at, c.ended_at
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        WHERE {_HERE}""",
    "billing_own_terms": f"""
        SELECT s.id, c.reference AS council_reference, s.version, s.rate_bp, s.valid_from,
               s.offered_at, s.accepted_at, s.accepted_by_name, s.accepted_by_role,
               s.offered_by_name, s.aep_bp, s.resolution, s.declined_at, s.declined_by_name,
               s.declined_because
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_shareterms s ON s.council_id = c.id
        WHERE {_HERE}""",
    "billing_own_share": f"""
        SELECT h.id, h.reference, c.reference AS council_reference, c.name AS council_name,
               h.state, h.amount_cents, h.netted_cents,
               back.owed_cents,
               s.collected_at, h.release_at, h.released_at, h.transferred_at,
               coalesce(w.amount_cents, 0) AS transferred_cents,
               coalesce(w.stripe_id, '') AS transfer_reference,
               m.name AS merchant_name, m.slug AS merchant_slug,
               g.reference AS campaign_reference, g.headline,
               part.starts_on, part.ends_on, part.slots,
               part.rate_bp, part.terms_version, part.terms_accepted,
               part.weight, part.weight_total, part.net_cents,
               round(s.vat_cents * part.portion)::bigint AS vat_cents,
               part.net_cents + round(s.vat_cents * part.portion)::bigint AS gross_cents,
               round(p.fee_cents * part.portion)::bigint AS fee_cents,
               round(s.refunded_cents * part.portion)::bigint AS refunded_cents,
               h.aep_bp, round(s.disputed_cents * part.portion)::bigint AS disputed_cents,
               coalesce(contested.state, '') AS dispute_state,
               contested.opened_at AS dispute_opened_at
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_share h ON h.council_id = c.id
        JOIN billing_sale s ON s.id = h.sale_id
        JOIN billing_payment p ON p.id = s.payment_id
        JOIN billing_order o ON o.id = s.order_id
        JOIN placements_campaign g ON g.id = o.campaign_id
        JOIN merchants_merchant m ON m.id = s.merchant_id
        LEFT JOIN billing_transfer w ON w.share_id = h.id AND w.state = 'done'
        CROSS JOIN LATERAL (
            SELECT min(f.starts_on) AS starts_on, max(f.ends_on) AS ends_on,
                   string_agg(DISTINCT f.slot, ',' ORDER BY f.slot) AS slots,
                   max(k.rate_bp) AS rate_bp, max(v.version) AS terms_version,
                   bool_and(v.accepted_at IS NOT NULL) AS terms_accepted,
                   max(k.weight) AS weight, max(k.weight_total) AS weight_total,
                   sum(k.net_cents)::bigint AS net_cents,
                   sum(k.net_cents) / s.net_cents AS portion
            FROM billing_saleterms k
            JOIN placements_flight f ON f.id = k.flight_id
            JOIN billing_shareterms v ON v.id = k.terms_id
            WHERE k.sale_id = h.sale_id AND k.council_id = h.council_id
        ) part
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.amount_cents - r.settled_cents), 0)::bigint AS owed_cents
            FROM billing_reversal r WHERE r.share_id = h.id AND r.state = 'owed'
        ) back
        LEFT JOIN LATERAL (
            SELECT d.state, d.opened_at FROM billing_dispute d
            WHERE d.sale_id = h.sale_id ORDER BY d.id DESC LIMIT 1
        ) contested ON true
        WHERE {_HERE}""",
    "billing_own_entry": f"""
        SELECT e.id, c.reference AS council_reference, x.occurred_at, x.kind,
               e.amount_cents AS cents, h.reference AS share_reference, m.name AS merchant_name,
               g.reference AS campaign_reference, g.headline, e.stripe_id,
               e.account, {_part('sum(e.amount_cents) OVER so_far')}
               - {_part('sum(e.amount_cents) OVER so_far - e.amount_cents')} AS aep_cents
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_ledgerentry e
            ON e.council_id = c.id AND e.account IN ('share.cost', 'stripe.balance', 'bad_debt')
        JOIN billing_ledgertransaction x ON x.id = e.transaction_id
        JOIN billing_share h ON h.sale_id = e.sale_id AND h.council_id = c.id
        JOIN billing_sale s ON s.id = e.sale_id
        JOIN billing_order o ON o.id = s.order_id
        JOIN placements_campaign g ON g.id = o.campaign_id
        JOIN merchants_merchant m ON m.id = s.merchant_id
        WHERE {_HERE}
        WINDOW so_far AS (PARTITION BY h.reference, e.account ORDER BY e.id)""",
}
NEW = {
    "billing_own_payout": f"""
        SELECT p.id, c.reference AS council_reference, p.stripe_id, p.state, p.amount_cents,
               p.arrives_on, p.failure, p.made_at
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_payout p ON p.council_id = c.id
        WHERE {_HERE}""",
    "billing_own_statement": f"""
        SELECT s.id, s.reference, c.reference AS council_reference, s.first_day, s.last_day,
               s.number, s.net_cents, s.vat_cents, s.opening_cents, s.closing_cents,
               s.asked_by_name, s.made_at, s.rendered_at
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_statement s ON s.council_id = c.id
        WHERE {_HERE}""",
    "billing_own_account_change": f"""
        SELECT a.id, a.reference, c.reference AS council_reference, a.state, a.old_account,
               a.new_account, a.new_account_state, a.new_account_requirements, a.contact_email,
               a.siren, a.reason, a.asked_at, a.asked_by_reference, a.asked_by_name,
               a.confirmed_at, a.confirmed_by_name, a.ended_at, a.ended_because, a.spare_closed_at
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_accountchange a ON a.council_id = c.id
        WHERE {_HERE}""",
    "billing_own_renewal": f"""
        SELECT s.id, m.name AS merchant_name, g.headline, s.state, s.paid_until AS next_at,
               round(s.net_cents * sum(f.net_cents) / (
                   SELECT sum(e.net_cents) FROM placements_flight e WHERE e.campaign_id = g.id
               ))::bigint AS net_cents
        FROM spaces_tenant t
        JOIN placements_flight f ON f.tenant_id = t.id
        JOIN billing_subscription s ON s.campaign_id = f.campaign_id
        JOIN placements_campaign g ON g.id = s.campaign_id
        JOIN merchants_merchant m ON m.id = s.merchant_id
        WHERE {_HERE} AND s.state IN ('active', 'past_due', 'ending') AND f.net_cents > 0
        GROUP BY s.id, g.id, m.id""",
}
TERMS = """
CREATE OR REPLACE FUNCTION billing_terms_are_only_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.accepted_at IS NULL AND OLD.declined_at IS NULL
        AND (NEW.accepted_at IS NULL OR NEW.declined_at IS NULL)
        AND (OLD.council_id, OLD.version, OLD.rate_bp, OLD.valid_from, OLD.offered_at,
             OLD.offered_by_name)
          = (NEW.council_id, NEW.version, NEW.rate_bp, NEW.valid_from, NEW.offered_at,
             NEW.offered_by_name)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'terms are followed by others, never changed'
        USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0005_money_checked'),
    ]

    operations = [
        migrations.CreateModel(
            name='OwnAccountChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12)),
                ('council_reference', models.CharField(max_length=12)),
                ('state', models.CharField(choices=[('asked', 'À confirmer'), ('confirmed', 'Nouveau compte à compléter'), ('done', 'Compte remplacé'), ('cancelled', 'Abandonné')], max_length=9)),
                ('old_account', models.CharField(max_length=60)),
                ('new_account', models.CharField(max_length=60)),
                ('new_account_state', models.CharField(choices=[('none', 'Pas encore de compte'), ('no_legal_personality', 'Sans personnalité morale'), ('created', 'Compte créé'), ('onboarding', 'Compte à compléter'), ('active', 'Compte actif'), ('restricted', 'Compte bloqué'), ('rejected', 'Compte refusé'), ('unsupported', 'Compte impossible'), ('closed', 'Compte fermé')], max_length=20)),
                ('new_account_requirements', models.JSONField(null=True)),
                ('contact_email', models.EmailField(max_length=254)),
                ('siren', models.CharField(max_length=9)),
                ('reason', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('asked_by_reference', models.CharField(max_length=12)),
                ('asked_by_name', models.CharField(max_length=121)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by_name', models.CharField(max_length=121)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(max_length=200)),
                ('spare_closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'billing_own_account_change',
                'ordering': ['-id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnPayout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('council_reference', models.CharField(max_length=12)),
                ('stripe_id', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('pending', 'Prévu'), ('in_transit', 'En route'), ('paid', 'Arrivé'), ('failed', 'Refusé par la banque'), ('canceled', 'Annulé')], max_length=10)),
                ('amount_cents', models.BigIntegerField()),
                ('arrives_on', models.DateField(null=True)),
                ('failure', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'billing_own_payout',
                'ordering': ['-made_at', '-id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnRenewal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('merchant_name', models.CharField(max_length=80)),
                ('headline', models.CharField(max_length=80)),
                ('state', models.CharField(choices=[('opening', 'À payer'), ('active', 'En cours'), ('past_due', 'Paiement refusé'), ('ending', 'S’arrête à la fin du mois payé'), ('ended', 'Arrêté')], max_length=8)),
                ('next_at', models.DateTimeField(null=True)),
                ('net_cents', models.BigIntegerField()),
            ],
            options={
                'db_table': 'billing_own_renewal',
                'ordering': ['next_at', 'id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12)),
                ('council_reference', models.CharField(max_length=12)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('number', models.CharField(max_length=40, null=True)),
                ('net_cents', models.BigIntegerField()),
                ('vat_cents', models.BigIntegerField()),
                ('opening_cents', models.BigIntegerField()),
                ('closing_cents', models.BigIntegerField()),
                ('asked_by_name', models.CharField(max_length=121)),
                ('made_at', models.DateTimeField()),
                ('rendered_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'billing_own_statement',
                'ordering': ['-made_at', '-id'],
                'managed': False,
            },
        ),
        migrations.AddField(
            model_name='accountchange',
            name='new_account_requirements',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='accountchange',
            name='new_account_state',
            field=models.CharField(blank=True, choices=[('none', 'Pas encore de compte'), ('no_legal_personality', 'Sans personnalité morale'), ('created', 'Compte créé'), ('onboarding', 'Compte à compléter'), ('active', 'Compte actif'), ('restricted', 'Compte bloqué'), ('rejected', 'Compte refusé'), ('unsupported', 'Compte impossible'), ('closed', 'Compte fermé')], db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='accountchange',
            name='spare_closed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='council',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='council',
            name='personality_asked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='shareterms',
            name='offered_by_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=121),
        ),
        migrations.CreateModel(
            name='CouncilNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('needs', 'Stripe demande quelque chose'), ('past_due', 'Une réponse à Stripe est en retard'), ('payouts_stopped', 'L’argent ne peut pas quitter Stripe'), ('restricted', 'Compte bloqué'), ('rejected', 'Compte refusé'), ('unsupported', 'Compte impossible'), ('closed', 'Compte fermé'), ('active', 'Compte actif'), ('personality', 'Personnalité morale notée'), ('offered', 'Conditions proposées'), ('change_asked', 'Remplacement du compte à confirmer'), ('change_confirmed', 'Remplacement du compte confirmé'), ('change_done', 'Compte remplacé'), ('change_cancelled', 'Remplacement du compte abandonné')], max_length=16)),
                ('facts', models.JSONField(default=dict)),
                ('happened_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('council', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='billing.council')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('told_at', None)), fields=['id'], name='notices_to_be_told')],
            },
        ),
        migrations.RunSQL(TERMS, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                f"CREATE OR REPLACE VIEW {name} WITH (security_barrier) AS {body}",
                migrations.RunSQL.noop,
            )
            for name, body in WIDER.items()
        ),
        *(
            migrations.RunSQL(
                f"CREATE VIEW {name} WITH (security_barrier) AS {body}", f"DROP VIEW {name}"
            )
            for name, body in NEW.items()
        ),
    ]
