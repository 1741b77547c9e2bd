"""Troubles as the console lists them, with their words, and how each part of the house is."""

import datetime as dt
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from saas.kernel.watching import job_deaths
from saas.kernel.watching.job_deaths import SetAsideJob
from saas.monitoring import queries, wording
from saas.monitoring.heartbeats import UNREACHABLE
from saas.monitoring.models import Trouble

ON_A_PAGE = 50
TONES = {queries.OK: "ok", queries.DEGRADED: "warn", queries.DOWN: "bad"}


class TroubleRow(NamedTuple):
    """A trouble and its words; `page` leads to where something can be done about it."""

    kind_words: str
    began_at: dt.datetime
    ended_at: dt.datetime | None
    mailed_at: dt.datetime | None
    title: str
    advice: str
    page: str


class Part(NamedTuple):
    """Component of the service and its health."""

    name: str
    words: str
    tone: str


def open_troubles() -> list[TroubleRow]:
    """Return the troubles that have not ended, the oldest first."""
    return [_row(trouble) for trouble in queries.open_troubles()[: queries.MOST_SHOWN]]


def stopped_work() -> list[TroubleRow]:
    """Return the processes that stopped and the queues that wait: nothing there goes on alone."""
    kinds = (Trouble.Kind.PROCESS, Trouble.Kind.QUEUE)
    return [_row(trouble) for trouble in queries.open_troubles().filter(kind__in=kinds)]


def set_aside_jobs() -> list[SetAsideJob]:
    """Return the jobs that killed their worker twice; an empty list without a broker."""
    try:
        return job_deaths.set_aside_jobs()
    except UNREACHABLE:
        return []


def ended_troubles(number: str) -> tuple[list[TroubleRow], Page[Any]]:
    """Return a page of the incidents that have ended, the latest first."""
    shown = Paginator(queries.ended_troubles(), ON_A_PAGE).get_page(number)
    return [_row(trouble) for trouble in shown.object_list], shown


def parts(*, at: dt.datetime) -> list[Part]:
    """Return how each part of the house is, as a probe with the token is told."""
    names = {
        "database": _("Base de données"),
        "valkey": _("Cache et limites"),
        "broker": _("Broker des tâches"),
        "clock": _("Horloge"),
        "disk": _("Disque"),
        "processes": _("Processus"),
        "queues": _("Files des tâches"),
        "backups": _("Sauvegardes"),
        "cells": _("Cellules"),
    }
    words = {
        queries.OK: _("en ordre"),
        queries.DEGRADED: _("à regarder"),
        queries.DOWN: _("ne répond pas"),
    }
    states = queries.readiness(at=at)
    return [Part(names[name], words[state], TONES[state]) for name, state in states.items()]


def _row(trouble: Trouble) -> TroubleRow:
    words = wording.of_trouble(trouble)
    return TroubleRow(
        kind_words=trouble.get_kind_display(),
        began_at=trouble.began_at,
        ended_at=trouble.ended_at,
        mailed_at=trouble.mailed_at,
        title=words.title,
        advice=words.advice,
        page=words.page,
    )
