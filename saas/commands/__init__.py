"""Commands that need the whole product: prepare, seed, check, benches' inner half."""
