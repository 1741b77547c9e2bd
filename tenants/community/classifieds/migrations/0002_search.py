"""The index of the board's search: trigrams of what was written, without case or accents."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("classifieds", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX classifieds_by_words ON classifieds_classified USING gin"
            " (public.sort_key(title || ' ' || description || ' ' || place) public.gin_trgm_ops)",
            "DROP INDEX classifieds_by_words",
        )
    ]
