"""What makes a record right: one list of rules. From each the check of one row (`breaks`) and, in `told.holds`, the
statement that finds all rows that break it; details, score, to-do list, approval and the report Utfylling ask it.

Rules Q1 to Q13 of the domain handbook, section 14, what the law says beside them, and what a map of systems should say. A rule keeps its code for ever.
"""

# ruff: noqa: E501 - a table of rules: one rule, one line
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, inspect

from models.declare.choices import (
    AccessRight,
    AgreementStatus,
    AiRisk,
    Answer,
    AssessmentNeed,
    BreachState,
    ContactRole,
    Disposal,
    HumanControl,
    InquiryState,
    Lifecycle,
    RecordStatus,
    RequestState,
)
from models.declare.conditions import (
    Condition,
    ahead,
    at_least,
    comes_within,
    filled,
    in_force,
    linked,
    past,
    reaches,
    repeated,
    several,
    some,
    there,
    when,
)
from models.declare.countries import EEA, spellings
from models.declare.criteria import CRITERIA
from models.declare.domains import Domain
from models.declare.memories import remembers
from models.declare.words import N_, placed
from models.queries.standing import once, register_of
from models.queries.told import holds
from models.registers.accessrequests import AccessRequest
from models.registers.agreements import (
    IN_FORCE,
    ITEMS,
    Agreement,
    is_in_force,
    is_open,
    is_outside_eea,
    is_processing_agreement,
)
from models.registers.ai import AiSystem, is_high_risk
from models.registers.architecture import (
    Application,
    Service,
    holds_personal_data,
    is_covered,
    is_critical,
    needs_no_agreement,
)
from models.registers.breaches import Breach, is_high, is_late, is_notified, needs_no_notice
from models.registers.codes import Special
from models.registers.data import Dataset, Integration
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity, is_controller, is_criminal, is_special, is_transferred
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy import scope
from models.tenancy.people import User
from models.tenancy.reach import may_know_of

ERROR, WARNING, INFO = "danger", "warning", "info"
WORDS = {ERROR: N_("Må rettes"), WARNING: N_("Bør rettes"), INFO: N_("Til orientering")}
NOTICE, OLD = 90, 730  # days before an agreement ends, and after a risk assessment is made
LARGE_SCALE = 5000  # people, from which on an activity counts as of large scale
LIKELY_DPIA = 2  # criteria of the Article 29 Working Party (WP 248), from which on an assessment is likely needed


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: of which register, how grave, what is wrong and what to do about it, where that is laid down, the field
    that mends it, and the condition a row breaks it by. `reads` is what one must be allowed to read to know.

    The field stands in the form of the row, or is a relationship that tells what points at the row, which is mended
    where that is made. None mends what takes a button.
    """

    code: str
    register: type[Any]
    severity: str
    says: str
    remedy: str
    source: str
    field: str
    condition: Condition
    reads: Domain | None = None

    def broken(self, row: Any, today: date) -> bool:
        """Whether a row breaks it on a day. What one may not know of is never said to be missing."""
        owner = row.id if self.register is Municipality else row.municipality_id if self.reads else None
        if self.reads is not None and owner not in scope.current().readable(self.reads):
            return False
        return self.condition(row, today)

    def told(self, t: Any) -> str:
        """What is wrong and what to do, in a language."""
        return f"{t(self.says)} {t(self.remedy)}"


# What is over and done with is held to no rule.
ALIVE: dict[type[Any], Condition] = {
    ProcessingActivity: ~when("status", RecordStatus.ENDED),
    Application: ~when("status", Lifecycle.RETIRED),
    Integration: ~when("status", Lifecycle.RETIRED),
    AiSystem: ~when("status", Lifecycle.RETIRED),
    Agreement: ~when("status", AgreementStatus.EXPIRED, AgreementStatus.TERMINATED),
}
is_marked_special = some("subjects", linked("personal_data", "special", *[kind for kind in Special if kind.is_special]))
is_marked_criminal = some("subjects", linked("personal_data", "special", Special.CRIMINAL))
holds_identity_number = some("subjects", linked("personal_data", "special", Special.NIN))
is_of_staff = some(
    "subjects", there("subject", when("code", "employee", "former-employee", "job-applicant", "temporary-worker"))
)
is_of_users = some("subjects", there("subject", when("code", "pupil", "kindergarten-child", "patient", "care-user")))
is_of_the_vulnerable = (
    when("children", Answer.YES)
    | when("vulnerable", Answer.YES)
    | some("subjects", there("subject", when("vulnerable", Answer.YES)))
)
exercises_authority = linked("article6", "code", "6.1.c", "6.1.e")


def of_template(key: str) -> Condition:
    """That the template an activity was taken from usually answers Yes to a question."""
    return there("template", when(key, Answer.YES))


# When an activity fulfils each criterion of WP 248, by its own answers and those of the template it was taken from.
FULFILS: dict[str, Condition] = {
    "evaluation": when("profiling", Answer.YES) | of_template("evaluation"),
    "automated": when("automated", Answer.YES),
    "monitoring": of_template("monitoring"),
    "sensitive": when("special", Answer.YES) | when("criminal", Answer.YES) | is_marked_special,
    "large_scale": reaches("scale", LARGE_SCALE) | of_template("large_scale"),
    "matching": of_template("matching"),
    "vulnerable": is_of_the_vulnerable,
    "innovative": when("ai_use", Answer.YES) | of_template("innovative"),
    "blocking": of_template("blocking"),
}
uses_what_is_retired = some("applications", when("status", Lifecycle.RETIRED))
has_a_role = some("memberships", in_force("valid_from", "valid_to")) | some(
    "project_roles", in_force("valid_from", "valid_to")
)
lets_in = when("active", True)

_TABLE: tuple[Rule, ...] = (
    Rule("Q1a", ProcessingActivity, ERROR, N_("Behandlingsgrunnlag etter artikkel 6 mangler."), N_("Velg minst ett."), N_("Personvernforordningen artikkel 6 nr. 1"), "article6", is_controller & ~filled("article6")),
    Rule("Q1b", ProcessingActivity, ERROR, N_("Grunnlag c og e krever en lov."), N_("Legg til supplerende rettsgrunnlag."), N_("Personvernforordningen artikkel 6 nr. 3"), "laws", is_controller & exercises_authority & ~filled("laws")),
    Rule("Q1c", ProcessingActivity, ERROR, N_("Særlige kategorier krever et grunnlag etter artikkel 9."), N_("Velg ett."), N_("Personvernforordningen artikkel 9 nr. 2"), "article9", (is_special | (is_controller & is_marked_special)) & ~filled("article9")),
    Rule("Q1d", ProcessingActivity, ERROR, N_("Opplysningene du har krysset av, er særlige kategorier."), N_("Svar Ja på spørsmålet om det."), N_("Personvernforordningen artikkel 9 nr. 1"), "special", when("special", Answer.NO) & is_marked_special),
    Rule("Q1e", ProcessingActivity, WARNING, N_("Det er valgt grunnlag etter artikkel 9, men ingen særlige kategorier."), N_("Sjekk at begge deler stemmer."), N_("Personvernforordningen artikkel 9 nr. 1"), "article9", is_controller & filled("article9") & when("special", Answer.NO) & ~is_marked_special),
    Rule("Q1f", ProcessingActivity, ERROR, N_("Grunnlaget etter artikkel 9 gjelder bare sammen med en lov."), N_("Legg til supplerende rettsgrunnlag."), N_("Personvernforordningen artikkel 9 nr. 2"), "laws", is_controller & linked("article9", "needs_law", Answer.YES) & ~filled("laws")),
    Rule("Q1g", ProcessingActivity, ERROR, N_("Opplysninger om straffbare forhold krever et grunnlag etter artikkel 10."), N_("Skriv hjemmelen."), N_("Personvernforordningen artikkel 10"), "article10", is_criminal & ~filled("article10")),
    Rule("Q1h", ProcessingActivity, ERROR, N_("Opplysningene du har krysset av, gjelder straffbare forhold."), N_("Svar Ja på spørsmålet om det."), N_("Personvernforordningen artikkel 10"), "criminal", is_controller & ~when("criminal", Answer.YES) & is_marked_criminal),
    Rule("Q1i", ProcessingActivity, WARNING, N_("Bokstav b i artikkel 9 gjelder arbeidsrett, trygd og sosialrett, og passer sjelden for elever, barn, pasienter og brukere."), N_("Se om bokstav g eller h er den rette."), N_("Personvernforordningen artikkel 9 nr. 2 bokstav b"), "article9", is_controller & linked("article9", "code", "9.2.b") & is_of_users & ~is_of_staff),
    Rule("Q1j", ProcessingActivity, WARNING, N_("En lov står uten paragraf."), N_("Skriv paragrafen som gir oppgaven."), N_("Personvernforordningen artikkel 6 nr. 3"), "laws", some("laws", ~filled("section"))),
    Rule("Q1k", ProcessingActivity, WARNING, N_("Svaret er at særlige kategorier behandles, men ingen er krysset av."), N_("Kryss av for dem, eller svar Nei."), N_("Personvernforordningen artikkel 9 nr. 1"), "subjects", is_special & filled("subjects") & ~is_marked_special),
    Rule("Q1l", ProcessingActivity, INFO, N_("Fødselsnummer kan bare brukes når det er saklig behov for sikker identifisering, og nummeret trengs for det."), N_("Se etter at det gjelder her."), N_("Personopplysningsloven § 12"), "subjects", is_controller & holds_identity_number),
    Rule("Q1m", ProcessingActivity, WARNING, N_("Den samme kategorien av registrerte står flere ganger."), N_("Slå radene sammen."), N_("Personvernforordningen artikkel 30 nr. 1 bokstav c"), "subjects", repeated("subjects", "subject_id")),
    Rule("Q1n", ProcessingActivity, WARNING, N_("Den samme paragrafen står flere ganger."), N_("Ta bort den ene raden."), N_("Personvernforordningen artikkel 6 nr. 3"), "laws", repeated("laws", "law_id", "section")),
    Rule("Q1o", ProcessingActivity, ERROR, N_("Et av formålene står uten grunnlag etter artikkel 6."), N_("Velg grunnlaget det bygger på."), N_("Personvernforordningen artikkel 6 nr. 1"), "purposes", is_controller & some("purposes", ~filled("article6"))),
    Rule("Q1p", ProcessingActivity, ERROR, N_("Et formål etter bokstav c eller e står uten lov."), N_("Velg loven som gir oppgaven."), N_("Personvernforordningen artikkel 6 nr. 3"), "purposes", is_controller & some("purposes", there("article6", when("code", "6.1.c", "6.1.e")) & ~filled("law"))),
    Rule("Q2", ProcessingActivity, ERROR, N_("En databehandler mangler aktiv databehandleravtale."), N_("Koble til avtalen."), N_("Personvernforordningen artikkel 28 nr. 3"), "processors", some("processors", ~there("agreement", is_in_force & is_processing_agreement))),
    Rule("Q2b", ProcessingActivity, WARNING, N_("Svaret er at ingen databehandler brukes, men det står databehandlere."), N_("Svar Ja, eller ta dem bort."), N_("Personvernforordningen artikkel 28 nr. 1"), "has_processors", when("has_processors", Answer.NO) & filled("processors")),
    Rule("Q2c", Agreement, ERROR, N_("Databehandleravtalen mangler noe den skal ha."), N_("Få det inn i avtalen, og endre svaret når det er på plass."), N_("Personvernforordningen artikkel 28 nr. 3 bokstav a til h"), "instructions", is_processing_agreement & at_least(1, *[when(item, Answer.NO) for item in ITEMS])),
    Rule("Q3a", Application, WARNING, N_("Applikasjonen har personopplysninger, men hører ikke til noen behandling."), N_("Koble den til en behandling."), N_("Personvernforordningen artikkel 30 nr. 1"), "processing_activities", holds_personal_data & ~filled("processing_activities")),
    Rule("Q3b", ProcessingActivity, WARNING, N_("Behandlingen har ingen applikasjon."), N_("Velg systemene den foregår i."), N_("Personvernforordningen artikkel 5 nr. 2"), "applications", ~filled("applications") & ~filled("systems_reason")),
    Rule("Q3c", Application, ERROR, N_("Applikasjonen har personopplysninger, men ingen databehandleravtale som gjelder."), N_("Velg avtalen, eller svar at det ikke trengs noen."), N_("Personvernforordningen artikkel 28 nr. 3"), "agreements", holds_personal_data & ~is_covered & ~needs_no_agreement),
    Rule("Q4", ProcessingActivity, ERROR, N_("Overføring til tredjeland mangler land eller grunnlag."), N_("Fyll ut begge."), N_("Personvernforordningen artikkel 30 nr. 1 bokstav e"), "transfers", is_transferred & (~filled("transfers") | some("transfers", ~filled("ground")))),
    Rule("Q4b", ProcessingActivity, ERROR, N_("Overføring som siste utvei krever at garantiene er skrevet i protokollen."), N_("Fyll ut garantiene."), N_("Personvernforordningen artikkel 30 nr. 1 bokstav e og artikkel 49 nr. 6"), "transfers", some("transfers", there("ground", when("needs_safeguards", Answer.YES)) & ~filled("safeguards"))),
    Rule("Q4c", ProcessingActivity, WARNING, N_("Et av landene er med i EØS, så dette er ingen overføring til tredjeland."), N_("Ta bort raden, og svar Nei når det ikke er flere."), N_("Personvernforordningen artikkel 44"), "transfers", some("transfers", when("country", *spellings(EEA)))),
    Rule("Q4d", ProcessingActivity, WARNING, N_("Svaret er at ingenting overføres til tredjeland, men det står overføringer."), N_("Svar Ja, eller ta dem bort."), N_("Personvernforordningen artikkel 30 nr. 1 bokstav e"), "transferred", when("transferred", Answer.NO) & filled("transfers")),
    Rule("Q4e", Agreement, ERROR, N_("En underdatabehandler er utenfor EØS uten overføringsgrunnlag."), N_("Velg grunnlaget, eller få leverandøren til å bruke en annen."), N_("Personvernforordningen artikkel 28 nr. 4 og artikkel 44"), "processors", is_processing_agreement & some("processors", is_outside_eea & ~filled("ground"))),
    Rule("Q5", ImpactAssessment, WARNING, N_("To eller flere kriterier er oppfylt, så DPIA trengs trolig."), N_("Skriv konklusjonen, og begrunn den når svaret er at den ikke trengs."), N_("Personvernforordningen artikkel 35 nr. 1 og WP 248"), "conclusion", at_least(LIKELY_DPIA, *[when(key, Answer.YES) for key in CRITERIA]) & (~filled("conclusion") | (when("conclusion", AssessmentNeed.SHALL_NOT) & ~filled("reasoning")))),
    Rule("Q5b", ProcessingActivity, WARNING, N_("Svarene oppfyller to eller flere kriterier, så DPIA trengs trolig, og behovet er ikke vurdert."), N_("Vurder behovet, og skriv konklusjonen."), N_("Personvernforordningen artikkel 35 nr. 1 og WP 248"), "impact_assessments", is_controller & at_least(LIKELY_DPIA, *FULFILS.values()) & ~some("impact_assessments", filled("conclusion")), Domain.RISK),
    Rule("Q6", RiskAssessment, WARNING, N_("Risikovurderingen er eldre enn to år."), N_("Gå gjennom den på nytt."), N_("Personvernforordningen artikkel 32 nr. 1 bokstav d"), "assessed_on", past("assessed_on", OLD)),
    Rule("Q6b", Application, WARNING, N_("Systemet er kritisk, men har ingen risikovurdering."), N_("Gjør en, og koble den til systemet."), N_("Personvernforordningen artikkel 32 nr. 2"), "risk_assessments", is_critical & ~filled("risk_assessments"), Domain.RISK),
    Rule("Q7a", Application, ERROR, N_("Systemeier mangler."), N_("Velg hvem som bestemmer over systemet."), N_("Personvernforordningen artikkel 24 nr. 1"), "owner", ~filled("owner")),
    Rule("Q7b", ProcessingActivity, ERROR, N_("Daglig behandlingsansvarlig mangler."), N_("Velg lederen som svarer for behandlingen."), N_("Personvernforordningen artikkel 24 nr. 1"), "responsible", ~filled("responsible")),
    Rule("Q7c", Application, WARNING, N_("Systemet er kritisk, men manuell reserve er ikke beskrevet."), N_("Skriv hva dere gjør når systemet er nede."), N_("Personvernforordningen artikkel 32 nr. 1 bokstav c"), "fallback", is_critical & ~filled("fallback")),
    Rule("Q7d", AiSystem, ERROR, N_("Eier mangler."), N_("Velg lederen som svarer for bruken."), N_("Personvernforordningen artikkel 24 nr. 1"), "owner", ~filled("owner")),
    Rule("Q8a", ProcessingActivity, WARNING, N_("Revisjonsdatoen er passert."), N_("Gå gjennom behandlingen og sett en ny dato."), N_("Personvernforordningen artikkel 24 nr. 1"), "review_due", past("review_due")),
    Rule("Q8b", Application, WARNING, N_("Revisjonsdatoen er passert."), N_("Bekreft at opplysningene stemmer."), N_("Personvernforordningen artikkel 24 nr. 1"), "review_due", past("review_due")),
    Rule("Q8c", RiskAssessment, WARNING, N_("Revisjonsdatoen er passert."), N_("Gjør vurderingen på nytt."), N_("Personvernforordningen artikkel 32 nr. 1 bokstav d"), "review_due", past("review_due")),
    Rule("Q8d", ImpactAssessment, WARNING, N_("Revisjonsdatoen er passert."), N_("Se på vurderingen igjen."), N_("Personvernforordningen artikkel 35 nr. 11"), "review_due", past("review_due")),
    Rule("Q8e", ProcessingActivity, WARNING, N_("Behandlingen er godkjent, men foregår ikke lenger."), N_("Avslutt den, eller rett datoen."), N_("Personvernforordningen artikkel 5 nr. 1 bokstav d"), "valid_to", when("status", RecordStatus.APPROVED) & comes_within("valid_to", 1)),
    Rule("Q8f", AiSystem, WARNING, N_("Revisjonsdatoen er passert."), N_("Bekreft at opplysningene stemmer."), N_("Personvernforordningen artikkel 24 nr. 1"), "review_due", past("review_due")),
    Rule("Q9", Agreement, WARNING, N_("Avtalen går snart ut."), N_("Bestem om den skal forlenges eller sies opp."), N_("Avtalens egen frist"), "ends", when("status", *IN_FORCE) & (comes_within("ends", NOTICE) | comes_within("notice_deadline", NOTICE)) & ~past("ends")),
    Rule("Q9b", Agreement, ERROR, N_("Avtalen er gått ut, men står som aktiv."), N_("Sett den til utløpt, eller forleng den."), N_("Personvernforordningen artikkel 28 nr. 3"), "status", when("status", *IN_FORCE) & past("ends")),
    Rule("Q9c", Agreement, WARNING, N_("Fristen for å bruke en opsjon er passert uten at noen har svart."), N_("Skriv om opsjonen er brukt, og forleng avtalen når den er det."), N_("Avtalens egen frist"), "extensions", when("status", *IN_FORCE) & some("extensions", is_open & past("deadline"))),
    Rule("Q12", Dataset, WARNING, N_("Datasettet har allmenn tilgang, men inneholder personopplysninger."), N_("Sjekk tilgangsnivået."), N_("Personvernforordningen artikkel 5 nr. 1 bokstav f"), "access", when("access", AccessRight.PUBLIC) & holds_personal_data),
    Rule("Q13a", ProcessingActivity, WARNING, N_("Berettiget interesse (bokstav f) kan ikke brukes når kommunen utfører oppgavene sine."), N_("Finn et annet grunnlag, eller lenk til interesseavveiingen."), N_("Personvernforordningen artikkel 6 nr. 1 andre ledd"), "article6", is_controller & linked("article6", "code", "6.1.f") & ~filled("balancing")),
    Rule("Q13b", ProcessingActivity, WARNING, N_("Samtykke er sjelden frivillig der kommunen har en plikt eller utøver myndighet."), N_("Vurder om det andre grunnlaget er nok alene."), N_("Personvernforordningen fortalepunkt 43"), "article6", is_controller & linked("article6", "code", "6.1.a") & exercises_authority),
    Rule("Q14a", User, ERROR, N_("Ingen rolle gjelder her i dag, så personen kommer ikke inn."), N_("Gi en rolle."), N_("Personvernforordningen artikkel 32 nr. 4"), "memberships", lets_in & ~has_a_role),
    Rule("Q14b", User, ERROR, N_("Personen har ikke fått passord."), N_("Brukerstøtte lager et med knappen «Lag nytt passord»."), N_("Personvernforordningen artikkel 32 nr. 1"), "", lets_in & ~filled("password_hash")),
    Rule("Q14d", User, INFO, N_("Ingen har bekreftet e-postadressen, så bare kommunen som inviterte, kan gi roller."), N_("Brukerstøtte bekrefter den ved å lage et nytt passord og overlevere det selv."), N_("Personvernforordningen artikkel 32 nr. 4"), "", lets_in & filled("vouched_in")),
    Rule("Q14c", User, WARNING, N_("Innlogging er låst etter for mange feil passord."), N_("Brukerstøtte kan låse opp."), N_("Personvernforordningen artikkel 32 nr. 1"), "", lets_in & ahead("locked_until")),
    Rule("Q15", ProcessingActivity, WARNING, N_("«Ingen eksterne» står sammen med andre mottakere."), N_("Ta bort det som ikke stemmer."), N_("Personvernforordningen artikkel 30 nr. 1 bokstav d"), "recipients", linked("recipients", "code", "none") & some("recipients", ~when("code", "none"))),
    Rule("Q15b", ProcessingActivity, WARNING, N_("En fast utlevering står uten at taushetsplikten er vurdert."), N_("Vurder den, og skriv hvorfor opplysningene kan gis."), N_("Personvernforordningen artikkel 5 nr. 1 bokstav f"), "disclosures", is_controller & some("disclosures", ~when("secrecy", Answer.YES))),
    Rule("Q16", ProcessingActivity, WARNING, N_("Noe skal slettes eller anonymiseres, men det står ikke når."), N_("Skriv antall måneder eller dager, eller fristen i ord."), N_("Personvernforordningen artikkel 30 nr. 1 bokstav f"), "retention", some("retention", when("disposal", Disposal.ERASE, Disposal.ANONYMISE) & ~filled("months") & ~filled("days") & ~filled("words"))),
    Rule("Q17", Municipality, WARNING, N_("Kommunen har verken e-post eller telefon."), N_("Fyll ut minst én av dem: de skal stå i protokollen."), N_("Personvernforordningen artikkel 30 nr. 1 bokstav a"), "email", filled("joined") & ~filled("ended") & ~filled("left") & ~filled("email") & ~filled("phone")),
    Rule("Q17b", Municipality, WARNING, N_("Kommunen har ikke registrert noe personvernombud."), N_("Legg det til blant kontaktpersonene: det skal stå i protokollen."), N_("Personvernforordningen artikkel 30 nr. 1 bokstav a og artikkel 37 nr. 1"), "", filled("joined") & ~filled("ended") & ~filled("left") & ~linked("contact_people", "role", ContactRole.DPO), Domain.CONTENT),
    Rule("Q18a", AiSystem, ERROR, N_("Bruken står som forbudt, men er ikke avsluttet."), N_("Stans den, og sett status til Avviklet."), N_("KI-forordningen (EU) 2024/1689 artikkel 5"), "risk_class", when("risk_class", AiRisk.FORBIDDEN) & when("status", Lifecycle.IN_USE)),
    Rule("Q18b", AiSystem, ERROR, N_("Et system med høy risiko er i bruk uten at et menneske kan gripe inn."), N_("Sett noen til å se over det, og skriv hvordan."), N_("KI-forordningen (EU) 2024/1689 artikkel 14 og 26"), "human_control", is_high_risk & when("status", Lifecycle.IN_USE) & ~when("human_control", HumanControl.DECIDES, HumanControl.OVERSEES)),
    Rule("Q18c", AiSystem, WARNING, N_("Følgene for grunnleggende rettigheter er ikke vurdert."), N_("Vurder dem før systemet tas i bruk."), N_("KI-forordningen (EU) 2024/1689 artikkel 27"), "rights_assessed", is_high_risk & ~when("rights_assessed", Answer.YES)),
    Rule("Q18d", AiSystem, WARNING, N_("Folk får ikke vite at kunstig intelligens brukes."), N_("Fortell dem det der de møter systemet."), N_("KI-forordningen (EU) 2024/1689 artikkel 50"), "informed", when("risk_class", AiRisk.HIGH, AiRisk.TRANSPARENCY) & when("informed", Answer.NO)),
    Rule("Q18e", ProcessingActivity, INFO, N_("Svaret er at kunstig intelligens brukes, men det står ikke hvilket KI-system."), N_("Registrer KI-systemet, og koble det til behandlingen."), N_("KI-forordningen (EU) 2024/1689 artikkel 26"), "ai_systems", when("ai_use", Answer.YES) & ~filled("ai_systems")),
    Rule("Q19a", ProcessingActivity, WARNING, N_("En annen behandling heter det samme."), N_("Slå dem sammen, eller gi dem hvert sitt navn."), N_("Personvernforordningen artikkel 5 nr. 1 bokstav d"), "name", some("of_same_name", ~when("status", RecordStatus.ENDED))),
    Rule("Q19b", ProcessingActivity, WARNING, N_("Den samme malen er hentet flere ganger."), N_("Slå behandlingene sammen når de er den samme."), N_("Personvernforordningen artikkel 5 nr. 1 bokstav d"), "", some("of_same_template", ~when("status", RecordStatus.ENDED))),
    Rule("Q19c", Application, WARNING, N_("En annen applikasjon heter det samme."), N_("Slå dem sammen, eller gi dem hvert sitt navn."), N_("Personvernforordningen artikkel 5 nr. 1 bokstav d"), "name", some("of_same_name", ~when("status", Lifecycle.RETIRED))),
    Rule("Q20a", Breach, ERROR, N_("Avviket er ikke meldt til Datatilsynet."), N_("Meld det innen 72 timer etter at kommunen ble kjent med det, eller skriv at det neppe er noen risiko, og hvorfor."), N_("Personvernforordningen artikkel 33 nr. 1"), "notified_at", ~is_notified & ~needs_no_notice),
    Rule("Q20b", Breach, ERROR, N_("Det er ikke skrevet hvorfor avviket ikke er meldt."), N_("Skriv hvorfor det neppe er noen risiko for de berørte."), N_("Personvernforordningen artikkel 33 nr. 5"), "no_notice", ~is_notified & needs_no_notice & ~filled("no_notice")),
    Rule("Q20c", Breach, ERROR, N_("Avviket ble meldt mer enn 72 timer etter at kommunen ble kjent med det."), N_("Skriv hvorfor det ble sent."), N_("Personvernforordningen artikkel 33 nr. 1"), "late_reason", is_late & ~filled("late_reason")),
    Rule("Q20d", Breach, ERROR, N_("Risikoen er høy, og de berørte har ikke fått beskjed."), N_("Si fra til dem, eller skriv hvilket unntak som gjelder."), N_("Personvernforordningen artikkel 34"), "told", is_high & ~when("told", Answer.YES) & ~filled("not_told")),
    Rule("Q20e", Breach, WARNING, N_("Status er meldt, men det står ikke når."), N_("Skriv når meldingen ble sendt."), N_("Personvernforordningen artikkel 33 nr. 5"), "notified_at", when("status", BreachState.NOTIFIED) & ~is_notified),
    Rule("Q20f", Breach, WARNING, N_("Det står ikke hva avviket gjelder."), N_("Velg leverandør, applikasjoner eller behandlinger."), N_("Personvernforordningen artikkel 33 nr. 3 bokstav a"), "applications", ~filled("supplier") & ~filled("applications") & ~filled("activities")),
    Rule("Q21a", AccessRequest, ERROR, N_("Fristen for å svare er ute."), N_("Svar nå, eller skriv hvorfor fristen er forlenget."), N_("Personvernforordningen artikkel 12 nr. 3"), "status", when("status", RequestState.OPEN) & past("deadline")),
    Rule("Q21b", AccessRequest, ERROR, N_("Fristen er forlenget uten grunn."), N_("Skriv hvorfor."), N_("Personvernforordningen artikkel 12 nr. 3"), "extension_reason", when("extended", Answer.YES) & ~filled("extension_reason")),
    Rule("Q21c", AccessRequest, ERROR, N_("Kravet er avslått uten grunn."), N_("Skriv hvorfor: den som spør, har krav på å få vite det."), N_("Personvernforordningen artikkel 12 nr. 4"), "refusal", when("status", RequestState.REFUSED) & ~filled("refusal")),
    Rule("Q21d", AccessRequest, WARNING, N_("Kravet er besvart, men ikke alle har svart."), N_("Se etter at svaret er fullstendig."), N_("Personvernforordningen artikkel 15 nr. 1"), "inquiries", when("status", RequestState.ANSWERED) & some("inquiries", when("status", InquiryState.TO_ASK, InquiryState.ASKED))),
    Rule("Q22a", Integration, WARNING, N_("Integrasjonen har ingen eier."), N_("Velg den som følger den opp."), N_("NSMs grunnprinsipper for IKT-sikkerhet 1.1"), "owner", ~filled("owner")),
    Rule("Q22b", Service, WARNING, N_("Tjenesten bruker en applikasjon som er avviklet."), N_("Ta den bort, eller velg den som har tatt over."), N_("NSMs grunnprinsipper for IKT-sikkerhet 1.1"), "applications", uses_what_is_retired),
    Rule("Q22c", ProcessingActivity, WARNING, N_("Behandlingen bruker en applikasjon som er avviklet."), N_("Ta den bort, eller velg den som har tatt over."), N_("Personvernforordningen artikkel 5 nr. 1 bokstav d"), "applications", uses_what_is_retired),
    Rule("Q22d", Dataset, INFO, N_("Opplysningene føres i flere systemer."), N_("La det ene være kilden, og før de andre opp under Kopier i."), N_("Digdirs arkitekturprinsipp 4: Del og gjenbruk data"), "applications", several("applications", ~when("status", Lifecycle.RETIRED))),
)  # fmt: skip


def _as_it_stands(rule: Rule) -> Rule:
    """A rule that holds of what is alive, whose sentences know whose they are."""
    alive = ALIVE.get(rule.register)
    return replace(
        rule,
        says=placed(f"rule:{rule.code}.says", rule.says),
        remedy=placed(f"rule:{rule.code}.remedy", rule.remedy),
        condition=rule.condition if alive is None else alive & rule.condition,
    )


RULES: tuple[Rule, ...] = tuple(map(_as_it_stands, _TABLE))
BY_CODE = {rule.code: rule for rule in RULES}


def broken_rules(row: Any, today: date) -> Iterator[Rule]:
    """The rules a row breaks."""
    read = once(row)
    return (rule for rule in rules_of(inspect(register_of(row))) if rule.broken(read, today))


def errors(row: Any, today: date) -> list[Rule]:
    """The rules a row breaks that keep it from being approved (handbook 1.2): nobody approves what is wrong."""
    read = once(row)
    grave = (rule for rule in rules_of(inspect(register_of(row))) if rule.severity == ERROR)
    return [rule for rule in grave if rule.broken(read, today)]


@remembers()
def rules_of(mapper: Any) -> tuple[Rule, ...]:
    """The rules of a register, by its mapper."""
    return tuple(rule for rule in RULES if issubclass(mapper.class_, rule.register))


def breaks(rule: Rule) -> ColumnElement[bool]:
    """That a row of the rule's register breaks it today, within what one may know."""
    register = rule.register
    found = holds(register, rule.condition)
    return found if rule.reads is None else may_know_of(register, rule.reads) & found
