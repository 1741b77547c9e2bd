"""Programs that run the product; the product itself imports nothing from here."""
