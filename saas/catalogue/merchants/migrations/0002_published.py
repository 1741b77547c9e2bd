"""What spaces may read of published merchants, and the cell by which they find them."""

from django.db import migrations

CELL = """
ALTER TABLE merchants_merchant ADD COLUMN cell bigint GENERATED ALWAYS AS
    (floor(latitude * 100)::bigint * 100000 + floor(longitude * 100)::bigint) STORED;
CREATE INDEX published_merchants_by_cell ON merchants_merchant (cell) WHERE state = 'published';
"""
VIEW = """
CREATE VIEW merchants_published WITH (security_barrier) AS
    SELECT id, reference, slug, name, category, description, phone, website, picture,
           street, postcode, city, latitude, longitude, cell
    FROM merchants_merchant WHERE state = 'published'
"""


class Migration(migrations.Migration):
    dependencies = [("merchants", "0001_initial")]
    operations = [
        migrations.RunSQL(CELL, "ALTER TABLE merchants_merchant DROP COLUMN cell"),
        migrations.RunSQL(VIEW, "DROP VIEW merchants_published"),
    ]
