"""NAV's Behandlingskatalogen, and those who run its code: the records of its interface (`Process`)."""

from __future__ import annotations

from exchange.guests.guest import Guest
from models.declare.words import N_

RECORDS = Guest(
    "behandlingskatalogen",
    N_("Behandlingskatalogen"),
    "ProcessingActivity",
    {
        "name": "name",
        "purposes": "purpose",
        "purposes.shortName": "purpose",
        "description": "description",
        "affiliation.department": "unit",
        "affiliation.department.shortName": "unit",
        "affiliation.products": "applications",
        "affiliation.products.shortName": "applications",
        "legalBases.gdpr": "article6",
        "legalBases.gdpr.code": "article6",
        "legalBases.nationalLaw": "laws.law",
        "legalBases.nationalLaw.shortName": "laws.law",
        "legalBases.description": "laws.section",
        "automaticProcessing": "automated",
        "profiling": "profiling",
        "aiUsageDescription.aiUsage": "ai_use",
        "aiUsageDescription.description": "ai_description",
        "dataProcessing.dataProcessor": "has_processors",
        "dataProcessing.processors": "processors.supplier",
        "dataProcessing.processors.name": "processors.supplier",
        "retention.retentionMonths": "retention.months",
        "retention.retentionStart": "retention.start",
        "retention.retentionDescription": "retention.basis",
        "commonExternalProcessResponsible": "joint_controllers",
        "commonExternalProcessResponsible.shortName": "joint_controllers",
        "start": "valid_from",
        "end": "valid_to",
    },
    marked=frozenset({"automaticProcessing", "usesAllInformationTypes"}),
)
