"""Offers, their codes and counts, and what spaces may read of them."""

import django.db.models.deletion
import saas.catalogue.offers.models
import uuid
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from saas.kernel.database.sql_files import RunFile


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('merchants', '0001_initial'),
        ('spaces', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('merchant_id', models.BigIntegerField()),
                ('reference', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('conditions', models.CharField(max_length=300)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('rhythm', models.CharField(choices=[('daily', 'Une fois par jour'), ('once', 'Une seule fois')], max_length=5)),
                ('is_withdrawn', models.BooleanField()),
            ],
            options={
                'db_table': 'offers_published',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.offers.models.offer_reference, max_length=12, unique=True)),
                ('title', models.CharField(max_length=80)),
                ('conditions', models.CharField(blank=True, max_length=300)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('rhythm', models.CharField(choices=[('daily', 'Une fois par jour'), ('once', 'Une seule fois')], default='daily', max_length=5)),
                ('most_uses', models.PositiveIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='OfferDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('uses', models.PositiveIntegerField()),
                ('offer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='offers.offer')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
            ],
            options={
                'ordering': ['-day', 'tenant_id'],
            },
        ),
        migrations.CreateModel(
            name='Till',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('opened_at', models.DateTimeField()),
                ('merchant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=6)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('redemption', models.UUIDField(blank=True, null=True)),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='offers.offer')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spaces.tenant')),
            ],
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='an_offer_ends_after_it_starts', violation_error_message='La fin suit le début.'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('rhythm', 'daily'), ('rhythm', 'once'), _connector='OR'), name='an_offer_has_a_known_rhythm'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('most_uses', None), ('most_uses__gte', 1), _connector='OR'), name='a_limited_offer_is_used_once_at_least', violation_error_message='Une limite est d’un code au moins.'),
        ),
        migrations.AddConstraint(
            model_name='offerday',
            constraint=models.UniqueConstraint(fields=('offer', 'day', 'tenant'), name='an_offer_has_one_row_for_a_space_and_day'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.UniqueConstraint(fields=('code',), name='a_code_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.UniqueConstraint(fields=('redemption',), name='a_confirmation_uses_one_code'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('redemption', None), ('used_at', None)), models.Q(('redemption__isnull', False), ('used_at__isnull', False), ('used_at__lt', models.F('expires_at'))), _connector='OR'), name='a_code_is_used_in_time_and_by_a_confirmation'),
        ),
        migrations.AddField(
            model_name='offer',
            name='decision_mailed_at',
            field=models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=None, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='review',
            field=models.CharField(choices=[('none', 'Pas encore demandée'), ('waiting', 'En cours de relecture'), ('approved', 'Acceptée'), ('refused', 'Refusée')], db_default='none', default='none', max_length=8),
        ),
        migrations.AddField(
            model_name='offer',
            name='review_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='review_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='offer',
            name='reviewed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='seen_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='seen_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='offer',
            name='subjects',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('review', 'none'), ('reviewed_at', None)), models.Q(('review', 'waiting'), ('review_due_at__isnull', False), ('reviewed_at', None)), models.Q(('review', 'approved'), ('reviewed_at__isnull', False)), models.Q(('review', 'refused'), ('reviewed_at__isnull', False), models.Q(('review_reason', ''), _negated=True)), _connector='OR'), models.Q(('review', 'none'), _negated=True)), name='an_offer_says_when_and_why_it_was_decided'),
        ),
        RunFile('saas/catalogue/offers/sql/offers_published.sql', '4011512dbad2'),
    ]
