"""Settings of the benches' peer: the same apps on stock django-tenants."""

from infra.settings import *

# Its commands before the kernel's of the same names, which refuse.
INSTALLED_APPS = ["django_tenants", *(app for app in INSTALLED_APPS if app != "django_tenants")]
DATABASES = {
    "default": {
        **DATABASES["default"],
        "ENGINE": "django_tenants.postgresql_backend",
        "OPTIONS": {
            name: value
            for name, value in DATABASES["default"]["OPTIONS"].items()
            if name != "assume_space_role"
        },
    }
}
TENANT_SYNC_ROUTER = "django_tenants.routers.TenantSyncRouter"
DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]
