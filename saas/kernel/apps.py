"""The app of the ground floor: template tags, checks, and what may stand in a log."""

import logging

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The ground floor."""

    name = "saas.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Keep what people write out of every line that our own code logs."""
        from saas.kernel import log_context  # noqa: PLC0415 - it needs the database's settings

        logging.setLogRecordFactory(log_context.PlainRecord)
