"""Addresses of lending."""

from django.urls import path

from saas.accounts.access import closed
from tenants.community.lending import views

app_name = "lending"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.offer, name="offer"),
    path("new/draft/", views.draft, name="draft"),
    path("new/discard/", views.discard, name="discard"),
    path("loans/", views.loans, name="loans"),
    path("loans/loans.csv", views.sheet, name="sheet"),
    path("loans/<slug:reference>/", views.loan, name="loan"),
    path("loans/<slug:reference>/handover/", views.handover, name="handover"),
    path("loans/<slug:reference>/handover.svg", views.code, name="code"),
    path("loans/<slug:reference>/calendar.ics", views.event, name="event"),
    path("loans/<slug:reference>/damage/", views.damage, name="damage"),
    path("scan/<str:text>/", views.scan, name="scan"),
    path("waiting/<int:number>/leave/", views.leave, name="leave"),
    path("pictures/<slug:token>/<int:width>.webp", views.picture, name="picture"),
    path("<slug:reference>/", views.thing, name="thing"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:reference>/again/", views.lend_again, name="again"),
]
access = (
    closed("lending:board", get="in:200"),
    closed("lending:offer", get="in:200", post="in:422"),
    closed("lending:draft", post="in:200"),
    closed("lending:discard", post="in:303"),
    closed("lending:loans", get="in:200"),
    closed("lending:sheet", get="in:200"),
    closed("lending:picture", "XX", "480", get="in:404"),
    closed("lending:thing", "own thing", get="in:200", post="in:422"),
    closed("lending:thing", "company's thing", get="in:404 other:200", post="in:404 other:422"),
    closed("lending:thing", "foreign thing", get="in:404", post="in:404"),
    closed("lending:edit", "own thing", get="in:403 member:200", post="in:403 member:422"),
    closed("lending:edit", "company's thing", get="in:404 other:200", post="in:404 other:422"),
    closed("lending:edit", "foreign thing", get="in:404", post="in:404"),
    closed(
        "lending:edit",
        "council's thing",
        get="in:403 council,treasurer:200",
        post="in:403 council,treasurer:422",
    ),
    closed("lending:withdraw", "own thing", post="in:403 member:303"),
    closed("lending:withdraw", "foreign thing", post="in:404"),
    closed("lending:again", "own thing", post="in:403 member:303"),
    closed("lending:again", "foreign thing", post="in:404"),
    closed(
        "lending:loan", "own loan", get="in:404 member,other:200", post="in:404 member,other:422"
    ),
    closed("lending:loan", "foreign loan", get="in:404", post="in:404"),
    closed(
        "lending:handover",
        "own loan",
        get="in:404 member,other:200",
        post="in:404 member,other:422",
    ),
    closed("lending:handover", "foreign loan", get="in:404", post="in:404"),
    closed("lending:event", "own loan", get="in:404 member,other:200"),
    closed("lending:event", "foreign loan", get="in:404"),
    closed("lending:code", "own loan", get="in:404 member,other:200"),
    closed("lending:code", "foreign loan", get="in:404"),
    closed(
        "lending:damage",
        "own loan",
        get="in:404 member,other:200",
        post="in:404 member,other:422",
    ),
    closed("lending:damage", "foreign loan", get="in:404", post="in:404"),
    closed("lending:scan", "XX", get="in:422", post="in:422"),
    closed("lending:leave", "999999999", post="in:404"),
)
