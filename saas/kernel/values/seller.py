"""The seller of placements, read from the file of the installation."""

import json

from django.conf import settings

from saas.kernel.values import vat_numbers


def identity() -> dict[str, str]:
    """Return the seller as invoices name it: name, address, numbers."""
    found: dict[str, str] = json.loads(settings.SELLER_FILE.read_text(encoding="utf-8"))
    return found


def vat_number() -> str:
    """Return the seller's VAT number without spaces, or an empty string if it is invalid."""
    number = vat_numbers.compact(identity().get("vat_number", ""))
    return number if vat_numbers.is_well_formed(number) else ""
