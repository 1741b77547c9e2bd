"""What a space is, and what it may read of itself and of its partners."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django_tenants.postgresql_backend.base
import tenants.spaces.models.addresses
import tenants.spaces.models.foundings
import tenants.spaces.models.life
import tenants.spaces.models.treaties
import datetime
import uuid
from decimal import Decimal
from django.db import migrations, models

from saas.kernel.sql_files import RunFile
from saas.kernel.search.sorting import SortKey


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OpenClause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant_id', models.BigIntegerField()),
                ('category', models.CharField(max_length=8)),
                ('name', models.CharField(max_length=80)),
                ('slug', models.CharField(max_length=63)),
            ],
            options={
                'db_table': 'spaces_open_clause',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OpenItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant_id', models.BigIntegerField()),
                ('category', models.CharField(choices=[('things', 'Objets à vendre, donner ou troquer'), ('loans', 'Prêts et locations'), ('services', 'Services'), ('wanted', 'Demandes'), ('gatherings', 'Activités'), ('rides', 'Covoiturage')], max_length=12)),
                ('reference', models.CharField(max_length=12)),
                ('kind', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('description', models.TextField()),
                ('price_cents', models.PositiveBigIntegerField(null=True)),
                ('price_unit', models.CharField(max_length=5)),
                ('place', models.CharField(max_length=60)),
                ('author', models.CharField(max_length=80)),
                ('company', models.CharField(max_length=80)),
                ('picture', models.CharField(max_length=200)),
                ('starts_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'spaces_open_item',
                'ordering': ['-created_at'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnCompany',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('siren', models.CharField(max_length=9)),
                ('head_count', models.PositiveIntegerField()),
                ('badge', models.CharField(max_length=12)),
                ('colour', models.CharField(max_length=7)),
            ],
            options={
                'db_table': 'spaces_own_company',
                'ordering': [SortKey('name')],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnEmailDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253)),
                ('company_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'spaces_own_email_domain',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnEnquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12)),
                ('item_reference', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('asker', models.CharField(max_length=60)),
                ('space_name', models.CharField(max_length=80)),
                ('contact', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=500)),
                ('sent_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'spaces_own_enquiry',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnGate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('latitude', models.DecimalField(decimal_places=6, max_digits=9)),
                ('longitude', models.DecimalField(decimal_places=6, max_digits=9)),
            ],
            options={
                'db_table': 'spaces_own_gate',
                'ordering': ['id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnSite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('street', models.CharField(max_length=120)),
                ('postcode', models.CharField(max_length=10)),
                ('city', models.CharField(max_length=80)),
                ('latitude', models.DecimalField(decimal_places=6, max_digits=9)),
                ('longitude', models.DecimalField(decimal_places=6, max_digits=9)),
                ('head_count', models.PositiveIntegerField()),
                ('break_starts', models.TimeField()),
                ('break_ends', models.TimeField()),
            ],
            options={
                'db_table': 'spaces_own_site',
                'ordering': ['-head_count', SortKey('name')],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnTenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('schema_name', models.CharField(max_length=63)),
                ('slug', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(max_length=10)),
                ('head_count', models.PositiveIntegerField()),
                ('time_zone', models.CharField(max_length=40)),
                ('modules_off', models.CharField(max_length=200)),
            ],
            options={
                'db_table': 'spaces_own_tenant',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='OwnTreaty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12)),
                ('state', models.CharField(max_length=9)),
                ('is_proposer', models.BooleanField()),
                ('other_name', models.CharField(max_length=80)),
                ('other_slug', models.CharField(max_length=63)),
                ('message', models.CharField(max_length=280)),
                ('proposed_by', models.CharField(max_length=120)),
                ('proposed_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by_us', models.BooleanField()),
                ('gives', models.JSONField()),
                ('takes', models.JSONField()),
            ],
            options={
                'db_table': 'spaces_own_treaty',
                'ordering': ['-proposed_at'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Blueprint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('migrations_hash', models.CharField(max_length=64, unique=True)),
                ('script', models.TextField()),
                ('facts', models.JSONField(null=True)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('siren', models.CharField(blank=True, max_length=9)),
                ('head_count', models.PositiveIntegerField()),
                ('badge', models.CharField(blank=True, db_default='', max_length=12)),
                ('colour', models.CharField(blank=True, db_default='', max_length=7)),
            ],
            options={
                'ordering': [SortKey('name')], 'constraints': [models.CheckConstraint(condition=models.Q(('siren__regex', '^(\\d{9})?$')), name='a_siren_has_nine_digits')],
            },
        ),
        migrations.CreateModel(
            name='NameBook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('schema_name', models.CharField(db_index=True, max_length=63, unique=True, validators=[django_tenants.postgresql_backend.base._check_schema_name])),
                ('slug', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('company', 'Entreprise'), ('park', 'Parc d’activités')], default='company', max_length=10)),
                ('state', models.CharField(choices=[('active', 'Ouvert'), ('suspended', 'Suspendu'), ('archived', 'Archivé'), ('deleted', 'Supprimé')], default='active', max_length=10)),
                ('accent', models.CharField(default='#0b5f63', max_length=7)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('time_zone', models.CharField(default='Europe/Paris', max_length=40)),
                ('created_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_because', models.CharField(blank=True, db_default='', max_length=280)),
                ('schema_hash', models.CharField(blank=True, db_default='', max_length=64)),
                ('modules_off', models.CharField(blank=True, db_default='', max_length=200)),
                ('sharing_turn', models.UUIDField(blank=True, editable=False, null=True)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('schema_name__regex', '^t_[a-z0-9]{4,40}$'), ('schema_name__in', ['north', 'south']), _connector='OR'), name='a_space_has_a_schema_name_of_ours'), models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]([a-z0-9-]{1,38}[a-z0-9])$')), name='a_slug_is_a_plain_host_label'), models.CheckConstraint(condition=models.Q(('modules_off__regex', '^([a-z]+( [a-z]+)*)?$')), name='modules_are_named_by_labels')],
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('street', models.CharField(blank=True, max_length=120)),
                ('postcode', models.CharField(blank=True, max_length=10)),
                ('city', models.CharField(blank=True, max_length=80)),
                ('latitude', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=9)),
                ('longitude', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=9)),
                ('name', models.CharField(max_length=80)),
                ('head_count', models.PositiveIntegerField()),
                ('break_starts', models.TimeField()),
                ('break_ends', models.TimeField()),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sites', to='spaces.tenant')),
            ],
            options={
                'ordering': ['-head_count', SortKey('name')], 'constraints': [models.UniqueConstraint(fields=('tenant', 'name'), name='a_site_is_named_once_in_a_space'), models.CheckConstraint(condition=models.Q(('break_ends__gt', models.F('break_starts'))), name='a_break_ends_after_it_starts', violation_error_message='La pause se termine après avoir commencé.')],
            },
        ),
        migrations.CreateModel(
            name='SharedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('things', 'Objets à vendre, donner ou troquer'), ('loans', 'Prêts et locations'), ('services', 'Services'), ('wanted', 'Demandes'), ('gatherings', 'Activités'), ('rides', 'Covoiturage')], max_length=12)),
                ('reference', models.CharField(max_length=12)),
                ('kind', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('price_cents', models.PositiveBigIntegerField(blank=True, null=True)),
                ('price_unit', models.CharField(max_length=5)),
                ('place', models.CharField(max_length=60)),
                ('author', models.CharField(max_length=80)),
                ('company', models.CharField(blank=True, max_length=80)),
                ('picture', models.CharField(blank=True, max_length=200)),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
            ],
            options={
                'ordering': ['-created_at'], 'indexes': [models.Index(fields=['tenant', 'category', '-created_at'], name='what_a_space_shares')], 'constraints': [models.UniqueConstraint(fields=('tenant', 'reference'), name='a_space_shares_a_thing_once')],
            },
        ),
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('looked_at', models.DateTimeField(db_index=True)),
                ('migrations_hash', models.CharField(max_length=64)),
                ('differences', models.JSONField(blank=True, default=list)),
                ('tenant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='inspection', to='spaces.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Founding',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(default=tenants.spaces.models.foundings.founding_reference, max_length=12, unique=True)),
                ('state', models.CharField(choices=[('started', 'Adresse à confirmer'), ('confirmed', 'Adresse confirmée'), ('described', 'Entreprise décrite'), ('named', 'Adresse web réservée'), ('queued', 'En attente de construction'), ('building', 'En construction'), ('built', 'Construit'), ('failed', 'Construction interrompue')], default='started', max_length=10)),
                ('email', models.EmailField(max_length=254)),
                ('first_name', models.CharField(max_length=60)),
                ('last_name', models.CharField(max_length=60)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('token_expires_at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('company', 'Entreprise'), ('park', 'Parc d’activités')], default='company', max_length=10)),
                ('description', models.JSONField(default=dict)),
                ('slug', models.CharField(blank=True, max_length=40)),
                ('accent', models.CharField(default='#0b5f63', max_length=7)),
                ('password', models.CharField(blank=True, max_length=128)),
                ('progress', models.JSONField(default=list)),
                ('failure', models.TextField(blank=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('queued_at', models.DateTimeField(blank=True, null=True)),
                ('built_at', models.DateTimeField(blank=True, null=True)),
                ('link_mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('ready_mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('tenant', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='founding', to='spaces.tenant')),
            ], options={'constraints': [models.UniqueConstraint(condition=models.Q(('slug', ''), _negated=True), fields=('slug',), name='a_subdomain_is_reserved_by_one_founding', violation_error_message='Cette adresse vient d’être prise.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'built'), _negated=True), ('tenant__isnull', False), _connector='OR'), name='a_built_founding_has_its_space')]},
        ),
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12)),
                ('item_reference', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('asker', models.CharField(max_length=60)),
                ('contact', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=500)),
                ('sent_at', models.DateTimeField()),
                ('asker_tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
            ],
            options={
                'ordering': ['sent_at'], 'constraints': [models.UniqueConstraint(fields=('asker_tenant', 'reference'), name='a_letter_lies_at_a_door_once')],
            },
        ),
        migrations.CreateModel(
            name='EmailDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253)),
                ('proven_at', models.DateTimeField()),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='email_domains', to='spaces.company')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='email_domains', to='spaces.tenant')),
            ], options={'constraints': [models.UniqueConstraint(fields=('tenant', 'domain'), name='a_space_proves_an_email_domain_once')]},
        ),
        migrations.CreateModel(
            name='DomainClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253)),
                ('proof', models.CharField(default=tenants.spaces.models.addresses.proof, max_length=43)),
                ('state', models.CharField(choices=[('waiting', 'En attente de preuve'), ('proven', 'Prouvé'), ('lost', 'Preuve disparue')], default='waiting', max_length=7)),
                ('asked_by', models.CharField(max_length=120)),
                ('asked_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('proven_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, max_length=280)),
                ('missing_since', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domain_claims', to='spaces.tenant')),
            ],
            options={
                'ordering': ['domain'], 'constraints': [models.UniqueConstraint(fields=('tenant', 'domain'), name='a_space_claims_a_name_once'), models.UniqueConstraint(condition=models.Q(('state', 'proven')), fields=('domain',), name='a_name_is_proven_by_one_space', violation_error_message='Ce nom de domaine est déjà celui d’un autre espace.')],
            },
        ),
        migrations.CreateModel(
            name='Domain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(db_index=True, max_length=253, unique=True)),
                ('is_primary', models.BooleanField(db_index=True, default=True)),
                ('kind', models.CharField(choices=[('subdomain', 'Sous-domaine'), ('former', 'Ancienne adresse'), ('custom', 'Nom de domaine de l’entreprise')], db_default='subdomain', max_length=9)),
                ('since', models.DateTimeField(blank=True, null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domains', to='spaces.tenant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='company',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='companies', to='spaces.tenant'),
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('name', 'Nom'), ('accent', 'Couleur'), ('address', 'Adresse'), ('site', 'Site'), ('claimed', 'Domaine ajouté'), ('proven', 'Domaine prouvé'), ('withdrawn', 'Domaine retiré'), ('lost', 'Domaine perdu'), ('mail_asked', 'Domaine e-mail demandé'), ('mail_dropped', 'Demande de domaine e-mail annulée'), ('mail_proven', 'Domaine e-mail prouvé'), ('module_off', 'Rubrique éteinte'), ('module_on', 'Rubrique rallumée'), ('mail_removed', 'Domaine e-mail retiré'), ('end_planned', 'Suppression programmée'), ('end_near', 'Rappel de la suppression'), ('end_moved', 'Suppression reportée'), ('end_off', 'Suppression annulée'), ('proof_asked', 'Vérification demandée'), ('verified', 'Espace vérifié'), ('refused', 'Vérification refusée')], max_length=12)),
                ('before', models.CharField(blank=True, max_length=253)),
                ('after', models.CharField(blank=True, max_length=253)),
                ('by', models.CharField(max_length=160)),
                ('at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='spaces.tenant')),
            ],
            options={
                'ordering': ['-at', '-pk'], 'indexes': [models.Index(fields=['tenant', 'what', '-at'], name='what_was_changed_when')],
            },
        ),
        migrations.CreateModel(
            name='PlannedDeletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_by', models.CharField(max_length=160)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('reminded_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('tenant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='planned_deletion', to='spaces.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='planned_deletions_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('due_at__gte', models.expressions.CombinedExpression(models.F('asked_at'), '+', models.Value(datetime.timedelta(days=30))))), name='a_planned_deletion_can_be_called_off_for_thirty_days')],
            },
        ),
        migrations.CreateModel(
            name='Archive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.spaces.models.life.archive_reference, max_length=12, unique=True)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('made_at', models.DateTimeField()),
                ('size_bytes', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('migrations_hash', models.CharField(max_length=64)),
                ('rows', models.JSONField(default=dict)),
                ('files', models.PositiveIntegerField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('keep_until', models.DateField(blank=True, null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='archives', to='spaces.tenant')),
            ],
            options={
                'ordering': ['-made_at'],
            },
        ),
        migrations.CreateModel(
            name='Treaty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.spaces.models.treaties.treaty_reference, max_length=12, unique=True)),
                ('state', models.CharField(choices=[('proposed', 'Proposé'), ('accepted', 'En vigueur'), ('declined', 'Décliné'), ('withdrawn', 'Retiré'), ('revoked', 'Révoqué')], default='proposed', max_length=9)),
                ('message', models.CharField(blank=True, max_length=280)),
                ('proposed_by', models.CharField(max_length=120)),
                ('proposed_at', models.DateTimeField()),
                ('answered_by', models.CharField(blank=True, max_length=120)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('ended_by_space', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
                ('proposer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
            ],
            options={
                'ordering': ['-proposed_at'], 'constraints': [models.CheckConstraint(condition=models.Q(('proposer', models.F('partner')), _negated=True), name='a_treaty_is_between_two_spaces', violation_error_message='Choisissez un autre espace que le vôtre.'), models.UniqueConstraint(django.db.models.functions.comparison.Least('proposer', 'partner'), django.db.models.functions.comparison.Greatest('proposer', 'partner'), condition=models.Q(('state', 'proposed'), ('state', 'accepted'), _connector='OR'), name='two_spaces_have_one_open_treaty', violation_error_message='Un accord existe déjà avec cet espace.')],
            },
        ),
        migrations.CreateModel(
            name='TreatyClause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('things', 'Objets à vendre, donner ou troquer'), ('loans', 'Prêts et locations'), ('services', 'Services'), ('wanted', 'Demandes'), ('gatherings', 'Activités'), ('rides', 'Covoiturage')], max_length=12)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
                ('treaty', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='spaces.treaty')),
            ], options={'constraints': [models.UniqueConstraint(fields=('treaty', 'giver', 'category'), name='a_treaty_opens_a_category_once_a_way')]},
        ),
        migrations.CreateModel(
            name='SpaceOperation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.spaces.models.life.operation_reference, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('suspend', 'Suspension'), ('reopen', 'Réouverture'), ('archive', 'Archivage'), ('restore', 'Restauration'), ('delete', 'Suppression définitive'), ('takeout', 'Téléchargement d’une archive')], max_length=8)),
                ('state', models.CharField(choices=[('due', 'En attente'), ('running', 'En cours'), ('done', 'Fait'), ('failed', 'Échec')], default='due', max_length=8)),
                ('asked_by', models.CharField(max_length=120)),
                ('asked_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=280)),
                ('options', models.JSONField(blank=True, db_default={}, default=dict)),
                ('begun_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('progress', models.JSONField(blank=True, default=list)),
                ('failure', models.TextField(blank=True)),
                ('result', models.JSONField(blank=True, default=dict)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='works', to='spaces.tenant')),
            ],
            options={
                'ordering': ['-asked_at'], 'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'due'), ('state', 'running'), _connector='OR'), fields=('tenant',), name='one_thing_at_a_time_is_done_to_a_space', violation_error_message='Une opération est déjà en cours sur cet espace.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', False), _connector='OR'), name='what_is_done_says_since_when')],
            },
        ),
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('latitude', models.DecimalField(decimal_places=6, max_digits=9)),
                ('longitude', models.DecimalField(decimal_places=6, max_digits=9)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gates', to='spaces.site')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='a_gate_is_named_once_at_a_site')],
            },
        ),
        migrations.AddField(
            model_name='change',
            name='company',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='spaces.company'),
        ),
        migrations.CreateModel(
            name='EmailDomainClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253)),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('nonce', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('asked_by', models.CharField(max_length=160)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='email_domain_claims', to='spaces.company')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='email_domain_claims', to='spaces.tenant')),
            ],
            options={
                'ordering': ['domain'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'domain'), name='a_space_asks_for_a_mail_domain_once', violation_error_message='Ce domaine est déjà dans votre liste.')],
            },
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.UniqueConstraint(fields=('tenant', 'name'), name='a_company_is_named_once_in_a_space'),
        ),
        # The row that is locked by whoever gives a name out.
        migrations.CreateModel(
            name='InvitationStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_hash', models.CharField(max_length=64, unique=True)),
                ('stopped_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SpaceStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('new', 'Nouveau'), ('asked', 'À vérifier'), ('proven', 'Vérifié'), ('refused', 'Refusé')], db_default='new', default='new', max_length=7)),
                ('way', models.CharField(blank=True, choices=[('dns', 'Domaine e-mail, par DNS'), ('letter', 'SIREN et courrier'), ('call', 'SIREN et appel')], db_default='', default='', max_length=6)),
                ('token', models.CharField(default=tenants.spaces.models.addresses.proof, max_length=43)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, db_default='', default='', max_length=20)),
                ('proven_domain', models.CharField(blank=True, db_default='', default='', max_length=253)),
                ('flagged', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('contact', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('asked_by', models.CharField(blank=True, db_default='', default='', max_length=160)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.CharField(blank=True, db_default='', default='', max_length=160)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, db_default='', default='', max_length=280)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('active_members', models.PositiveIntegerField(db_default=0, default=0)),
                ('counted_at', models.DateTimeField(blank=True, null=True)),
                ('invited_on', models.DateField(blank=True, null=True)),
                ('invited', models.PositiveIntegerField(db_default=0, default=0)),
                ('invited_outside', models.PositiveIntegerField(db_default=0, default=0)),
                ('tenant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='standing', to='spaces.tenant')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['due_at'], name='spaces_to_prove_by_deadline')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'asked'), _negated=True), models.Q(('asked_at__isnull', False), ('due_at__isnull', False)), _connector='OR'), name='a_proof_that_is_asked_for_has_a_deadline'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['proven', 'refused']), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='a_decided_proof_says_since_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='a_refused_space_reads_why', violation_error_message='Dites pourquoi\xa0: l’espace le lit.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'proven'), _negated=True), models.Q(('way', ''), _negated=True), _connector='OR'), name='a_proven_space_says_how')],
            },
        ),
        migrations.CreateModel(
            name='OwnStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=7)),
                ('flagged', models.CharField(max_length=200)),
                ('decided_at', models.DateTimeField(null=True)),
                ('active_members', models.PositiveIntegerField()),
                ('invited_on', models.DateField(null=True)),
                ('invited', models.PositiveIntegerField()),
                ('invited_outside', models.PositiveIntegerField()),
            ],
            options={
                'db_table': 'spaces_own_standing',
                'managed': False,
            },
        ),
        migrations.AddField(
            model_name='founding',
            name='dpa_digest',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='founding',
            name='dpa_version',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='founding',
            name='dpa_accepted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL("INSERT INTO spaces_namebook (id) VALUES (1)", migrations.RunSQL.noop),
        RunFile('tenants/spaces/sql/spaces_own_tenant.sql', '78d326ba87b2'),
        RunFile('tenants/spaces/sql/spaces_own_company.sql', '2e0290992986'),
        RunFile('tenants/spaces/sql/spaces_own_site.sql', 'de164b125121'),
        RunFile('tenants/spaces/sql/spaces_own_gate.sql', '50a8212ad993'),
        RunFile('tenants/spaces/sql/spaces_own_email_domain.sql', '2fa35c51ea5d'),
        RunFile('tenants/spaces/sql/spaces_own_standing.sql', '0ef4513910c5'),
        RunFile('tenants/spaces/sql/spaces_own_treaty.sql', '2a466bebab19'),
        RunFile('tenants/spaces/sql/spaces_open_clause.sql', 'e0a4aa5b8226'),
        RunFile('tenants/spaces/sql/spaces_own_enquiry.sql', '92352f21f42b'),
        RunFile('tenants/spaces/sql/spaces_open_item.sql', 'd2669178991c'),
        RunFile('tenants/spaces/sql/spaces_emaildomain.sql', '6ffd777c1df0'),
        RunFile('tenants/spaces/sql/spaces_domain.sql', '80c7f589db84'),
    ]
