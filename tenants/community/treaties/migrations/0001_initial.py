import django.db.models.deletion
import tenants.community.treaties.models
from django.conf import settings
import saas.kernel.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HiddenItem',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('giver_id', models.BigIntegerField()),
                ('item_reference', models.CharField(max_length=12)),
                ('hidden_at', models.DateTimeField()),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('giver_id', 'item_reference'), name='a_neighbours_thing_is_hidden_once')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('reference', models.CharField(default=tenants.community.treaties.models.question_reference, max_length=12, unique=True)),
                ('thread', models.CharField(max_length=12)),
                ('giver_id', models.BigIntegerField()),
                ('giver_slug', models.CharField(blank=True, max_length=63)),
                ('space_name', models.CharField(max_length=80)),
                ('other_name', models.CharField(max_length=60)),
                ('item_reference', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('text', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('due', 'En route'), ('carried', 'Transmise'), ('refused', 'Sans destinataire'), ('arrived', 'Reçue')], default='due', max_length=7)),
                ('asked_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('idempotency_key', models.UUIDField(blank=True, null=True, unique=True)),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_letter_to_a_neighbour_has_text')],
            },
        ),
    ]
