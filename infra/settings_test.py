"""The same house for tests: strict about lazy fetching, and quick."""

import os
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "tests-only-tests-only-tests-only-tests-only-tests-only")
os.environ.setdefault("DATABASE_URL", "postgresql://troovon_app@127.0.0.1:1/troovon")
os.environ.setdefault("DATABASE_OWNER_URL", "postgresql://troovon_owner@127.0.0.1:1/troovon")
os.environ.setdefault("MAIL_URL", "outbox:")
os.environ.setdefault("TROOVON_ENV", "test")
os.environ.setdefault("SELLER_FILE", str(Path(__file__).with_name("local") / "seller.json"))
os.environ.setdefault("TROOVON_PROCESS", "test")
os.environ.setdefault("EINVOICING_PLATFORM", "billing.einvoicing.gateway.stand_in.StandIn")
os.environ.setdefault("EINVOICING_SINCE", "2026-01-01")
os.environ.setdefault("VAT_REGISTER", "saas.catalogue.merchants.gateway.FileRegister")
os.environ.setdefault("STRIPE_SECRET_KEY", "sk_test_troovon_tests")
os.environ.setdefault("STRIPE_API_BASE", "http://127.0.0.1:1")
for kind in ("SNAPSHOT", "CONNECTED", "THIN"):
    os.environ.setdefault(f"STRIPE_WEBHOOK_SECRETS_{kind}", f"whsec_tests_{kind.lower()}")

from infra.settings import *

STRICT_FETCH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {
        "BACKEND": "saas.kernel.uploads.storage.PlacedStorage",
        "OPTIONS": {"keeper": "django.core.files.storage.InMemoryStorage"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
CELERY_TASK_ALWAYS_EAGER = False
