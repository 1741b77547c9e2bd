import django.db.models.deletion
import tenants.community.moderation.models
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
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=tenants.community.moderation.models.case_reference, max_length=12, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('subject_reference', models.CharField(max_length=48)),
                ('title', models.CharField(max_length=120)),
                ('text', models.TextField(blank=True)),
                ('url', models.CharField(max_length=200)),
                ('company_id', models.BigIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=[('waiting', 'à examiner'), ('decided', 'décidé'), ('appealed', 'second avis demandé'), ('closed', 'second avis rendu')], default='waiting', max_length=8)),
                ('opened_at', models.DateTimeField()),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting'), ('state', 'appealed'), _connector='OR'), fields=('kind', 'subject_reference'), name='a_thing_is_judged_in_one_case_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='a_case_that_was_decided_says_since_when')],
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('words', models.TextField(max_length=1000)),
                ('made_at', models.DateTimeField()),
                ('appellant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='appeal', to='moderation.case')),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='an_appeal_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Charter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True)),
                ('text', models.TextField(max_length=8000)),
                ('published_at', models.DateTimeField()),
                ('binding_at', models.DateTimeField()),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-version'],
                'base_manager_name': 'objects', 'constraints': [models.CheckConstraint(condition=models.Q(('version__gt', 0)), name='versions_of_a_charter_begin_with_one'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_charter_says_something'), models.CheckConstraint(condition=models.Q(('binding_at__gte', models.F('published_at'))), name='a_charter_does_not_bind_before_it_is_read')],
            },
        ),
        migrations.CreateModel(
            name='CharterAcceptance',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('accepted_at', models.DateTimeField()),
                ('charter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acceptances', to='moderation.charter')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(fields=('charter', 'person'), name='a_version_of_the_charter_is_accepted_once')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('instance', models.CharField(choices=[('first', 'First'), ('appeal', 'Appeal')], max_length=6)),
                ('outcome', models.CharField(choices=[('keep', 'Garder en ligne'), ('remove', 'Retirer')], max_length=6)),
                ('ground', models.CharField(blank=True, choices=[('law', 'la loi'), ('charter', 'la charte de l’espace')], max_length=7)),
                ('rule', models.CharField(blank=True, choices=[('misplaced', 'Ce n’est pas sa place, ou c’est trompeur'), ('scam', 'Une arnaque'), ('business', 'De la publicité, ou du commerce'), ('harassment', 'Du harcèlement'), ('hate', 'Une injure, ou de la haine'), ('privacy', 'Une atteinte à la vie privée'), ('counterfeit', 'Une contrefaçon, ou un objet volé'), ('medicine', 'Un médicament'), ('tobacco', 'Du tabac, ou de quoi vapoter'), ('animal', 'Un animal'), ('weapon', 'Une arme, ou ce qui en tient lieu'), ('other', 'Autre chose')], max_length=11)),
                ('facts', models.TextField(max_length=2000)),
                ('decided_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='moderation.case')),
                ('first_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['decided_at', 'id'],
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(fields=('case', 'instance'), name='a_case_is_decided_once_in_each_instance', violation_error_message='Une autre personne vient de décider.'), models.CheckConstraint(condition=models.Q(('by', models.F('owner')), _negated=True), name='nobody_judges_what_is_their_own', violation_error_message='On ne décide pas de ce que l’on a publié soi-même.'), models.CheckConstraint(condition=models.Q(('by', models.F('first_by')), _negated=True), name='somebody_else_takes_the_second_look', violation_error_message='Le second avis est rendu par une autre personne.'), models.CheckConstraint(condition=models.Q(models.Q(('ground', ''), ('outcome', 'keep'), ('rule', '')), models.Q(('outcome', 'remove'), models.Q(('ground', ''), _negated=True), models.Q(('rule', ''), _negated=True)), _connector='OR'), name='a_removal_names_its_ground', violation_error_message='Dites quelle règle n’est pas respectée.'), models.CheckConstraint(condition=models.Q(('facts', ''), _negated=True), name='a_decision_states_its_facts', violation_error_message='Dites sur quels faits vous décidez.')],
            },
        ),
        migrations.CreateModel(
            name='LogLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('reported', 'Signalé par un collègue'), ('hidden', 'Masqué après trois signalements, dans l’attente d’une décision'), ('opened', 'Dossier ouvert'), ('kept', 'Gardé en ligne'), ('removed', 'Retiré par la modération'), ('appealed', 'Second avis demandé'), ('upheld', 'Second avis\xa0: décision confirmée'), ('reversed', 'Second avis\xa0: décision changée')], max_length=8)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='log', to='moderation.case')),
                ('moderator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-id'],
                'base_manager_name': 'objects', 
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', saas.kernel.models.RowNumber(primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('misplaced', 'Ce n’est pas sa place, ou c’est trompeur'), ('scam', 'Une arnaque'), ('business', 'De la publicité, ou du commerce'), ('harassment', 'Du harcèlement'), ('hate', 'Une injure, ou de la haine'), ('privacy', 'Une atteinte à la vie privée'), ('counterfeit', 'Une contrefaçon, ou un objet volé'), ('medicine', 'Un médicament'), ('tobacco', 'Du tabac, ou de quoi vapoter'), ('animal', 'Un animal'), ('weapon', 'Une arme, ou ce qui en tient lieu'), ('other', 'Autre chose')], max_length=11)),
                ('words', models.TextField(blank=True, max_length=1000)),
                ('reported_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='moderation.case')),
                ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['reported_at', 'id'],
                'base_manager_name': 'objects', 'constraints': [models.UniqueConstraint(fields=('case', 'reporter'), name='a_colleague_reports_a_thing_once', violation_error_message='Vous avez déjà signalé ceci\xa0: la modération le verra.'), models.CheckConstraint(condition=models.Q(models.Q(('reason', 'other'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='another_reason_is_said_in_words', violation_error_message='Dites en quelques mots ce qui ne va pas.')],
            },
        ),
    ]
