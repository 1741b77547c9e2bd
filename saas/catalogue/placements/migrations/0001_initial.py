"""Placements with their first prices, and what spaces may read of those that run."""

import saas.catalogue.placements.models.drafts
import saas.catalogue.placements.models.refusals
import saas.catalogue.placements.models.reports
import saas.catalogue.placements.models.slots
import django.db.models.functions.datetime
import django.db.models.deletion
import saas.catalogue.placements.models
from django.conf import settings
from django.db import migrations, models

from saas.kernel.database.sql_files import RunFile

# The second version asks the same amounts, for active members in place of the declared head-count.
FIRST_PRICES = """
WITH first AS (
    INSERT INTO placements_pricelist (version, valid_from, basis, note) VALUES
        (1, '2020-01-01T00:00:00Z', 'heads', ''),
        (2, '2026-11-01T00:00:00Z', 'active', 'Les membres actifs remplacent l’effectif déclaré.')
    RETURNING id
)
INSERT INTO placements_price (price_list_id, slot, day_cents, day_per_hundred_cents)
    SELECT id, slot, day_cents, day_per_hundred_cents FROM first, (VALUES
        ('home_feed', 350, 50),
        ('neighbourhood', 149, 23),
        ('kiosk', 400, 150),
        ('shelf', 250, 40),
        ('digest', 300, 45)
    ) AS price (slot, day_cents, day_per_hundred_cents);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('merchants', '0001_initial'),
        ('spaces', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RunningFlight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12)),
                ('campaign_reference', models.CharField(max_length=12)),
                ('slot', models.CharField(choices=saas.catalogue.placements.models.slots.choices, max_length=14)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('day_part', models.CharField(choices=[('all', 'Toute la journée'), ('morning', 'Le matin, de 7 h à 11 h'), ('noon', 'À midi, de 11 h à 14 h'), ('afternoon', 'L’après-midi, de 14 h à 19 h')], max_length=9)),
                ('closed_days_iso', models.JSONField()),
                ('headline', models.CharField(max_length=80)),
                ('text', models.CharField(max_length=200)),
                ('offer', models.CharField(max_length=20)),
                ('picture', models.CharField(max_length=200)),
                ('merchant_id', models.BigIntegerField()),
                ('merchant_reference', models.CharField(max_length=12)),
                ('merchant_slug', models.CharField(max_length=60)),
                ('merchant_name', models.CharField(max_length=80)),
                ('merchant_latitude', models.DecimalField(decimal_places=6, max_digits=9)),
                ('merchant_longitude', models.DecimalField(decimal_places=6, max_digits=9)),
                ('refused_by', models.TextField()),
            ],
            options={
                'db_table': 'placements_running',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.placements.models.campaign_reference, max_length=12, unique=True)),
                ('state', models.CharField(choices=[('draft', 'Brouillon'), ('paid', 'Payée'), ('stopped', 'Arrêtée')], default='draft', max_length=7)),
                ('headline', models.CharField(max_length=80)),
                ('text', models.CharField(blank=True, max_length=200)),
                ('offer', models.CharField(blank=True, max_length=20)),
                ('picture', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField()),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('replaced_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('held_until', models.DateTimeField(blank=True, null=True)),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('sold_out_at', models.DateTimeField(blank=True, null=True)),
                ('rhythm', models.CharField(choices=[('once', 'Une fois'), ('monthly', 'Chaque mois')], db_default='once', default='once', max_length=7)),
                ('follows', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='placements.campaign')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-made_at', '-id'], 'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('paid_at', None), ('state', 'draft'), ('stopped_at', None)), models.Q(('paid_at__isnull', False), ('state', 'paid'), ('stopped_at', None)), models.Q(('paid_at__isnull', False), ('state', 'stopped'), ('stopped_at__isnull', False)), _connector='OR'), name='a_campaign_says_when_it_was_paid_or_stopped')],
            },
        ),
        migrations.CreateModel(
            name='Flight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.placements.models.flight_reference, max_length=12, unique=True)),
                ('slot', models.CharField(choices=saas.catalogue.placements.models.slots.choices, max_length=14)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('reach', models.PositiveIntegerField()),
                ('screens', models.PositiveIntegerField(db_default=0, default=0)),
                ('day_part', models.CharField(choices=[('all', 'Toute la journée'), ('morning', 'Le matin, de 7 h à 11 h'), ('noon', 'À midi, de 11 h à 14 h'), ('afternoon', 'L’après-midi, de 14 h à 19 h')], db_default='all', default='all', max_length=9)),
                ('net_cents', models.PositiveBigIntegerField()),
                ('closed_days_iso', models.JSONField(blank=True, default=list)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flights', to='placements.campaign')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='spaces.tenant')),
            ],
            options={
                'ordering': ['starts_on', 'id'], 'indexes': [models.Index(fields=['tenant', 'ends_on'], name='flights_of_a_space_by_end')], 'constraints': [models.UniqueConstraint(fields=('campaign', 'tenant', 'slot'), name='a_campaign_flies_once_in_a_slot_of_a_space'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='a_flight_ends_after_it_starts', violation_error_message='La fin suit le début.'), models.CheckConstraint(condition=models.Q(models.Q(('screens__gte', 1), ('slot', 'kiosk'), models.Q(('day_part', 'all'), ('day_part', 'morning'), ('day_part', 'noon'), ('day_part', 'afternoon'), _connector='OR')), models.Q(models.Q(('slot', 'kiosk'), _negated=True), ('day_part', 'all'), ('screens', 0)), _connector='OR'), name='a_flight_counts_its_screens_where_it_has_some')],
            },
        ),
        migrations.CreateModel(
            name='FlightDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('views', models.PositiveIntegerField(default=0)),
                ('clicks', models.PositiveIntegerField(default=0)),
                ('opens', models.PositiveIntegerField(db_default=0, default=0)),
                ('loans', models.PositiveIntegerField(db_default=0, default=0)),
                ('gathered_at', models.DateTimeField()),
                ('flight', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='placements.flight')),
            ],
            options={
                'ordering': ['day'], 'constraints': [models.UniqueConstraint(fields=('flight', 'day'), name='a_flight_has_one_row_for_a_day')],
            },
        ),
        migrations.CreateModel(
            name='FlightPlay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('screen_reference', models.CharField(max_length=12)),
                ('screen_name', models.CharField(max_length=40)),
                ('plays', models.PositiveIntegerField()),
                ('seconds', models.PositiveIntegerField()),
                ('gathered_at', models.DateTimeField()),
                ('flight', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plays', to='placements.flight')),
            ],
            options={
                'ordering': ['-day', 'flight', 'screen_name'], 'constraints': [models.UniqueConstraint(fields=('flight', 'day', 'screen_reference'), name='a_flight_has_one_row_for_a_screen_and_day')],
            },
        ),
        migrations.CreateModel(
            name='SpaceInventory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('screens', models.PositiveIntegerField(default=0)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('dark_since', models.DateTimeField(blank=True, null=True)),
                ('unshown', models.CharField(blank=True, db_default='', default='', max_length=40)),
                ('shelf_places', models.PositiveIntegerField(db_default=0, default=0)),
                ('bare_since', models.DateTimeField(blank=True, null=True)),
                ('closed_slots', models.JSONField(blank=True, db_default={}, default=dict)),
                ('counted_at', models.DateTimeField()),
                ('tenant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
            ],
            options={
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True)),
                ('valid_from', models.DateTimeField()),
                ('basis', models.CharField(choices=[('heads', 'Effectif déclaré'), ('active', 'Membres actifs')], db_default='active', default='active', max_length=6)),
                ('least_net_cents', models.PositiveBigIntegerField(db_default=0, default=0)),
                ('most_net_cents', models.PositiveBigIntegerField(blank=True, null=True)),
                ('note', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.CharField(choices=saas.catalogue.placements.models.slots.choices, max_length=14)),
                ('day_cents', models.PositiveBigIntegerField()),
                ('day_per_hundred_cents', models.PositiveBigIntegerField()),
                ('weekend_bp', models.PositiveIntegerField(db_default=10000, default=10000)),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='placements.pricelist')),
            ], options={'constraints': [models.UniqueConstraint(fields=('price_list', 'slot'), name='a_slot_has_one_price_in_a_list')]},
        ),
        migrations.AddField(
            model_name='campaign',
            name='price_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.pricelist'),
        ),
        migrations.CreateModel(
            name='OwnGate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.BigIntegerField(null=True)),
                ('since', models.DateTimeField()),
            ],
            options={
                'db_table': 'placements_own_gate',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnPreview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.BigIntegerField(null=True)),
                ('campaign_reference', models.CharField(max_length=12)),
                ('headline', models.CharField(max_length=80)),
                ('text', models.CharField(max_length=200)),
                ('offer', models.CharField(max_length=20)),
                ('picture', models.CharField(max_length=200)),
                ('merchant_name', models.CharField(max_length=80)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('due_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'placements_own_preview',
                'ordering': ['due_at', 'id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='AdGate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='AdPreview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=[('waiting', 'À voir'), ('accepted', 'Acceptée'), ('refused', 'Refusée'), ('lapsed', 'Délai passé')], default='waiting', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['due_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='campaign',
            name='decision_mailed_at',
            field=models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='closure_mailed_at',
            field=models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='review',
            field=models.CharField(choices=[('none', 'Pas encore demandée'), ('waiting', 'En cours de relecture'), ('approved', 'Acceptée'), ('refused', 'Refusée')], db_default='none', default='none', max_length=8),
        ),
        migrations.AddField(
            model_name='campaign',
            name='review_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='review_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='campaign',
            name='reviewed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='seen_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='seen_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='campaign',
            name='subjects',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(condition=models.Q(('review_due_at__isnull', False), ('seen_at', None)), fields=['review_due_at'], name='ads_to_see'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('review', 'none'), ('reviewed_at', None)), models.Q(('review', 'waiting'), ('review_due_at__isnull', False), ('reviewed_at', None)), models.Q(('review', 'approved'), ('reviewed_at__isnull', False)), models.Q(('review', 'refused'), ('reviewed_at__isnull', False), models.Q(('review_reason', ''), _negated=True)), _connector='OR'), name='an_ad_says_when_and_why_it_was_decided', violation_error_message='Dites pourquoi\xa0: le commerçant le lit.'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'paid'), _negated=True), models.Q(('review', 'none'), _negated=True), _connector='OR'), name='a_paid_ad_is_reviewed'),
        ),
        migrations.AddField(
            model_name='adgate',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant'),
        ),
        migrations.AddConstraint(
            model_name='adgate',
            constraint=models.UniqueConstraint(fields=('tenant', 'company_id'), name='a_council_asks_once_to_see_ads_first', nulls_distinct=False),
        ),
        migrations.AddField(
            model_name='adpreview',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='previews', to='placements.campaign'),
        ),
        migrations.AddField(
            model_name='adpreview',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant'),
        ),
        migrations.AddIndex(
            model_name='adpreview',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['tenant', 'due_at'], name='previews_of_a_council'),
        ),
        migrations.AddConstraint(
            model_name='adpreview',
            constraint=models.UniqueConstraint(fields=('campaign', 'tenant', 'company_id'), name='a_council_sees_an_ad_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='adpreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='a_preview_says_when_it_was_decided'),
        ),
        migrations.RunSQL(FIRST_PRICES, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='ReportAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('kept', 'Rien à retirer'), ('removed', 'Retiré'), ('restored', 'Rétabli')], max_length=8)),
                ('words', models.CharField(max_length=200)),
                ('answered_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('answered_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.campaign')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-answered_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='CatalogueReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.placements.models.reports.report_reference, max_length=12, unique=True)),
                ('reason', models.CharField(choices=[('misleading', 'C’est trompeur'), ('forbidden', 'Une vente que la loi interdit'), ('offensive', 'C’est choquant, ou injurieux'), ('closed', 'Ce commerce est fermé, ou n’existe pas'), ('other', 'Autre chose')], max_length=10)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('reported_at', models.DateTimeField()),
                ('campaign', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.campaign')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
                ('answer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='placements.reportanswer')),
            ],
            options={
                'ordering': ['reported_at', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='reportanswer',
            index=models.Index(condition=models.Q(('mailed_at', None)), fields=['answered_at'], name='report_answers_to_mail'),
        ),
        migrations.AddIndex(
            model_name='reportanswer',
            index=models.Index(fields=['merchant', '-answered_at'], name='report_answers_of_a_shop'),
        ),
        migrations.AddConstraint(
            model_name='reportanswer',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', 'kept'), ('outcome', 'removed'), ('outcome', 'restored'), _connector='OR'), name='an_answer_keeps_removes_or_restores'),
        ),
        migrations.AddConstraint(
            model_name='reportanswer',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='an_answer_to_reports_says_why', violation_error_message='Dites pourquoi.'),
        ),
        migrations.AddIndex(
            model_name='cataloguereport',
            index=models.Index(condition=models.Q(('answer', None)), fields=['merchant', 'campaign'], name='catalogue_reports_that_wait'),
        ),
        migrations.AddConstraint(
            model_name='cataloguereport',
            constraint=models.CheckConstraint(condition=models.Q(('reason', 'misleading'), ('reason', 'forbidden'), ('reason', 'offensive'), ('reason', 'closed'), ('reason', 'other'), _connector='OR'), name='a_catalogue_report_has_a_known_reason'),
        ),
        migrations.AddConstraint(
            model_name='cataloguereport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', 'other'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='another_reason_against_a_shop_is_said_in_words', violation_error_message='Dites en quelques mots ce qui ne va pas.'),
        ),
        migrations.CreateModel(
            name='OwnRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12)),
                ('merchant_id', models.BigIntegerField(null=True)),
                ('category', models.CharField(choices=[('bakery', 'Boulangerie'), ('restaurant', 'Restaurant'), ('cafe', 'Café'), ('grocery', 'Alimentation'), ('sport', 'Sport'), ('bikes', 'Vélos'), ('books', 'Librairie'), ('health', 'Santé'), ('beauty', 'Beauté'), ('cleaning', 'Pressing'), ('flowers', 'Fleurs'), ('services', 'Services'), ('other', 'Autre commerce')], max_length=10)),
                ('merchant_name', models.CharField(max_length=80)),
                ('headline', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=200)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('company_id', models.BigIntegerField(null=True)),
                ('for_all', models.BooleanField()),
            ],
            options={
                'db_table': 'placements_own_refusal',
                'ordering': ['-since', '-id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.placements.models.refusals.refusal_reference, max_length=12, unique=True)),
                ('category', models.CharField(blank=True, choices=[('bakery', 'Boulangerie'), ('restaurant', 'Restaurant'), ('cafe', 'Café'), ('grocery', 'Alimentation'), ('sport', 'Sport'), ('bikes', 'Vélos'), ('books', 'Librairie'), ('health', 'Santé'), ('beauty', 'Beauté'), ('cleaning', 'Pressing'), ('flowers', 'Fleurs'), ('services', 'Services'), ('other', 'Autre commerce')], max_length=10)),
                ('for_all', models.BooleanField(db_default=True, default=True)),
                ('reason', models.CharField(max_length=200)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('campaign', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.campaign')),
                ('merchant', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
                ('company', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.company')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
            ],
            options={
                'ordering': ['-since', '-id'],
            },
        ),
        migrations.CreateModel(
            name='CampaignDeparture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_stopped', models.BooleanField(db_default=False, default=False)),
                ('left_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departures', to='placements.campaign')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='spaces.tenant')),
                ('refusal', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.refusal')),
                ('slot', models.CharField(blank=True, choices=saas.catalogue.placements.models.slots.choices, db_default='', default='', max_length=14)),
            ],
            options={
                'ordering': ['left_at', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='refusal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('campaign', None), ('category', ''), ('merchant__isnull', False)), models.Q(('campaign', None), ('merchant', None), models.Q(('category', ''), _negated=True)), models.Q(('campaign__isnull', False), ('category', ''), ('merchant', None)), _connector='OR'), name='a_refusal_names_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='refusal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_refusal_says_why', violation_error_message='Dites pourquoi\xa0: le commerçant le lit.'),
        ),
        migrations.AddConstraint(
            model_name='refusal',
            constraint=models.UniqueConstraint(condition=models.Q(('until', None)), fields=('tenant', 'company', 'merchant', 'category', 'campaign'), name='a_council_refuses_a_thing_once', nulls_distinct=False, violation_error_message='Le CSE le refuse déjà.'),
        ),
        migrations.AddIndex(
            model_name='campaigndeparture',
            index=models.Index(condition=models.Q(('mailed_at', None)), fields=['left_at'], name='campaign_departures_to_mail'),
        ),
        migrations.AddConstraint(
            model_name='campaigndeparture',
            constraint=models.UniqueConstraint(fields=('campaign', 'tenant', 'slot'), name='a_campaign_leaves_a_space_once'),
        ),
        migrations.AddConstraint(
            model_name='campaigndeparture',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_stopped', False), ('refusal__isnull', False), ('slot', '')), models.Q(('is_stopped', False), ('refusal', None)), models.Q(('is_stopped', True), ('refusal', None), models.Q(('slot', ''), _negated=True)), _connector='OR'), name='a_campaign_leaves_a_space_or_what_shows_nothing'),
        ),
        RunFile('saas/catalogue/placements/sql/placements_own_refusal.sql', 'df5bb14f9ba6'),
        RunFile('saas/catalogue/placements/sql/placements_own_gate.sql', '1d15922a8d4e'),
        RunFile('saas/catalogue/placements/sql/placements_own_preview.sql', '0ae0b58903df'),
        RunFile('saas/catalogue/placements/sql/placements_running.sql', '76e6503f9bd2'),
        migrations.CreateModel(
            name='CampaignDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.placements.models.drafts.draft_reference, max_length=12, unique=True)),
                ('goal', models.CharField(blank=True, choices=[('noon', 'Du monde à midi'), ('known', 'Être connu des voisins'), ('offer', 'Une offre à faire savoir'), ('lasting', 'Être vu tous les mois')], max_length=7)),
                ('rhythm', models.CharField(choices=[('once', 'Une fois'), ('monthly', 'Chaque mois')], default='once', max_length=7)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('spaces', models.JSONField(blank=True, default=list)),
                ('slots', models.JSONField(blank=True, default=list)),
                ('day_part', models.CharField(choices=[('all', 'Toute la journée'), ('morning', 'Le matin, de 7 h à 11 h'), ('noon', 'À midi, de 11 h à 14 h'), ('afternoon', 'L’après-midi, de 14 h à 19 h')], default='all', max_length=9)),
                ('headline', models.CharField(blank=True, max_length=80)),
                ('text', models.CharField(blank=True, max_length=200)),
                ('offer', models.CharField(blank=True, max_length=20)),
                ('picture', models.CharField(blank=True, max_length=200)),
                ('instead_of', models.CharField(blank=True, max_length=12)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='placements.campaign')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-changed_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='WeeklyReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField()),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['week', 'id'],
                'indexes': [models.Index(condition=models.Q(('mailed_at', None)), fields=['week'], name='weekly_reports_to_mail')],
                'constraints': [models.UniqueConstraint(fields=('week', 'merchant'), name='a_shop_gets_one_mail_a_week'), models.CheckConstraint(condition=models.Q(('week__iso_week_day', 1)), name='a_week_begins_on_monday')],
            },
        ),
    ]
