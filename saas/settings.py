"""Settings of all installations; differences between them come from the environment.

Every name read here is listed in infra/deploy/README.md. Secrets have no default.
"""

import os
from pathlib import Path
from typing import Any

from django.utils.csp import CSP

from saas import api_settings, configuration, schedule, sentry
from saas.addresses import beside, broker, cache_backend, cells, founding_cells, space_logins
from saas.environment import (
    cell_databases,
    database,
    inbound_mail,
    mailer,
    options_of,
    own_mail_url,
    own_secret,
    provider_of,
    proxies,
    release,
    required,
    required_file,
    secrets_of,
    storage,
    stripe_is_live,
    web_processes,
)
from saas.variables import servers

ROOT = Path(__file__).resolve().parent.parent
configuration.refuse()

TROOVON_ENV = os.environ.get("TROOVON_ENV", "production")
TROOVON_PROCESS = os.environ.get("TROOVON_PROCESS", "manage")
DATA_DIR = Path(os.environ.get("DATA_DIR", ROOT / ".troovon"))
RELEASE = release(ROOT)

SECRET_KEY = required("SECRET_KEY")
SECRET_KEY_FALLBACKS = secrets_of("SECRET_KEY_FALLBACKS")
DEBUG = False

BASE_HOST = os.environ.get("BASE_HOST") or "localhost:8000"
_base_name = BASE_HOST.partition(":")[0]
BASE_SCHEME = "http" if _base_name == "localhost" else "https"
# Every name: HostMiddleware, the first of all, lets in those that are ours or proven by now.
ALLOWED_HOSTS = ["*"]

SHARED_APPS = [
    "saas.kernel",
    "django_tenants",
    "tenants.spaces",
    "saas.accounts",
    "saas.geocoding",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "saas.catalogue.merchants",
    "saas.catalogue.city_services",
    "saas.catalogue.placements",
    "saas.catalogue.offers",
    "billing",
    "saas.monitoring",
    "saas.site",
    "saas.console",
]
TENANT_APPS = [
    "saas.accounts",
    "tenants.community.members",
    "tenants.community.classifieds",
    "tenants.community.lending",
    "tenants.community.mediastore",
    "tenants.community.conversations",
    "tenants.community.deals",
    "tenants.community.neighbourhood",
    "tenants.community.council",
    "tenants.community.treaties",
    "tenants.community.gatherings",
    "tenants.community.rides",
    "tenants.community.notifications",
    "tenants.community.integrations",
    "tenants.community.sso",
    "tenants.community.kiosk",
    "tenants.community.moderation",
    "tenants.community.personal_data",
    "tenants.community.search",
]
INSTALLED_APPS = [
    *SHARED_APPS,
    *(app for app in TENANT_APPS if app not in SHARED_APPS),
    "saas.commands",  # last: its `ready` runs after all others are loaded
]

TENANT_MODEL = "spaces.Tenant"
TENANT_DOMAIN_MODEL = "spaces.Domain"
DATABASE_ROUTERS = ["tenants.spaces.database.router.SpaceRouter"]
TENANT_SYNC_ROUTER = DATABASE_ROUTERS[0]
PUBLIC_SCHEMA_URLCONF = "saas.urls_public"
ROOT_URLCONF = "saas.urls_tenant"
OPERATOR_URLCONF = "saas.urls_operator"

_owner_url = own_secret("DATABASE_OWNER_URL")
_as_owner = TROOVON_PROCESS == "manage" and bool(_owner_url)
DATABASES = {
    "default": database(
        _owner_url if _as_owner else required("DATABASE_URL"),
        process=TROOVON_PROCESS,
        as_owner=_as_owner,
        own_logins=space_logins(os.environ.get("SPACE_LOGINS", "")),
    )
}
# Only its provider is superuser there, so two protections stay off and the state is *degraded*.
DATABASE_IS_MANAGED = os.environ.get("DATABASE_IS_MANAGED", "") == "yes"
if _owner_url:  # the founder builds spaces with it; web, worker and beat never hold it
    DATABASES["owner"] = database(_owner_url, process=TROOVON_PROCESS, as_owner=True)
# Clusters beside home that hold spaces: each login of home has one in each of them.
CELLS = cells(os.environ.get("CELLS", ""), "CELLS")
FOUNDING_CELLS = founding_cells(os.environ.get("FOUNDING_CELLS", ""), CELLS)
_cell_owners = cells(own_secret("CELL_OWNERS"), "CELL_OWNERS")
DATABASES |= cell_databases(
    _cell_owners if _as_owner else CELLS, "default", process=TROOVON_PROCESS, as_owner=_as_owner
)
if _owner_url and _cell_owners:  # a move works on both clusters, whichever has the space
    _cell_owners |= {"home": _owner_url}
DATABASES |= cell_databases(_cell_owners, "owner", process=TROOVON_PROCESS, as_owner=True)
_side_url = os.environ.get("DATABASE_SIDE_URL", "")
if _as_owner and _side_url:  # a restored copy of the whole cluster, the source of a rewound space
    DATABASES["side"] = database(_side_url, process=TROOVON_PROCESS, as_owner=True)

STRICT_FETCH = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["saas.accounts.backends.ActivePersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# The second is for older hashes: they are replaced at the next sign-in.
PASSWORD_HASHERS = [
    "saas.kernel.secrets.hashing.PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "accounts:signin"

MIDDLEWARE = [
    "saas.kernel.http.RequestIdMiddleware",
    "tenants.spaces.middleware.HostMiddleware",
    "saas.kernel.web.compression.CompressedPageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "saas.kernel.web.static.StaticFilesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "saas.kernel.http.HeadersMiddleware",
    "saas.kernel.http.StreamedAnswerMiddleware",
    "tenants.spaces.middleware.SpaceMiddleware",
    "saas.kernel.web.polling.UnchangedMiddleware",
    "saas.kernel.web.touching.NamelessMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "saas.accounts.middleware.PersonMiddleware",
    "saas.accounts.middleware.DeviceMiddleware",
    "saas.kernel.http.LargeBodyMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "saas.accounts.sessions.middleware.SessionMiddleware",
    "saas.accounts.middleware.FirstThingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "saas.kernel.http.OpenedPageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "saas.kernel.http.HeadMiddleware",
    "saas.kernel.http.PlainAddressMiddleware",
    "saas.kernel.http.RefusedMiddleware",
    "saas.kernel.web.switched_off.SwitchedOffMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend_templates"],
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "saas.kernel.templatetags.troovon",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "saas.kernel.http.page_context",
                "saas.console.queries.navigation.context",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

SESSION_ENGINE = "saas.kernel.web.sessions"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
SIGNING_BACKEND = "saas.kernel.secrets.tokens.SpaceSigner"  # of cookies
CSRF_FAILURE_VIEW = "saas.site.views.csrf_failed"
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

_behind_tls = BASE_SCHEME == "https"
SECURE_SSL_REDIRECT = _behind_tls
# Only these proxies set the client's address and TLS; otherwise the socket's values count.
TRUSTED_PROXIES = proxies(
    os.environ.get("TRUSTED_PROXIES") or ("127.0.0.1 ::1" if _behind_tls else "")
)
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _behind_tls else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _behind_tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _behind_tls
SECURE_HSTS_PRELOAD = _behind_tls
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP: dict[str, Any] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [ROOT / "saas" / "locale"]
TIME_ZONE = "UTC"  # storage and logs; pages use the space's zone
PAGE_TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# Static files of packages are not served: htmx is in the single script among the assets.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATICFILES_DIRS = [ROOT / "frontend_templates" / "static", ROOT / ".troovon" / "assets"]
STORAGES = storage(os.environ.get("STORAGE_URL", ""), DATA_DIR)
WEB_PROCESSES = web_processes(os.environ.get("WEB_PROCESSES", ""))
# Seconds for all headers of a request, and for the whole of its body: see `saas.serving`.
HEADER_SECONDS = 10
BODY_SECONDS = 20
WEB_MEMORY_MB = 768  # limit of the web process; a page that exceeds it is a 503
PAGE_SECONDS = 20  # a thread makes a page no longer
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

MAIL_URL = own_mail_url()  # `outbox:` shows every mail to all visitors: never by default
MAILERS = {"default": mailer(MAIL_URL, DATA_DIR)}
MAIL_PROVIDER = os.environ.get("MAIL_PROVIDER") or provider_of(MAIL_URL)
ANYMAIL = {name.upper(): value for name, value in options_of(own_secret("MAIL_EVENTS")).items()}
# If set, replies to mails are received; only then do mails offer a reply.
INBOUND_MAIL = inbound_mail(os.environ.get("INBOUND_MAIL_URL", ""))
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM") or f"Troovon <bonjour@{_base_name}>"
MAIL_MESSAGE_HOST = os.environ.get("MAIL_MESSAGE_HOST") or _base_name  # of Message-ID
MAIL_DKIM_SELECTOR = os.environ.get("MAIL_DKIM_SELECTOR", "")  # looked up by the doctor

# Resolver that proves a company's domain; tests and the demo may set another.
DNS_RESOLVER = os.environ.get("DNS_RESOLVER") or "tenants.spaces.resolver.DnsResolver"
# Virus scanner for files on a space's shelf.
VIRUS_SCANNER = (
    os.environ.get("VIRUS_SCANNER") or "tenants.community.mediastore.gateway.scanner.TrialScanner"
)
VIRUS_SCANNER_URL = os.environ.get("VIRUS_SCANNER_URL", "")
# Register of VAT numbers; tests and the demo use a simulated register.
VAT_REGISTER = os.environ.get("VAT_REGISTER") or "saas.catalogue.merchants.gateway.Vies"

# Approved platform of electronic invoices; without an address no paper is deposited. The demo and
# tests use a stand-in.
EINVOICING_API = "billing.einvoicing.gateway.api.ApiPlatform"
EINVOICING_PLATFORM = os.environ.get("EINVOICING_PLATFORM") or EINVOICING_API
EINVOICING_API_BASE = os.environ.get("EINVOICING_API_BASE", "")
EINVOICING_API_KEY = own_secret("EINVOICING_API_KEY")
EINVOICING_SINCE = os.environ.get("EINVOICING_SINCE") or "2027-09-01"

# Without a key there is no web push; browsers get the public key, the fetcher signs.
VAPID_PRIVATE_KEY = own_secret("VAPID_PRIVATE_KEY")
VAPID_PUBLIC_KEY = os.environ.get("VAPID_PUBLIC_KEY", "")
VAPID_CONTACT = os.environ.get("VAPID_CONTACT") or f"mailto:bonjour@{_base_name}"
PUSH_CARRIER = os.environ.get("PUSH_CARRIER") or "tenants.community.notifications.gateway.WebPush"

VALKEY_URL = os.environ.get("VALKEY_URL") or "redis://127.0.0.1:6379/0"
# Another database than the broker's: clearing the cache leaves every queued job where it is.
CACHE_URL = os.environ.get("CACHE_URL") or beside(VALKEY_URL)
CACHES = {
    "default": {
        "BACKEND": cache_backend(CACHE_URL),
        "LOCATION": CACHE_URL,
        "KEY_FUNCTION": "saas.kernel.cache.key",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

CELERY_BROKER_URL, _broker_options = broker(VALKEY_URL)
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = schedule.routes()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **_broker_options,
    "visibility_timeout": 600,
    # A page that has committed waits no longer for a dead broker; a clock queues again.
    "max_retries": 1,
    "interval_start": 0,
    "socket_connect_timeout": 2,
    # A page waits for a hanging broker no longer than for the cache.
    "socket_timeout": 2 if TROOVON_PROCESS == "web" else 10,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = PAGE_TIME_ZONE  # nights; moments are kept in UTC all the same
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = schedule.entries()
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")

# Service that searches addresses, of the form of the French address base; empty: the loaded file.
GEOCODER_URL = os.environ.get("GEOCODER_URL", "")

# Receivers of webhooks on a developer's machine, as host and port; empty in production.
WEBHOOK_LOCAL_RECEIVERS = os.environ.get("WEBHOOK_LOCAL_RECEIVERS", "").split()

# Identity providers on a developer's machine, as host and port; empty in production.
OIDC_LOCAL_PROVIDERS = os.environ.get("OIDC_LOCAL_PROVIDERS", "").split()

STRIPE_SECRET_KEY = own_secret("STRIPE_SECRET_KEY")
STRIPE_IS_LIVE = stripe_is_live(STRIPE_SECRET_KEY)
STRIPE_API_BASE = os.environ.get("STRIPE_API_BASE") or servers.STRIPE
STRIPE_WEBHOOK_SECRETS = {
    "snapshot": secrets_of("STRIPE_WEBHOOK_SECRETS_SNAPSHOT"),
    "connected": secrets_of("STRIPE_WEBHOOK_SECRETS_CONNECTED"),
    "thin": secrets_of("STRIPE_WEBHOOK_SECRETS_THIN"),
}
SHARE_HOLD_DAYS = int(os.environ.get("TROOVON_SHARE_HOLD") or "14")
# Days that physical backups keep deleted data; receipts of deletions give this number.
BACKUP_DAYS = int(os.environ.get("BACKUP_DAYS") or "35")
# Operators are alerted if backups are expected and the newest good backup is old.
BACKUPS_ARE_MADE = os.environ.get("BACKUPS", "") == "yes"
SELLER_FILE = required_file("SELLER_FILE")  # an invoice without a seller is invalid

REST_FRAMEWORK = api_settings.REST_FRAMEWORK
SPECTACULAR_SETTINGS = api_settings.SPECTACULAR_SETTINGS
# Requests per minute of a member's programs and pages, all devices together.
API_READS_A_MINUTE, API_WRITES_A_MINUTE = 300, 60

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "saas.kernel.watching.log_context.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL") or "INFO"},
    "loggers": {
        "django": {"level": os.environ.get("LOG_LEVEL") or "INFO"},
        "stripe": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},  # its lines would name passkeys
        # Each job already has a line of ours at its end; these loggers would add two.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "troovon.security": {"level": "INFO"},  # whatever else is left out
    },
}
# A probe with this token gets the details from /health/ready; without it, only the state.
HEALTH_TOKEN = own_secret("HEALTH_TOKEN")
# Prometheus sends it to /metrics, which is hidden from all others.
METRICS_TOKEN = own_secret("METRICS_TOKEN")
# Operators are written to once less than this is free where DATA_DIR lies, or PostgreSQL's files.
DISK_FREE_MB = int(os.environ.get("DISK_FREE_MB") or "1024")
DATABASE_DISK = os.environ.get("DATABASE_DISK", "")
SENTRY_DSN = os.environ.get("SENTRY_DSN", "")
SENTRY_TRACES = float(os.environ.get("SENTRY_TRACES") or "0")
sentry.begin(
    SENTRY_DSN,
    release=RELEASE,
    process=TROOVON_PROCESS,
    environment=TROOVON_ENV,
    traces=SENTRY_TRACES,
    unmonitored=schedule.often(),
)
