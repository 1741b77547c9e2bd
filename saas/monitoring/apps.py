"""The app of monitoring."""

from typing import Any

from celery import Task, signals
from django.apps import AppConfig
from django.utils import timezone


class MonitoringConfig(AppConfig):
    """Troubles, the clock's heartbeat, readiness."""

    name = "saas.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        """Note each success of a job of the schedule, and have the clock beat when it starts."""
        from saas.celery import app  # noqa: PLC0415 - models load first
        from saas.kernel import schema  # noqa: PLC0415
        from saas.kernel.tasks import send  # noqa: PLC0415
        from saas.monitoring import actions, clock, steps  # noqa: PLC0415

        def succeeded(sender: Task[Any, Any], **_: Any) -> None:
            if ".clock." in sender.name:
                with schema.in_public():
                    actions.record_success(task=sender.name, at=timezone.now())

        def begun(**_: Any) -> None:
            send(clock.watch)

        # Before the scheduler's first job is queued: this is the first heartbeat of beat.
        steps.connect(app, watch=clock.watch.name)
        signals.task_success.connect(succeeded, dispatch_uid="monitoring", weak=False)
        signals.beat_init.connect(begun, dispatch_uid="monitoring", weak=False)
