import datetime
import django.db.models.deletion
import saas.catalogue.city_services.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from saas.kernel.search.sorting import SortKey


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CityService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('street', models.CharField(blank=True, max_length=120)),
                ('postcode', models.CharField(blank=True, max_length=10)),
                ('city', models.CharField(blank=True, max_length=80)),
                ('latitude', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=9)),
                ('longitude', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=9)),
                ('reference', models.CharField(default=saas.catalogue.city_services.models.service_reference, max_length=12, unique=True)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('library', 'Médiathèque'), ('transport', 'Transports'), ('sport', 'Sport'), ('town_hall', 'Mairie'), ('childcare', 'Petite enfance'), ('park', 'Parc'), ('other', 'Autre service')], max_length=10)),
                ('description', models.TextField(blank=True, max_length=600)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('website', models.URLField(blank=True)),
                ('added_at', models.DateTimeField()),
                ('source', models.CharField(blank=True, db_default='', default='', max_length=60)),
            ],
            options={
                'ordering': [SortKey('name')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('source', ''), _negated=True), fields=('source',), name='a_service_is_imported_once')],
                'indexes': [models.Index(fields=['latitude'], name='city_services_by_latitude')],
            },
        ),
        migrations.CreateModel(
            name='ServiceFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=saas.catalogue.city_services.models.file_reference, max_length=12, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('content', models.BinaryField(blank=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('failure', models.CharField(blank=True, max_length=20)),
                ('found', models.JSONField(blank=True, null=True)),
                ('sent_at', models.DateTimeField()),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ServiceHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='city_services.cityservice')),
            ],
            options={
                'ordering': ['weekday', 'opens'],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), models.Q(('closes__lt', models.F('opens')), ('closes__lte', datetime.time(8, 0))), _connector='OR'), name='a_service_closes_after_it_opens')],
            },
        ),
    ]
