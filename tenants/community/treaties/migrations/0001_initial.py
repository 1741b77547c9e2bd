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
                ('giver_id', models.BigIntegerField()),
                ('giver_slug', models.CharField(max_length=63)),
                ('item_reference', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('text', models.CharField(max_length=500)),
                ('contact', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('due', 'En route'), ('carried', 'Transmise'), ('refused', 'Sans destinataire')], default='due', max_length=7)),
                ('asked_at', models.DateTimeField()),
                ('idempotency_key', models.UUIDField(blank=True, null=True, unique=True)),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('contact', ''), _negated=True)), name='a_question_says_something_and_where_to_answer')],
            },
        ),
    ]
