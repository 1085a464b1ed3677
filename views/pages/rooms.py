"""The pages that are not registers, by room; each room is a blueprint."""

from __future__ import annotations

from views import health
from views.pages import (
    about,
    actions,
    approval,
    attachments,
    calendars,
    changes,
    comments,
    concerned,
    confirmations,
    confirming,
    control,
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
    mergers,
    neighbours,
    newsystem,
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
    search,
    session,
    settlements,
    shipping,
    trash,
    underway,
    undoing,
    wordings,
    year,
)

BESIDE = (attachments, comments, following, confirmations, confirming)
PEOPLE = (session, invitations, joining, grants, reviews)
PAST = (changes, trash, undoing, underway, importing)
KEPT = (mergers, wordings, shipping, retiring)
TOLD = (reports, ownreports, packages)
CHARGED = (invoicing, invoices, populations, settlements, quote)
LEARNT = (glossary, introduction)
DECIDED = (approval, proposals)
CASES = (drafts, inquiries, concerned)
ROOMS = (
    *[room.blueprint for room in (*PEOPLE, firststeps, newsystem, actions, renewing, *DECIDED, *BESIDE, *PAST)],
    *[
        room.blueprint
        for room in (*TOLD, landscape, control, progress, reminders, year, calendars, neighbours, *KEPT, search, health)
    ],
    *[room.blueprint for room in (*CASES, *CHARGED, *LEARNT)],
    about.about,
)
