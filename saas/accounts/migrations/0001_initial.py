import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import saas.accounts.models
import uuid
from django.conf import settings
import saas.kernel.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('reference', models.CharField(default=saas.accounts.models.user_reference, max_length=12, unique=True)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('first_name', models.CharField(max_length=60)),
                ('last_name', models.CharField(max_length=60)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('theme', models.CharField(choices=[('system', 'System'), ('light', 'Light'), ('dark', 'Dark')], default='system', max_length=6)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('password_by_link', models.BooleanField(db_default=False, default=False)),
                ('notices', models.JSONField(blank=True, default=None, null=True)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='an_email_address_is_kept_in_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='Pass',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('nonce', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('purpose', models.CharField(choices=[('sign_in', 'Sign In'), ('crossing', 'Crossing')], max_length=10)),
                ('origin', models.CharField(blank=True, max_length=300)),
                ('place', models.CharField(blank=True, max_length=80)),
                ('leads_to', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('user__isnull', False), _connector='OR'), name='a_pass_of_nobody_is_never_used')],
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('secret', models.TextField(blank=True, max_length=400)),
                ('last_step', models.BigIntegerField()),
                ('passkeys', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, max_length=20000)),
                ('recovery_hashes', models.JSONField(default=list, max_length=1000)),
                ('made_at', models.DateTimeField()),
                ('used_at', models.DateTimeField()),
                ('reset_due_at', models.DateTimeField(blank=True, null=True)),
                ('reset_reason', models.CharField(blank=True, max_length=280)),
                ('reset_by', models.CharField(blank=True, max_length=122)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reset_due_at', None), ('reset_reason', '')), models.Q(('reset_due_at__isnull', False), models.Q(('reset_reason', ''), _negated=True)), _connector='OR'), name='a_planned_reset_of_a_factor_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField()),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                'db_table': 'django_session',
                'base_manager_name': 'objects',
            },
        ),
    ]
