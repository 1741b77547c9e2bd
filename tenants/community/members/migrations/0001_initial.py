import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
import saas.kernel.models
from django.db import migrations, models
from saas.kernel.database.sql_files import RunFile


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24, unique=True)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('most_uses', models.PositiveIntegerField()),
                ('uses', models.PositiveIntegerField(default=0)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.CheckConstraint(condition=models.Q(('uses__lte', models.F('most_uses'))), name='an_invitation_is_not_used_too_often', violation_error_message='Ce lien a déjà servi autant de fois que prévu.')],
            },
        ),
        migrations.CreateModel(
            name='JoinRequest',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('first_name', models.CharField(max_length=60)),
                ('last_name', models.CharField(max_length=60)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('site_id', models.BigIntegerField(blank=True, null=True)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('leaves_on', models.DateField(blank=True, null=True)),
                ('nonce', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('invitation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.invitation')),
                ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at', None), ('invited_by__isnull', False)), fields=('email',), name='an_address_of_the_staff_is_invited_once_at_a_time', violation_error_message='Cette adresse est déjà invitée.'), models.CheckConstraint(condition=models.Q(('invited_by', None), ('invitation', None), _connector='OR'), name='the_list_of_staff_invites_without_a_link')],
            },
        ),
        migrations.CreateModel(
            name='Provisioned',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('external_id', models.CharField(blank=True, max_length=200)),
                ('changed_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RosterUpload',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('name', models.CharField(max_length=120)),
                ('content', models.BinaryField(default=b'')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('ready', 'Ready'), ('failed', 'Failed'), ('applied', 'Applied')], default='waiting', max_length=7)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('failure', models.CharField(blank=True, max_length=20)),
                ('heading', models.JSONField(default=list)),
                ('rows', models.JSONField(default=list)),
                ('stopped_at', models.PositiveIntegerField(blank=True, null=True)),
                ('columns', models.JSONField(default=dict)),
                ('done', models.JSONField(default=dict)),
                ('sent_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('site_id', models.BigIntegerField(blank=True, null=True)),
                ('team', models.CharField(blank=True, max_length=60)),
                ('about', models.CharField(blank=True, max_length=280)),
                ('found_as', models.CharField(blank=True, max_length=125)),
                ('found_answered_at', models.DateTimeField(blank=True, null=True)),
                ('joined_by', models.CharField(choices=[('founding', 'fondation de l’espace'), ('domain', 'adresse professionnelle'), ('invitation', 'lien d’invitation'), ('roster', 'liste du personnel')], max_length=10)),
                ('leaves_on', models.DateField(blank=True, null=True)),
                ('joined_at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('about_seen', models.CharField(choices=[('space', 'Tout l’espace'), ('company', 'Mon entreprise'), ('nobody', 'Personne')], default='space', max_length=7)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('languages', models.CharField(blank=True, max_length=120)),
                ('languages_seen', models.CharField(choices=[('space', 'Tout l’espace'), ('company', 'Mon entreprise'), ('nobody', 'Personne')], default='space', max_length=7)),
                ('offers_seen', models.CharField(choices=[('space', 'Tout l’espace'), ('company', 'Mon entreprise'), ('nobody', 'Personne')], default='space', max_length=7)),
                ('picture_seen', models.CharField(choices=[('space', 'Tout l’espace'), ('company', 'Mon entreprise'), ('nobody', 'Personne')], default='space', max_length=7)),
                ('site_seen', models.CharField(choices=[('space', 'Tout l’espace'), ('company', 'Mon entreprise'), ('nobody', 'Personne')], default='space', max_length=7)),
                ('team_seen', models.CharField(choices=[('space', 'Tout l’espace'), ('company', 'Mon entreprise'), ('nobody', 'Personne')], default='space', max_length=7)),
                ('thanks_seen', models.CharField(choices=[('space', 'Tout l’espace'), ('company', 'Mon entreprise'), ('nobody', 'Personne')], default='space', max_length=7)),
                ('cgu_version', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('cgu_digest', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('cgu_accepted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('cgu_accepted_at', None), ('cgu_digest', ''), ('cgu_version', 0)), models.Q(('cgu_accepted_at__isnull', False), ('cgu_version__gt', 0)), _connector='OR'), name='accepted_conditions_of_use_have_a_date'), models.CheckConstraint(condition=models.Q(('found_as', ''), ('found_answered_at__isnull', False), _connector='OR'), name='a_member_that_is_found_has_agreed')],
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('administrator', 'administration'), ('moderator', 'modération'), ('council', 'membre du CSE'), ('treasurer', 'trésorerie du CSE'), ('secretary', 'secrétariat du CSE'), ('kiosk_manager', 'gestion des écrans')], max_length=14)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('given_at', models.DateTimeField()),
                ('provider_id', models.BigIntegerField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(fields=('user', 'role', 'company_id'), name='a_member_has_a_role_once_for_a_company', nulls_distinct=False, violation_error_message='Cette personne a déjà ce rôle.')],
            },
        ),
        migrations.CreateModel(
            name='ClosingRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('confirmed', 'Confirmed'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=9)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('user',), name='an_account_is_asked_to_be_closed_once_at_a_time', violation_error_message='La fermeture de ce compte est déjà demandée.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='an_answered_closing_says_since_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), ('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='nobody_confirms_the_closing_that_they_asked_for')],
            },
        ),
        migrations.CreateModel(
            name='CompanyClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'à confirmer'), ('confirmed', 'confirmée'), ('refused', 'refusée'), ('withdrawn', 'retirée')], default='waiting', max_length=9)),
                ('asked_at', models.DateTimeField()),
                ('asked_mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('answer_mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('user',), name='one_company_is_claimed_at_a_time', violation_error_message='Une demande attend déjà une réponse.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='an_answered_claim_says_since_when')],
            },
        ),
        migrations.CreateModel(
            name='CouncilChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('given', 'Given'), ('ended', 'Ended'), ('moved', 'Moved'), ('asked', 'Closing Asked'), ('confirmed', 'Closing Confirmed'), ('refused', 'Closing Refused'), ('withdrawn', 'Closing Withdrawn')], max_length=9)),
                ('right', models.CharField(choices=[('founding', 'Founding'), ('admin', 'Administration'), ('council', 'Council'), ('oneself', 'Oneself'), ('operator', 'Operator')], max_length=8)),
                ('role', models.CharField(blank=True, choices=[('administrator', 'administration'), ('moderator', 'modération'), ('council', 'membre du CSE'), ('treasurer', 'trésorerie du CSE'), ('secretary', 'secrétariat du CSE'), ('kiosk_manager', 'gestion des écrans')], max_length=14)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('by_name', models.CharField(blank=True, max_length=120)),
                ('paper', models.CharField(blank=True, max_length=120)),
                ('reason', models.CharField(blank=True, max_length=280)),
                ('at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('right', 'founding')), fields=('company_id',), name='a_council_is_founded_once', nulls_distinct=False, violation_error_message='Ce CSE a déjà été fondé ici\xa0: ses propres personnes donnent ses rôles.'), models.CheckConstraint(condition=models.Q(models.Q(('right', 'founding'), _negated=True), models.Q(('what', 'given'), models.Q(('by', models.F('user')), _negated=True)), _connector='OR'), name='who_founds_a_council_names_somebody_else', violation_error_message='On ne se donne pas un rôle du CSE à soi-même.'), models.CheckConstraint(condition=models.Q(models.Q(('right', 'admin'), _negated=True), models.Q(models.Q(('what', 'given'), _negated=True), models.Q(('what', 'ended'), _negated=True)), _connector='OR'), name='an_administrator_neither_gives_nor_ends_a_council_s_role'), models.CheckConstraint(condition=models.Q(models.Q(('right', 'operator'), _negated=True), models.Q(models.Q(('paper', ''), _negated=True), models.Q(('reason', ''), _negated=True), models.Q(('by_name', ''), _negated=True)), _connector='OR'), name='an_operator_shows_a_paper_and_says_why', violation_error_message='Indiquez la pièce et le motif.')],
            },
        ),
        migrations.CreateModel(
            name='Departure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closed_at', models.DateTimeField()),
                ('reopened_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reopened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('reopened_at', None)), fields=('user',), name='an_account_is_closed_once_at_a_time', violation_error_message='Ce compte est déjà fermé.')],
            },
        ),
        migrations.CreateModel(
            name='Thanks',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('subject_kind', models.CharField(max_length=20)),
                ('subject_reference', models.CharField(max_length=12)),
                ('given_at', models.DateTimeField()),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('subject_kind', 'subject_reference', 'giver', 'receiver'), name='a_colleague_thanks_another_once_for_a_thing', violation_error_message='Vous avez déjà dit merci.'), models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='nobody_thanks_themselves_for_a_thing', violation_error_message='On ne se remercie pas soi-même.')],
            },
        ),
        migrations.CreateModel(
            name='Portrait',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('ready', 'Ready'), ('failed', 'Failed'), ('hidden', 'Hidden')], default='waiting', max_length=7)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('uploaded_at', models.DateTimeField()),
                ('profile', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='portrait', to='members.profile')),
                ('uploader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
                
            },
        ),
        migrations.CreateModel(
            name='RemovedIdea',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=16, unique=True)),
                ('removed_at', models.DateTimeField()),
            ],
            options={
                'base_manager_name': 'objects',
            },
        ),
        RunFile('tenants/community/members/sql/profiles_by_words.sql', '5a88e7af7b5a'),
        migrations.AddIndex(
            model_name='thanks',
            index=models.Index(fields=['receiver'], name='thanks_to_a_member'),
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('fields', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='a_member_has_one_draft_of_a_kind')],
            },
        ),
    ]
