from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text_fr', models.CharField(max_length=280)),
                ('text_en', models.CharField(max_length=280)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('announced_by', models.CharField(max_length=120)),
                ('announced_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['starts_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='planned_work_ends_after_it_starts', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='Backup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cell', models.CharField(blank=True, max_length=32)),
                ('label', models.CharField(max_length=40)),
                ('is_full', models.BooleanField()),
                ('taken_at', models.DateTimeField()),
                ('duration_ms', models.PositiveBigIntegerField()),
                ('size_bytes', models.PositiveBigIntegerField()),
                ('stored_bytes', models.PositiveBigIntegerField()),
                ('end_lsn', models.CharField(max_length=20)),
                ('figures', models.JSONField(default=dict)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('check_ms', models.PositiveBigIntegerField(blank=True, null=True)),
                ('is_good', models.BooleanField(blank=True, null=True)),
                ('fault', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['-taken_at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('cell', 'label'), name='a_backup_of_a_cluster_has_its_label'), models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('is_good__isnull', True)), models.Q(('checked_at__isnull', False), ('is_good__isnull', False)), _connector='OR'), name='a_backup_that_was_checked_has_an_outcome')],
            },
        ),
        migrations.CreateModel(
            name='ScheduledJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('succeeded_at', models.DateTimeField()),
                ('requeued_at', models.DateTimeField(blank=True, null=True)),
                ('resumed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Trouble',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('stripe_halt', 'Clé refusée par Stripe'), ('parked_call', 'Appel à Stripe arrêté'), ('parked_event', 'Événement de Stripe arrêté'), ('open_case', 'Écart ouvert'), ('short_balance', 'Solde Stripe trop bas'), ('clock', 'Horloge arrêtée'), ('job', 'Tâche régulière en retard'), ('disk', 'Disque presque plein'), ('process', 'Processus arrêté'), ('queue', 'File en attente'), ('backup', 'Sauvegarde trop ancienne'), ('set_aside', 'Tâche mise de côté'), ('cell', 'Cellule à regarder')], max_length=13)),
                ('subject', models.CharField(blank=True, max_length=120)),
                ('details', models.CharField(blank=True, max_length=120)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('end_mailed_at', models.DateTimeField(blank=True, null=True)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-began_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('kind', 'subject'), name='a_trouble_is_open_only_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['stripe_halt', 'parked_call', 'parked_event', 'open_case', 'short_balance', 'clock', 'job', 'disk', 'process', 'queue', 'backup', 'set_aside', 'cell'])), name='a_trouble_is_of_a_known_kind'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('began_at')), _connector='OR'), name='a_trouble_ends_after_it_began')],
            },
        ),
    ]
