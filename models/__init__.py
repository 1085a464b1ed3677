"""What we know: tables, labels, rules, roles, tenancy, history. Knows no request, no template, no file format."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import configure_mappers

from models.changes import flush
from models.database import db
from models.declare.base import Base, shut_the_other_side
from models.queries import quality
from models.registers import (
    accessions,
    accessrequests,
    agreements,
    ai,
    architecture,
    attachments,
    billing,
    breaches,
    catalogue,
    codes,
    comments,
    data,
    deliveries,
    following,
    imports,
    invoices,
    leavings,
    listviews,
    mergers,
    municipality,
    organisation,
    parties,
    processing,
    risk,
    selfcost,
    settlements,
    transfers,
    wording,
)
from models.tenancy import accesslog, calendars, confirmations, installation, invitations, people, reviews

REGISTERS: tuple[type[Any], ...] = (
    processing.ProcessingActivity,
    risk.RiskAssessment,
    risk.ImpactAssessment,
    breaches.Breach,
    accessrequests.AccessRequest,
    ai.AiSystem,
    architecture.Application,
    data.Dataset,
    data.Integration,
    architecture.Platform,
    architecture.Service,
    architecture.Process,
    agreements.Agreement,
    organisation.OrganisationalUnit,
    organisation.ContactPerson,
    catalogue.Product,
    catalogue.Supplier,
    catalogue.ProcessingTemplate,
    codes.Law,
    codes.Article6,
    codes.Article9,
    codes.DataSubjectCategory,
    codes.PersonalDataCategory,
    codes.RecipientCategory,
    codes.TransferGround,
    codes.SecurityMeasure,
    codes.AgreementType,
    codes.ProductCategory,
    codes.DatasetTheme,
    codes.LosTheme,
    codes.KostraFunction,
    municipality.Municipality,
    municipality.Succession,
    people.User,
    people.Membership,
    people.ProjectRole,
    accesslog.AccessEntry,
    accesslog.ProjectAccessEntry,
    parties.Party,
    billing.Price,
    billing.Supplement,
    billing.Charge,
    selfcost.Cost,
    selfcost.InterestRate,
    selfcost.FundDecision,
    listviews.SharedView,
    listviews.ProjectView,
    wording.Wording,
)
BY_NAME = MappingProxyType({one.__tablename__: one for one in REGISTERS})

configure_mappers()
shut_the_other_side()

__all__ = [
    "BY_NAME",
    "REGISTERS",
    "Base",
    "accessions",
    "attachments",
    "calendars",
    "comments",
    "confirmations",
    "db",
    "deliveries",
    "flush",
    "following",
    "imports",
    "installation",
    "invitations",
    "invoices",
    "leavings",
    "mergers",
    "packages",
    "quality",
    "reviews",
    "settlements",
    "transfers",
]
