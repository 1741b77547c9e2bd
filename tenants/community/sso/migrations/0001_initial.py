"""The identity provider of a company, and whom it knows."""

import django.db.models.deletion
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
            name='Provider',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('oidc', 'OpenID Connect'), ('saml', 'SAML 2.0')], default='oidc', max_length=4)),
                ('name', models.CharField(max_length=60)),
                ('issuer', models.CharField(max_length=300)),
                ('client_id', models.CharField(blank=True, max_length=200)),
                ('secret', models.TextField(blank=True)),
                ('page', models.CharField(blank=True, max_length=500)),
                ('certificates', models.JSONField(blank=True, default=list)),
                ('attributes', models.JSONField(blank=True, default=dict)),
                ('groups', models.JSONField(blank=True, default=dict)),
                ('domains', models.CharField(blank=True, max_length=3000)),
                ('origin', models.CharField(blank=True, max_length=300)),
                ('mode', models.CharField(choices=[('off', 'Éteinte'), ('offered', 'Proposée, à côté des mots de passe et des liens'), ('required', 'Exigée, à la place des mots de passe et des liens')], default='off', max_length=8)),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField(blank=True, null=True)),
                ('tested_at', models.DateTimeField(blank=True, null=True)),
                ('worked_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, max_length=12)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company_id', 'issuer', 'client_id'), name='a_company_describes_a_provider_once', nulls_distinct=False, violation_error_message='Ce fournisseur est déjà décrit ici.'), models.CheckConstraint(condition=models.Q(('mode', 'off'), ('mode', 'offered'), ('mode', 'required'), _connector='OR'), name='a_provider_is_off_offered_or_required'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'oidc'), models.Q(('client_id', ''), _negated=True), models.Q(('secret', ''), _negated=True)), models.Q(('kind', 'saml'), ('secret', ''), models.Q(('page', ''), _negated=True)), _connector='OR'), name='a_provider_has_a_secret_or_a_page'), models.CheckConstraint(condition=models.Q(('mode', 'off'), models.Q(('tested_at__isnull', False), models.Q(('domains', ''), _negated=True)), _connector='OR'), name='a_provider_is_tested_before_it_lets_anybody_in', violation_error_message='Testez d’abord la connexion.')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('issuer', models.CharField(max_length=300)),
                ('subject', models.CharField(max_length=255)),
                ('bound_at', models.DateTimeField()),
                ('used_at', models.DateTimeField()),
                ('acr', models.CharField(blank=True, max_length=200)),
                ('proved_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company_id', 'issuer', 'subject'), name='an_identity_is_of_one_member', nulls_distinct=False), models.UniqueConstraint(fields=('user', 'company_id', 'issuer'), name='a_member_has_one_identity_of_a_provider', nulls_distinct=False)],
            },
        ),
    ]
