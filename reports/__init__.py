"""What we tell. A report is columns plus rows over models; one writer makes Excel of any of them."""

from __future__ import annotations

from models.declare.words import N_
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform, Process, Service
from models.registers.data import Dataset, Integration
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from reports.base import Group, Report
from reports.choices import YEAR
from reports.completeness import Completeness
from reports.coordinating import COORDINATING
from reports.invoice_basis import InvoiceBasis
from reports.invoicing.simulation import SIMULATION
from reports.processor_record import PROCESSOR, ProcessorRecord
from reports.protocol.report import CHOICES, Protocol
from reports.registers import RegisterReport
from reports.settlement import VERSION, SettlementPaper

REPORTS: tuple[Report, ...] = (
    Protocol(
        "behandlingsprotokoll",
        N_("Behandlingsprotokoll"),
        N_("Protokollen etter personvernforordningen artikkel 30."),
        group=Group.PROTECTION,
        choices=CHOICES,
        notes=(
            N_("Oransje overskrifter er det artikkel 30 krever. Grønne er frivillige."),
            N_("Tomme felt er ikke fylt ut i registeret."),
        ),
    ),
    RegisterReport(
        "applikasjoner",
        N_("Applikasjoner"),
        N_("Alle applikasjoner med eier, enhet, leverandør, avtaler og sikkerhet."),
        register=Application,
    ),
    RegisterReport(
        "datasett",
        N_("Datasett"),
        N_("Alle datasett med kilde, tilgang, kvalitet og distribusjoner."),
        register=Dataset,
    ),
    RegisterReport(
        "avtaler",
        N_("Avtaler"),
        N_("Alle avtaler med motpart, frister og sjekkliste."),
        group=Group.MONEY,
        register=Agreement,
    ),
    Completeness(
        "utfylling",
        N_("Utfylling"),
        N_("Hvor ferdig hver rad er, hva som mangler, og hva som må rettes. Til å dele ut arbeidet etter."),
        group=Group.QUALITY,
        notes=(
            N_("Det som kreves, teller dobbelt mot det som er anbefalt. Bare det som gjelder for raden, regnes med."),
        ),
        registers=(
            ProcessingActivity,
            RiskAssessment,
            ImpactAssessment,
            Application,
            Dataset,
            Integration,
            Platform,
            Service,
            Process,
            Agreement,
            OrganisationalUnit,
            ContactPerson,
        ),
    ),
    *COORDINATING,
    ProcessorRecord(
        "databehandlerprotokoll",
        N_("Databehandlerprotokoll for Orden"),
        N_("Det som behandles for hver kommune som er med, etter personvernforordningen artikkel 30 nr. 2."),
        project=True,
        group=Group.PROTECTION,
        choices=(PROCESSOR,),
        notes=(N_("Avtaler, behandlinger og overføringer er slik kommunene selv har ført dem."),),
    ),
    InvoiceBasis(
        "fakturagrunnlag",
        N_("Fakturagrunnlag"),
        N_("Tilkoblingsavgift og årlig a konto for hver kommune, med utregning."),
        billing=True,
        group=Group.MONEY,
        choices=(YEAR,),
        notes=(N_("Beløpene er uten merverdiavgift."), N_("Folketall: Statistisk sentralbyrå (SSB).")),
    ),
    SettlementPaper(
        "avregning",
        N_("Avregning av selvkost"),
        N_("Hva samarbeidet kostet et år, hver kommunes andel og differanse, fondene, og forslag til vedtak i styret."),
        billing=True,
        project=True,
        group=Group.MONEY,
        choices=(YEAR, VERSION),
        notes=(
            N_("Beløpene er uten merverdiavgift. Andelene er fordelt i hele øre og summerer til kostnaden."),
            N_("Kalkylerente: Kommunalbanken (KBN)."),
        ),
    ),
    SIMULATION,
)


def report(slug: str) -> Report:
    """The report of that name. Raises KeyError when there is none."""
    return {one.slug: one for one in REPORTS}[slug]
