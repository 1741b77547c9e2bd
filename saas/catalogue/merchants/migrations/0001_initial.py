"""Merchants, and what spaces may read of those that are published."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import saas.catalogue.merchants.models
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from saas.kernel.database.sql_files import RunFile
from saas.kernel.search.sorting import SortKey


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('merchant_id', models.BigIntegerField()),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
            ],
            options={
                'db_table': 'merchants_published_hours',
                'ordering': ['weekday', 'opens'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='PublishedMerchant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12)),
                ('slug', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=80)),
                ('category', models.CharField(choices=[('bakery', 'Boulangerie'), ('restaurant', 'Restaurant'), ('cafe', 'Café'), ('grocery', 'Alimentation'), ('sport', 'Sport'), ('bikes', 'Vélos'), ('books', 'Librairie'), ('health', 'Santé'), ('beauty', 'Beauté'), ('cleaning', 'Pressing'), ('flowers', 'Fleurs'), ('services', 'Services'), ('other', 'Autre commerce')], max_length=10)),
                ('description', models.TextField()),
                ('phone', models.CharField(max_length=20)),
                ('website', models.CharField(max_length=200)),
                ('picture', models.CharField(max_length=200)),
                ('street', models.CharField(max_length=120)),
                ('postcode', models.CharField(max_length=10)),
                ('city', models.CharField(max_length=80)),
                ('latitude', models.DecimalField(decimal_places=6, max_digits=9)),
                ('longitude', models.DecimalField(decimal_places=6, max_digits=9)),
                ('cell', models.BigIntegerField()),
            ],
            options={
                'db_table': 'merchants_published',
                'ordering': [SortKey('name')],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Signup',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('first_name', models.CharField(max_length=60)),
                ('last_name', models.CharField(max_length=60)),
                ('password', models.CharField(max_length=128)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Merchant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('street', models.CharField(blank=True, max_length=120)),
                ('postcode', models.CharField(blank=True, max_length=10)),
                ('city', models.CharField(blank=True, max_length=80)),
                ('latitude', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=9)),
                ('longitude', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=9)),
                ('reference', models.CharField(default=saas.catalogue.merchants.models.merchant_reference, max_length=12, unique=True)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('state', models.CharField(choices=[('draft', 'Brouillon'), ('published', 'Publié'), ('blocked', 'Bloqué')], default='draft', max_length=9)),
                ('name', models.CharField(max_length=80)),
                ('category', models.CharField(choices=[('bakery', 'Boulangerie'), ('restaurant', 'Restaurant'), ('cafe', 'Café'), ('grocery', 'Alimentation'), ('sport', 'Sport'), ('bikes', 'Vélos'), ('books', 'Librairie'), ('health', 'Santé'), ('beauty', 'Beauté'), ('cleaning', 'Pressing'), ('flowers', 'Fleurs'), ('services', 'Services'), ('other', 'Autre commerce')], max_length=10)),
                ('description', models.TextField(blank=True, max_length=600)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('website', models.URLField(blank=True)),
                ('picture', models.CharField(blank=True, max_length=200)),
                ('legal_name', models.CharField(max_length=120)),
                ('siren', models.CharField(max_length=9)),
                ('vat_number', models.CharField(blank=True, max_length=16)),
                ('country', models.CharField(db_default='FR', default='FR', max_length=2)),
                ('seat_street', models.CharField(blank=True, db_default='', default='', max_length=120)),
                ('seat_postcode', models.CharField(blank=True, db_default='', default='', max_length=10)),
                ('seat_city', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('billing_email', models.EmailField(max_length=254)),
                ('stripe_customer', models.CharField(blank=True, max_length=60)),
                ('vat_number_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('vat_ask_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('establishment_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('in_france_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('address_in_france', models.CharField(blank=True, db_default='', default='', editable=False, max_length=240)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('weekly_stopped_at', models.DateTimeField(blank=True, null=True)),
                ('merged_into', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
                ('open_on_holidays', models.BooleanField(db_default=False, default=False)),
                ('closed_from', models.DateField(blank=True, null=True)),
                ('closed_until', models.DateField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': [SortKey('name')], 'constraints': [models.CheckConstraint(condition=models.Q(('merged_into', None), ('state', 'blocked'), _connector='OR'), name='a_merged_shop_is_blocked'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='a_published_shop_says_since_when')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='merchants.merchant')),
            ],
            options={
                'ordering': ['weekday', 'opens'], 'constraints': [models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), models.Q(('closes__lt', models.F('opens')), ('closes__lte', datetime.time(8, 0))), _connector='OR'), name='a_shop_closes_after_it_opens', violation_error_message='L’heure de fermeture suit l’heure d’ouverture.'), models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='a_week_has_seven_days'), models.UniqueConstraint(fields=('merchant', 'weekday', 'opens'), name='a_shop_opens_once_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='SentPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign', models.CharField(blank=True, max_length=12)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('crop', models.CharField(blank=True, db_default='', default='', max_length=6)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('failure', models.CharField(blank=True, max_length=20)),
                ('sent_at', models.DateTimeField()),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sent_pictures', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-sent_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='VatCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16)),
                ('answer', models.CharField(choices=[('yes', 'Oui'), ('no', 'Non'), ('unreachable', 'Pas de réponse')], max_length=11)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(blank=True, max_length=12)),
                ('consultation_number', models.CharField(blank=True, max_length=40)),
                ('requester_number', models.CharField(blank=True, max_length=16)),
                ('registered_name', models.CharField(blank=True, max_length=200)),
                ('registered_address', models.CharField(blank=True, max_length=300)),
                ('failure', models.CharField(blank=True, max_length=100)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vat_checks', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'], 'indexes': [models.Index(fields=['merchant', 'number', '-asked_at'], name='vat_checks_of_a_number')], 'constraints': [models.CheckConstraint(condition=models.Q(('answer__in', ['yes', 'no', 'unreachable'])), name='vies_says_yes_or_no_or_does_not_answer'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'unreachable'), _negated=True), models.Q(('failure', ''), _negated=True), _connector='OR'), name='no_answer_of_vies_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('column', models.CharField(db_default='pin', default='pin', max_length=20)),
                ('before', models.CharField(blank=True, max_length=600)),
                ('after', models.CharField(blank=True, max_length=600)),
                ('reason', models.CharField(max_length=280)),
                ('by_name', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-at', '-pk'], 'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_correction_of_a_shop_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cgv_version', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('cgv_digest', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('accepted_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-accepted_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='JoinRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.merchants.models.join_reference, max_length=12, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'En attente'), ('accepted', 'Acceptée'), ('refused', 'Refusée')], default='waiting', max_length=8)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('paper', models.CharField(blank=True, max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('posted_at', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('decided_by', models.CharField(blank=True, max_length=12)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('decision_mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
            ],
            options={
                'ordering': ['asked_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Responsable'), ('editor', 'Collaborateur'), ('till', 'Caisse')], max_length=6)),
                ('since', models.DateTimeField()),
            ],
            options={
                'ordering': ['since', 'id'],
            },
        ),
        migrations.AddField(
            model_name='merchant',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='merchant',
            name='decision_mailed_at',
            field=models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='merchant',
            name='identity',
            field=models.CharField(default=saas.catalogue.merchants.models.unidentified, max_length=200, unique=True),
        ),
        migrations.AddField(
            model_name='merchant',
            name='review_asked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='merchant',
            name='review_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='merchant',
            name='review_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AddField(
            model_name='merchant',
            name='seen_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='merchant',
            name='trusted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='signup',
            name='cgv_digest',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='signup',
            name='cgv_version',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='merchant',
            name='state',
            field=models.CharField(choices=[('draft', 'Brouillon'), ('waiting', 'En cours d’examen'), ('refused', 'À corriger'), ('published', 'Publié'), ('blocked', 'Bloqué')], default='draft', max_length=9),
        ),
        migrations.AddConstraint(
            model_name='merchant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), _negated=True), ('review_due_at__isnull', False), _connector='OR'), name='a_shop_that_waits_says_until_when'),
        ),
        migrations.AddConstraint(
            model_name='merchant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('review_reason', ''), _negated=True), _connector='OR'), name='a_refused_shop_says_why', violation_error_message='Dites pourquoi\xa0: le commerçant le lit.'),
        ),
        migrations.AddField(
            model_name='acceptance',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='joinrequest',
            name='merchant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_requests', to='merchants.merchant'),
        ),
        migrations.AddField(
            model_name='joinrequest',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='membership',
            name='merchant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='merchants.merchant'),
        ),
        migrations.AddField(
            model_name='membership',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='joinrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('person',), name='a_person_asks_to_join_one_shop_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='joinrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='a_request_to_join_says_when_it_was_decided'),
        ),
        migrations.AddConstraint(
            model_name='joinrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_refused_request_says_why', violation_error_message='Dites pourquoi\xa0: la personne le lit.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('person', 'merchant'), name='a_person_joins_a_shop_once'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role', 'owner'), ('role', 'editor'), ('role', 'till'), _connector='OR'), name='a_member_of_a_shop_has_a_role'),
        ),
        migrations.AddField(
            model_name='merchant',
            name='proposed',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.merchants.models.invitation_reference, max_length=12, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'Responsable'), ('editor', 'Collaborateur'), ('till', 'Caisse')], max_length=6)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('invited_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
            ],
            options={
                'ordering': ['-invited_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ShopChoice',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='invitation',
            name='invited_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='merchant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='merchants.merchant'),
        ),
        migrations.AddField(
            model_name='shopchoice',
            name='merchant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted_at', None)), fields=('merchant', 'email'), name='an_address_is_invited_once_to_a_shop', violation_error_message='Cette adresse est déjà invitée.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('role', 'owner'), ('role', 'editor'), ('role', 'till'), _connector='OR'), name='an_invitation_has_a_role'),
        ),
        migrations.AddConstraint(
            model_name='merchant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_from', None), ('closed_until', None)), ('closed_until__gte', models.F('closed_from')), _connector='OR'), name='a_closing_of_a_shop_ends_after_it_begins', violation_error_message='La fin de la fermeture suit le début.'),
        ),
        migrations.CreateModel(
            name='ProgramToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.merchants.models.program_reference, max_length=12, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('scopes', models.CharField(max_length=60)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('ending', models.CharField(max_length=4)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-made_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('merchant', 'name'), name='a_token_of_a_shop_has_its_own_name', violation_error_message='Un jeton porte déjà ce nom.'), models.CheckConstraint(condition=models.Q(('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('made_at'), '+', models.Value(datetime.timedelta(days=366))))), name='a_token_of_a_shop_ends_within_a_year', violation_error_message='Un jeton vaut un an au plus.')],
            },
        ),
        RunFile('saas/catalogue/merchants/sql/merchants_merchant.sql', '952d04b2813e'),
        RunFile('saas/catalogue/merchants/sql/merchants_published.sql', '9144ff44edf5'),
        RunFile('saas/catalogue/merchants/sql/merchants_published_hours.sql', 'ca7d9b752dac'),
    ]
