"""Addresses of gatherings."""

from django.urls import path

from saas.accounts.access import closed, opened
from tenants.community.gatherings import views

app_name = "gatherings"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.announce, name="announce"),
    path("mine/", views.mine, name="mine"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/revoke/", views.revoke_calendar, name="revoke_calendar"),
    path("calendar/<slug:token>/", views.feed, name="feed"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/calendar.ics", views.event, name="event"),
    path("<slug:reference>/people.csv", views.sheet, name="sheet"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/cancel/", views.cancel, name="cancel"),
    path("<slug:reference>/join/", views.join, name="join"),
    path("<slug:reference>/leave/", views.leave, name="leave"),
    path("<slug:reference>/budget/", views.budget, name="budget"),
    path("<slug:reference>/budget/remove/", views.remove_budget, name="remove_budget"),
]
access = (
    closed("gatherings:board", get="in:200"),
    closed("gatherings:announce", get="in:200", post="in:422"),
    closed("gatherings:mine", get="in:200"),
    closed("gatherings:calendar", get="in:200", post="in:303"),
    closed("gatherings:revoke_calendar", post="in:303"),
    opened("gatherings:feed", "XX", get="all:404"),
    closed("gatherings:detail", "own gathering", get="in:200"),
    closed("gatherings:detail", "company's gathering", get="in:404 other:200"),
    closed("gatherings:detail", "foreign gathering", get="in:404"),
    closed("gatherings:event", "own gathering", get="in:200"),
    closed("gatherings:event", "company's gathering", get="in:404 other:200"),
    closed("gatherings:event", "foreign gathering", get="in:404"),
    closed("gatherings:edit", "own gathering", get="in:403 member:200", post="in:403 member:422"),
    closed(
        "gatherings:edit", "company's gathering", get="in:404 other:200", post="in:404 other:422"
    ),
    closed("gatherings:edit", "foreign gathering", get="in:404", post="in:404"),
    closed(
        "gatherings:cancel", "spare gathering", get="in:403 member:200", post="in:403 member:303"
    ),
    closed(
        "gatherings:cancel",
        "company's spare gathering",
        get="in:404 other:200",
        post="in:404 other:303",
    ),
    closed("gatherings:cancel", "foreign gathering", get="in:404", post="in:404"),
    closed("gatherings:join", "own gathering", post="in:303"),
    closed("gatherings:join", "company's gathering", post="in:404 other:303"),
    closed("gatherings:join", "foreign gathering", post="in:404"),
    closed("gatherings:leave", "own gathering", post="in:303"),
    closed("gatherings:leave", "company's gathering", post="in:404 other:303"),
    closed("gatherings:leave", "foreign gathering", post="in:404"),
    closed("gatherings:sheet", "own gathering", get="in:403 member:200"),
    closed("gatherings:sheet", "company's gathering", get="in:404 other:200"),
    closed("gatherings:sheet", "foreign gathering", get="in:404"),
    closed(
        "gatherings:budget",
        "own gathering",
        get="in:403 council,treasurer:200",
        post="in:403 council,treasurer:422",
    ),
    closed(
        "gatherings:budget", "company's gathering", get="in:404 other:403", post="in:404 other:403"
    ),
    closed("gatherings:budget", "foreign gathering", get="in:404", post="in:404"),
    closed("gatherings:remove_budget", "own gathering", post="in:403 council,treasurer:303"),
    closed("gatherings:remove_budget", "company's gathering", post="in:404 other:403"),
    closed("gatherings:remove_budget", "foreign gathering", post="in:404"),
)
