import django.db.models.deletion
import tenants.community.conversations.models
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
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.community.conversations.models.conversation_reference, max_length=12, unique=True)),
                ('subject_kind', models.CharField(max_length=20)),
                ('subject_reference', models.CharField(max_length=12)),
                ('subject_title', models.CharField(max_length=80)),
                ('begun_at', models.DateTimeField()),
                ('last_message_at', models.DateTimeField()),
                ('asker_read_at', models.DateTimeField(blank=True, null=True)),
                ('owner_read_at', models.DateTimeField(blank=True, null=True)),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(fields=('asker', 'subject_kind', 'subject_reference'), name='an_asker_has_one_conversation_about_a_thing'), models.CheckConstraint(condition=models.Q(('asker', models.F('owner')), _negated=True), name='nobody_writes_to_themselves')],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('proposed', 'Proposé'), ('accepted', 'Accepté'), ('refused', 'Refusé'), ('replaced', 'Remplacé'), ('cancelled', 'Annulé')], default='proposed', max_length=9)),
                ('proposed_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='conversations.conversation')),
                ('proposer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'proposed'), ('state', 'accepted'), _connector='OR'), fields=('conversation', 'state'), name='a_conversation_has_one_open_proposal_and_one_meeting', violation_error_message='Un autre moment vient d’être proposé.'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='an_answered_meeting_says_since_when')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.community.conversations.models.message_reference, max_length=12, unique=True)),
                ('text', models.TextField(max_length=2000)),
                ('sent_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('idempotency_key', models.UUIDField(blank=True, null=True, unique=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='conversations.conversation')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='conversations.meeting')),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['sent_at', 'id'],
                'base_manager_name': 'objects', 'indexes': [models.Index(condition=models.Q(('mailed_at', None)), fields=['sent_at'], name='messages_nobody_was_told_of')], 'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_message_says_something')],
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
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='conversations.message')),
                ('uploader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position', 'id'],
                'abstract': False,
                'base_manager_name': 'objects', 
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('blocked_at', models.DateTimeField()),
                ('blocked', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('blocker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('blocker', 'blocked'), name='a_colleague_is_blocked_once_by_another'), models.CheckConstraint(condition=models.Q(('blocker', models.F('blocked')), _negated=True), name='nobody_blocks_themselves_here')],
            },
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['owner'], name='conversations_of_an_owner'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['conversation'], name='messages_of_a_conversation'),
        ),
        migrations.AddIndex(
            model_name='picture',
            index=models.Index(fields=['message'], name='pictures_of_a_message'),
        ),
    ]
