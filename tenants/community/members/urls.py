"""Addresses of this room."""

from django.urls import path

from tenants.community.members import views
from tenants.community.members.views import (
    beginning,
    cards,
    claims,
    council,
    leaving,
    mail_domains,
    sheets,
)

app_name = "members"
urlpatterns = [
    path("", views.home, name="home"),
    path("welcome/", beginning.welcome, name="welcome"),
    path("welcome/ideas/<slug:key>/remove/", beginning.remove_idea, name="remove_idea"),
    path("welcome/ideas/<slug:key>/restore/", beginning.restore_idea, name="restore_idea"),
    path("me/", views.profile, name="profile"),
    path("me/leave/", leaving.leave, name="leave"),
    path("me/card/", cards.card, name="card"),
    path("people/<str:reference>/", cards.person, name="person"),
    path("portraits/<slug:token>/<int:width>.webp", cards.portrait, name="portrait"),
    path("admin/people/", views.people, name="people"),
    path("admin/people.csv", sheets.people, name="people_sheet"),
    path("admin/people/<str:reference>/", views.roles, name="roles"),
    path("admin/people/<str:reference>/close/", leaving.close_account, name="close_account"),
    path("admin/people/<str:reference>/reopen/", leaving.reopen_account, name="reopen_account"),
    path("admin/people/<str:reference>/move/", views.move, name="move"),
    path("council/people/", council.council, name="council"),
    path("council/people/<str:reference>/", council.answer, name="answer_closing"),
    path(
        "admin/people/<str:reference>/close/withdraw/",
        council.withdraw_closing,
        name="withdraw_closing",
    ),
    path("admin/claims/", claims.claims, name="claims"),
    path("admin/claims/<str:reference>/", claims.decide, name="decide_claim"),
    path("admin/companies/", views.companies, name="companies"),
    path("admin/companies/<int:company_id>/", views.company, name="company"),
    path("admin/mail-domains/", mail_domains.mail_domains, name="mail_domains"),
    path(
        "admin/mail-domains/<str:domain>/link/",
        mail_domains.renew_link,
        name="mail_domain_link",
    ),
    path(
        "admin/mail-domains/<str:domain>/withdraw/",
        mail_domains.withdraw,
        name="mail_domain_withdraw",
    ),
    path(
        "admin/mail-domains/<str:domain>/remove/",
        mail_domains.remove,
        name="mail_domain_remove",
    ),
    path("mail-domains/<str:token>/", mail_domains.confirm, name="mail_domain_confirm"),
    path("admin/invitations/", views.invitations, name="invitations"),
    path("admin/invitations/<str:code>/", views.poster, name="poster"),
    path("admin/invitations/<str:code>/qr.svg", views.qr, name="qr"),
    path("admin/invitations/<str:code>/withdraw/", views.withdraw, name="withdraw"),
    path("join/", views.join, name="join"),
    path("join/sent/", views.join_sent, name="join_sent"),
    path("join/confirm/<str:token>/", views.join_confirm, name="join_confirm"),
    path("join/<str:code>/", views.join_by_code, name="join_by_code"),
]
