"""Addresses of lending."""

from django.urls import path

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
