import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('merchants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Operator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FactorReset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(blank=True, max_length=63)),
                ('person', models.CharField(max_length=12)),
                ('proof', models.CharField(choices=[('paper', 'Une pièce'), ('call', 'Un appel, vers un numéro connu')], max_length=5)),
                ('note', models.CharField(max_length=280)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shop', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('shop', None), ('place', ''), _connector='XOR'), name='a_factor_is_reset_in_a_shop_or_in_a_space'), models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='a_reset_of_a_factor_says_why')],
            },
        ),
        migrations.CreateModel(
            name='QueueReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queue', models.CharField(max_length=20)),
                ('reference', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('is_new', models.BooleanField(default=False)),
                ('deadline_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True)),
            ],
            options={
                'ordering': ['deadline_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('queue', 'reference', 'is_new', 'deadline_at'), name='operators_are_reminded_once_of_a_deadline')],
            },
        ),
    ]
