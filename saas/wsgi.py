"""The web process: it begins only where every address has its rule and the wall has no hole."""

import logging
import os

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")
os.environ.setdefault("TROOVON_PROCESS", "web")

logging.captureWarnings(capture=True)
application = get_wsgi_application()

from billing.stripe.gateway.events import warn_of_missing_secrets  # noqa: E402 - needs the settings
from saas.monitoring import watcher  # noqa: E402 - as above
from tenants.spaces.database.locks import refuse_to_start_open  # noqa: E402 - as above

if unruled := run_checks(tags=["access"]):
    raise ImproperlyConfigured("\n".join(str(error) for error in unruled))
refuse_to_start_open()
warn_of_missing_secrets()
watcher.start()
