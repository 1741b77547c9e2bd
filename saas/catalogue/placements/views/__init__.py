"""Pages of campaigns at the merchant’s desk."""
