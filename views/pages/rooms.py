"""The pages that are not registers, by room; each room is a blueprint."""

from __future__ import annotations

from views import health
from views.pages import (
    about,
    accessions,
    actions,
    approval,
    archives,
    asking,
    attachments,
    calendars,
    changes,
    comments,
    comparing,
    concerned,
    confirmations,
    confirming,
    control,
    deliveries,
    drafts,
    firststeps,
    following,
    glossary,
    grants,
    importing,
    inquiries,
    introduction,
    invitations,
    invoices,
    invoicing,
    joining,
    landscape,
    leaving,
    mergers,
    neighbours,
    newsystem,
    norway,
    opened,
    openness,
    ownmoney,
    ownreports,
    packages,
    populations,
    progress,
    proposals,
    quote,
    reminders,
    renewing,
    reports,
    retiring,
    reviews,
    roadmap,
    search,
    servicemap,
    session,
    settlements,
    shipping,
    transfers,
    trash,
    underway,
    undoing,
    whatif,
    wordings,
    year,
)

BESIDE = (attachments, comments, following, confirmations, confirming)
PEOPLE = (session, invitations, joining, grants, reviews)
PAST = (changes, trash, undoing, underway, importing)
KEPT = (mergers, leaving, transfers, wordings, shipping, retiring)
TOLD = (reports, ownreports, packages, archives)
DRAWN = (landscape, servicemap, comparing, roadmap, norway)
CHARGED = (deliveries, invoicing, invoices, populations, settlements, quote, whatif, ownmoney)
JOINING = (asking, accessions)
LEARNT = (glossary, introduction)
OPEN = (opened, openness)
DECIDED = (approval, proposals)
CASES = (drafts, inquiries, concerned)
ROOMS = (
    *[room.blueprint for room in (*PEOPLE, firststeps, newsystem, actions, renewing, *DECIDED, *BESIDE, *PAST)],
    *[
        room.blueprint
        for room in (*TOLD, *DRAWN, control, progress, reminders, year, calendars, neighbours, *KEPT, search, health)
    ],
    *[room.blueprint for room in (*CASES, *CHARGED, *JOINING, *LEARNT, *OPEN)],
    about.about,
)
