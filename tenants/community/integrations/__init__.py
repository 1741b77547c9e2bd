"""Programs beside a space: tokens that read and write, webhooks that tell."""
