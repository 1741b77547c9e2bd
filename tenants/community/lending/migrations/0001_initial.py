"""Things, loans and who waits, with the index of their search."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import tenants.community.lending.models
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
            name='Loan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.community.lending.models.loan_reference, max_length=12, unique=True)),
                ('state', models.CharField(choices=[('requested', 'Demandé'), ('accepted', 'Réservé'), ('out', 'Prêté'), ('returned', 'Rendu'), ('declined', 'Refusé'), ('cancelled', 'Annulé'), ('withdrawn', 'Retiré'), ('lapsed', 'Sans suite'), ('lost', 'Non rendu')], default='requested', max_length=9)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('extension_until', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('requested_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('handed_over_at', models.DateTimeField(blank=True, null=True)),
                ('returned_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('thanked_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_of', models.DateTimeField(blank=True, null=True)),
                ('overdue_of', models.DateTimeField(blank=True, null=True)),
                ('idempotency_key', models.UUIDField(blank=True, null=True, unique=True)),
                ('borrower', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects', 'indexes': [models.Index(fields=['borrower', '-starts_at'], name='loans_by_borrower'), ], 'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='a_loan_ends_after_it_starts', violation_error_message='La fin doit venir après le début.'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'requested'), ('state', 'accepted'), ('state', 'out'), _connector='OR'), ('ended_at', None)), models.Q(models.Q(('state', 'returned'), ('state', 'declined'), ('state', 'cancelled'), ('state', 'withdrawn'), ('state', 'lapsed'), ('state', 'lost'), _connector='OR'), ('ended_at__isnull', False)), _connector='OR'), name='a_loan_that_has_ended_says_when'), models.CheckConstraint(condition=models.Q(('extension_until', None), ('extension_until__gt', models.F('ends_at')), _connector='OR'), name='an_extension_goes_beyond_the_end')],
            },
        ),
        migrations.CreateModel(
            name='DamageNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500)),
                ('made_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('loan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='damage_notes', to='lending.loan')),
            ],
            options={
                'ordering': ['made_at', 'id'],
                'base_manager_name': 'objects', 'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_damage_note_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Thing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.community.lending.models.thing_reference, max_length=12, unique=True)),
                ('title', models.CharField(max_length=80)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('condition', models.CharField(choices=[('new', 'Comme neuf'), ('good', 'Bon état'), ('worn', 'A bien servi')], default='good', max_length=4)),
                ('whereabouts', models.CharField(choices=[('car', 'Coffre de voiture'), ('desk', 'Bureau ou casier'), ('home', 'À la maison'), ('other', 'Autre lieu')], default='desk', max_length=5)),
                ('place', models.CharField(max_length=60)),
                ('site_id', models.BigIntegerField(blank=True, null=True)),
                ('deposit', models.CharField(blank=True, max_length=160)),
                ('longest_minutes', models.PositiveIntegerField()),
                ('lends_at_once', models.BooleanField(default=False)),
                ('of_council', models.BooleanField(default=False)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('audience', models.CharField(choices=[('space', 'Tout l’espace'), ('company', 'Mon entreprise seulement'), ('neighbours', 'L’espace et ses voisins')], default='space', max_length=10)),
                ('on_screens', models.BooleanField(db_default=False, default=False)),
                ('created_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('idempotency_key', models.UUIDField(blank=True, null=True, unique=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'base_manager_name': 'objects', 'indexes': [models.Index(condition=models.Q(('withdrawn_at', None)), fields=['-created_at'], name='things_that_are_lent'), ], 'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('of_council', True), ('owner', None)), models.Q(('of_council', False), ('owner__isnull', False)), _connector='OR'), name='a_thing_is_a_members_or_the_councils'), models.CheckConstraint(condition=models.Q(('longest_minutes__gte', 15)), name='a_loan_lasts_a_quarter_of_an_hour', violation_error_message='Un prêt dure au moins quinze minutes.'), models.CheckConstraint(condition=models.Q(models.Q(('audience', 'company'), _negated=True), ('company_id__isnull', False), _connector='OR'), name='a_thing_for_one_company_names_it', violation_error_message='Dites dans votre profil pour qui vous travaillez.')],
            },
        ),
        migrations.AddField(
            model_name='loan',
            name='thing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='loans', to='lending.thing'),
        ),
        migrations.CreateModel(
            name='LendingPicture',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('ready', 'Ready'), ('failed', 'Failed'), ('hidden', 'Hidden')], default='waiting', max_length=7)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('uploaded_at', models.DateTimeField()),
                ('damage_note', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='lending.damagenote')),
                ('uploader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thing', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='lending.thing')),
            ],
            options={
                'ordering': ['position', 'id'],
                'abstract': False,
                'base_manager_name': 'objects', 'constraints': [models.CheckConstraint(condition=models.Q(('thing', None), ('damage_note', None), _connector='OR'), name='a_picture_shows_one_subject_only')],
            },
        ),
        migrations.CreateModel(
            name='WaitingListEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('queued_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('served', 'Served'), ('left', 'Left'), ('lapsed', 'Lapsed')], default='waiting', max_length=7)),
                ('loan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='lending.loan')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waiting_list', to='lending.thing')),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('thing', 'person'), name='a_person_waits_once_for_a_thing', violation_error_message='Vous êtes déjà sur la liste d’attente de cet objet.'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='a_wait_ends_after_it_starts')],
            },
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state', 'requested'), ('state', 'accepted'), ('state', 'out'), _connector='OR'), expressions=[('thing', '='), (models.Func('starts_at', 'ends_at', function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='a_thing_is_lent_to_one_at_a_time', violation_error_message='Ce créneau vient d’être pris\xa0: choisissez-en un autre, ou inscrivez-vous sur la liste d’attente.'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'out')), fields=('thing',), name='a_thing_is_in_one_persons_hands', violation_error_message='L’objet est encore chez quelqu’un\xa0: attendez son retour.'),
        ),
        RunFile('tenants/community/lending/sql/things_by_words.sql', '1c41eb8a9530'),
        migrations.AddIndex(
            model_name='lendingpicture',
            index=models.Index(fields=['thing'], name='pictures_of_a_thing'),
        ),
        migrations.AddIndex(
            model_name='loan',
            index=models.Index(fields=['thing'], name='loans_of_a_thing'),
        ),
        migrations.AddIndex(
            model_name='loan',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['ends_at'], name='loans_that_go_on'),
        ),
    ]
