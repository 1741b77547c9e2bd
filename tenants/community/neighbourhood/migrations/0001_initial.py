from django.conf import settings
import django.db.models.deletion
import saas.kernel.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DailySalt',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('day', models.DateField(unique=True)),
                ('key', models.BinaryField(max_length=32)),
            ],
            options={
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CouncilMonth',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('campaign_reference', models.CharField(max_length=12)),
                ('merchant_name', models.CharField(max_length=80)),
                ('brought_cents', models.BigIntegerField()),
                ('by_council', models.JSONField(max_length=1500, null=True)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('month', 'campaign_reference'), name='a_campaign_stands_once_in_a_month'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='a_month_is_named_by_its_first_day')],
            },
        ),
        migrations.CreateModel(
            name='PlacementEvent',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('flight_reference', models.CharField(max_length=12)),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('view', 'View'), ('click', 'Click'), ('open', 'Open'), ('loan', 'Loan')], max_length=5)),
                ('pseudonym', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['day', 'kind'], name='placement_events_by_day')],
                'constraints': [models.UniqueConstraint(fields=('flight_reference', 'day', 'kind', 'pseudonym'), name='a_member_counts_once_a_day_for_a_flight')],
            },
        ),
        migrations.CreateModel(
            name='MemberReport',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('subject_reference', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('report_reference', models.CharField(max_length=12)),
                ('reported_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('kept', 'Gardé en ligne'), ('removed', 'Retiré'), ('restored', 'Rétabli')], default='', max_length=8)),
                ('answer', models.CharField(blank=True, max_length=200)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-reported_at', '-id'],
                'base_manager_name': 'objects',
                
                'constraints': [models.UniqueConstraint(fields=('person', 'subject_reference'), name='a_member_reports_a_shop_or_an_ad_once', violation_error_message='Vous l’avez déjà signalé\xa0: Troovon le verra.')],
            },
        ),
        migrations.CreateModel(
            name='ShopMark',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('merchant_reference', models.CharField(max_length=12)),
                ('recommends', models.BooleanField(default=False)),
                ('follows', models.BooleanField(default=False)),
                ('marked_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('person', 'merchant_reference'), name='a_member_marks_a_shop_once'), models.CheckConstraint(condition=models.Q(('recommends', True), ('follows', True), _connector='OR'), name='a_mark_of_a_shop_recommends_or_follows')],
            },
        ),
        migrations.CreateModel(
            name='OfferSalt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offer_reference', models.CharField(max_length=12)),
                ('period', models.CharField(blank=True, max_length=10)),
                ('key', models.BinaryField(max_length=32)),
                ('ends_on', models.DateField()),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('offer_reference', 'period'), name='an_offer_has_one_key_for_a_period')],
            },
        ),
        migrations.CreateModel(
            name='HeldVoucher',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('pseudonym', models.CharField(max_length=64)),
                ('voucher_id', models.UUIDField(null=True)),
                ('salt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vouchers', to='neighbourhood.offersalt')),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('salt', 'pseudonym'), name='a_member_holds_one_code_of_an_offer')],
            },
        ),
    ]
