"""Moves what was lent as a classified to this room: a step of its own, over rows of two others."""

from django.db import migrations

from saas.kernel.database.sql_files import RunFile


class Migration(migrations.Migration):

    dependencies = [
        ('lending', '0001_initial'),
        ('classifieds', '0001_initial'),
        ('conversations', '0001_initial'),
    ]

    operations = [
        RunFile('tenants/community/lending/sql/lent_classifieds.sql', '2a6b8751df01'),
    ]
