"""Settings of a real server that serves the pages of these tests in each space."""

from infra.settings_test import *  # noqa: F403 - settings built on settings

ROOT_URLCONF = "tests.tenants.spaces.database.pages"
