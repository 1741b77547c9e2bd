"""Classifieds, with the index of their search."""

import django.db.models.deletion
import tenants.community.classifieds.models
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
            name='Classified',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.community.classifieds.models.classified_reference, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('sell', 'À vendre'), ('give', 'À donner'), ('rent', 'À louer'), ('swap', 'À échanger'), ('wanted', 'Recherché'), ('service', 'Service')], max_length=8)),
                ('service', models.CharField(blank=True, choices=[('childcare', 'Garde d’enfants'), ('tutoring', 'Cours et soutien'), ('repairs', 'Réparations'), ('pets', 'Garde d’animaux'), ('other', 'Autre service')], max_length=9)),
                ('title', models.CharField(max_length=80)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('price_cents', models.PositiveBigIntegerField(blank=True, null=True)),
                ('price_unit', models.CharField(choices=[('whole', 'en tout'), ('hour', 'l’heure'), ('day', 'la journée'), ('month', 'le mois')], default='whole', max_length=5)),
                ('site_id', models.BigIntegerField(blank=True, null=True)),
                ('place', models.CharField(max_length=60)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('here', 'Conclu entre collègues'), ('elsewhere', 'Conclu ailleurs'), ('none', 'Plus d’actualité'), ('expired', 'Arrivée à son terme')], max_length=9)),
                ('idempotency_key', models.UUIDField(blank=True, null=True, unique=True)),
                ('audience', models.CharField(choices=[('space', 'Tout l’espace'), ('company', 'Mon entreprise seulement'), ('neighbours', 'L’espace et ses voisins')], db_default='space', default='space', max_length=10)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('on_screens', models.BooleanField(db_default=False, default=False)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_with', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reserved_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'base_manager_name': 'objects', 'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['-created_at'], name='classifieds_on_the_board')], 'constraints': [models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind', 'give'), _negated=True), models.Q(('kind', 'swap'), _negated=True)), ('price_cents', None), _connector='OR'), name='what_is_given_or_swapped_has_no_price', violation_error_message='Un don ou un troc n’a pas de prix.'), models.CheckConstraint(condition=models.Q(('price_cents', None), ('price_cents__gt', 0), _connector='OR'), name='a_price_is_more_than_nothing', violation_error_message='Pour 0\xa0€, choisissez «\xa0À donner\xa0».'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='a_closed_classified_has_an_outcome'), models.CheckConstraint(condition=models.Q(('reserved_for', models.F('author')), _negated=True), name='nobody_reserves_their_own_thing'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'service'), models.Q(('service', ''), _negated=True)), models.Q(models.Q(('kind', 'service'), _negated=True), ('service', '')), _connector='OR'), name='a_service_and_nothing_else_names_its_kind', violation_error_message='Choisissez le service que vous proposez.'), models.CheckConstraint(condition=models.Q(models.Q(('audience', 'company'), _negated=True), ('company_id__isnull', False), _connector='OR'), name='what_a_company_sees_alone_names_it', violation_error_message='Dites dans votre profil pour qui vous travaillez.')],
            },
        ),
        migrations.CreateModel(
            name='Availability',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('weekday', models.PositiveSmallIntegerField()),
                ('starts_minute', models.PositiveSmallIntegerField()),
                ('ends_minute', models.PositiveSmallIntegerField()),
                ('classified', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability', to='classifieds.classified')),
            ],
            options={
                'ordering': ['weekday'],
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(fields=('classified', 'weekday'), name='a_service_has_one_stretch_a_weekday', violation_error_message='Une seule plage par jour.'), models.CheckConstraint(condition=models.Q(('weekday__gte', 1), ('weekday__lte', 7)), name='a_weekday_is_one_to_seven'), models.CheckConstraint(condition=models.Q(('starts_minute__lt', models.F('ends_minute')), ('ends_minute__lte', 1440)), name='a_stretch_ends_after_it_starts', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('ready', 'Ready'), ('failed', 'Failed'), ('hidden', 'Hidden')], default='waiting', max_length=7)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('uploaded_at', models.DateTimeField()),
                ('classified', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='classifieds.classified')),
                ('uploader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position', 'id'],
                'abstract': False,
                'base_manager_name': 'objects', 
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('price_cents', models.PositiveBigIntegerField(blank=True, null=True)),
                ('replaced_at', models.DateTimeField()),
                ('classified', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='classifieds.classified')),
            ],
            options={
                'ordering': ['-replaced_at', '-id'],
                'base_manager_name': 'objects',
            },
        ),
        RunFile('tenants/community/classifieds/sql/classifieds_by_words.sql', 'bc461208bcfc'),
        migrations.AddIndex(
            model_name='classified',
            index=models.Index(fields=['author'], name='classifieds_of_a_member'),
        ),
        migrations.AddIndex(
            model_name='picture',
            index=models.Index(fields=['classified'], name='pictures_of_a_classified'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['classified'], name='revisions_of_a_classified'),
        ),
    ]
