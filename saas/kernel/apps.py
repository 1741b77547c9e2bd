"""App of the kernel: template tags, checks, and the filter of log lines."""

import logging

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The ground floor."""

    name = "saas.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Remove user-written text from every line logged by our own code."""
        from saas.kernel.watching import log_context  # noqa: PLC0415 - it needs the database's settings

        logging.setLogRecordFactory(log_context.PlainRecord)
