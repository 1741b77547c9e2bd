"""Deals and votes on them."""

import django.db.models.deletion
import tenants.community.deals.models
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
            name='Deal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.community.deals.models.deal_reference, max_length=12, unique=True)),
                ('category', models.CharField(choices=[('food', 'Manger'), ('shopping', 'Achats'), ('outings', 'Sorties'), ('sport', 'Sport'), ('travel', 'Voyages'), ('home', 'Maison'), ('other', 'Autre')], max_length=8)),
                ('title', models.CharField(max_length=80)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('code', models.CharField(blank=True, max_length=40)),
                ('link', models.CharField(blank=True, max_length=500)),
                ('ends_on', models.DateField()),
                ('on_screens', models.BooleanField(db_default=False, default=False)),
                ('created_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('working_count', models.PositiveIntegerField(default=0)),
                ('failing_count', models.PositiveIntegerField(default=0)),
                ('idempotency_key', models.UUIDField(blank=True, null=True, unique=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.CheckConstraint(condition=models.Q(('code', ''), ('description', ''), ('link', ''), _negated=True), name='a_deal_says_how_to_have_it', violation_error_message='Dites comment en profiter\xa0: un code, un lien ou quelques mots.'), models.CheckConstraint(condition=models.Q(('link', ''), ('link__startswith', 'https://'), _connector='OR'), name='a_link_of_a_deal_is_https', violation_error_message='Un lien commence par https://.')],
            },
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('works', models.BooleanField()),
                ('voted_at', models.DateTimeField()),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='deals.deal')),
                ('voter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(fields=('deal', 'voter'), name='a_member_votes_once_on_a_deal', violation_error_message='Vous avez déjà voté.')],
            },
        ),
        RunFile('tenants/community/deals/sql/deals_by_words.sql', '20455d77bf73'),
    ]
