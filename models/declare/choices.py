"""Closed vocabularies. Each member: stored value, label in bokmål, and for statuses the tone of its chip."""

from __future__ import annotations

from typing import Any

from models.declare.words import N_, Choice


class Answer(Choice):
    """A question that may not have been looked at yet (a plain tick box would turn that into no)."""

    YES = "yes", N_("Ja")
    NO = "no", N_("Nei")
    UNKNOWN = "unknown", N_("Ikke vurdert")


def says_nothing(value: Any) -> bool:
    """Whether a value is empty or an answer nobody has given yet. The typed word «unknown» says something."""
    return value is None or value is Answer.UNKNOWN or value == "" or value == []


class LanguageForm(Choice):
    """The form of Norwegian a municipality has resolved to use (språkvedtak)."""

    BOKMAAL = "nb", N_("Bokmål")
    NYNORSK = "nn", N_("Nynorsk")
    NEUTRAL = "neutral", N_("Nøytral")


class SuccessionKind(Choice):
    MERGE = "merge", N_("Sammenslåing")
    SPLIT = "split", N_("Deling")
    BORDER = "border", N_("Grensejustering")
    RENUMBER = "renumber", N_("Nytt nummer")


class CatalogueStatus(Choice):
    APPROVED = "approved", N_("Godkjent"), "success"
    PROPOSED = "proposed", N_("Foreslått"), "warning"
    REJECTED = "rejected", N_("Avvist"), "danger"
    RETIRED = "retired", N_("Utgått"), "neutral"


class Hosting(Choice):
    SAAS_PUBLIC = "saas_public", N_("SaaS i allmenn sky")
    SAAS_PRIVATE = "saas_private", N_("SaaS i privat sky")
    VENDOR = "vendor", N_("Drift hos leverandør")
    INTERMUNICIPAL = "intermunicipal", N_("Interkommunal drift")
    LOCAL = "local", N_("Lokal drift")


class HeldPersonalData(Choice):
    NONE = "none", N_("Nei")
    YES = "yes", N_("Ja")
    SPECIAL = "special", N_("Ja, også særlige kategorier")


class ApplicationKind(Choice):
    BUSINESS = "business", N_("Fagsystem")
    SUPPORT = "support", N_("Støttesystem")
    INTEGRATION = "integration", N_("Integrasjon")
    INFRASTRUCTURE = "infrastructure", N_("Infrastruktur")
    APP = "app", N_("App")
    WEB = "web", N_("Nettjeneste")
    AI = "ai", N_("KI")


class Lifecycle(Choice):
    PLANNED = "planned", N_("Planlagt"), "info"
    PROCUREMENT = "procurement", N_("Under anskaffelse"), "info"
    IN_USE = "in_use", N_("I bruk"), "success"
    PHASING_OUT = "phasing_out", N_("Under utfasing"), "warning"
    RETIRED = "retired", N_("Avviklet"), "neutral"


class Verdict(Choice):
    KEEP = "keep", N_("Behold")
    DEVELOP = "develop", N_("Videreutvikle")
    REPLACE = "replace", N_("Bytt")
    RETIRE = "retire", N_("Fas ut")


class UserGroup(Choice):
    STAFF = "staff", N_("Ansatte")
    INHABITANTS = "inhabitants", N_("Innbyggere")
    PUPILS = "pupils", N_("Elever")
    PARENTS = "parents", N_("Foresatte")
    MIXED = "mixed", N_("Flere grupper")


class SignInMethod(Choice):
    ID_PORTEN = "id_porten", "ID-porten"
    ANSATTPORTEN = "ansattporten", "Ansattporten"
    ENTRA = "entra", "Entra ID"
    FEIDE = "feide", "Feide"
    HELSE_ID = "helse_id", "HelseID"
    LOCAL = "local", N_("Lokal bruker")


class AgreementCover(Choice):
    """Whether a data processing agreement is in place."""

    IN_PLACE = "in_place", N_("Finnes"), "success"
    MISSING = "missing", N_("Mangler"), "danger"
    NOT_NEEDED = "not_needed", N_("Ikke nødvendig"), "neutral"


class Level(Choice):
    """Classes of confidentiality, integrity and availability (domain handbook 3.7)."""

    L1 = "1", N_("1 – Åpen / lav")
    L2 = "2", N_("2 – Intern / middels")
    L3 = "3", N_("3 – Fortrolig / høy")
    L4 = "4", N_("4 – Strengt fortrolig / svært høy")


class Criticality(Choice):
    C1 = "1", N_("1 – Kritisk: må virke innen timer"), "danger"
    C2 = "2", N_("2 – Viktig: må virke innen et døgn"), "warning"
    C3 = "3", N_("3 – Nyttig: kan stå noen dager"), "info"
    C4 = "4", N_("4 – Mindre viktig: kan stå lenge"), "neutral"


class PlatformKind(Choice):
    SERVER = "server", N_("Server")
    SYSTEM_SOFTWARE = "system_software", N_("Systemprogramvare")
    CLOUD = "cloud", N_("Skytjeneste")
    DATABASE = "database", N_("Database")
    NETWORK = "network", N_("Nettverk")
    CLIENT = "client", N_("Klient")
    INTEGRATION = "integration", N_("Integrasjonsplattform")


class AccessMode(Choice):
    """What one system may do with the data of another."""

    READ = "read", N_("Leser")
    WRITE = "write", N_("Skriver")
    BOTH = "both", N_("Leser og skriver")


class LicenceKind(Choice):
    """What a licence is counted by."""

    NAMED = "named", N_("Per bruker")
    CONCURRENT = "concurrent", N_("Samtidige brukere")
    DEVICE = "device", N_("Per enhet")
    INHABITANT = "inhabitant", N_("Etter folketall")
    FLAT = "flat", N_("Fast pris for kommunen")
    BOUGHT = "bought", N_("Kjøpt én gang")
    OPEN_SOURCE = "open_source", N_("Åpen kildekode")


class SystemRole(Choice):
    """What somebody has to do with a system, beside who owns it."""

    OWNER = "owner", N_("Medeier")
    MANAGER = "manager", N_("Systemansvarlig")
    TECHNICAL = "technical", N_("Teknisk ansvarlig")
    SUPERUSER = "superuser", N_("Superbruker")
    CONTRACT = "contract", N_("Avtaleforvalter")
    INFORMATION = "information", N_("Informasjonsansvarlig")


class AiRole(Choice):
    """What a municipality is to an AI system (regulation (EU) 2024/1689 art. 3, 3 and 4)."""

    DEPLOYER = "deployer", N_("Bruker det andre har laget")
    PROVIDER = "provider", N_("Har laget det selv")
    BOTH = "both", N_("Begge deler")


class AiRisk(Choice):
    """The classes of regulation (EU) 2024/1689: art. 5, art. 6 with annex III, art. 50, and the rest."""

    FORBIDDEN = "forbidden", N_("Forbudt"), "danger"
    HIGH = "high", N_("Høy risiko"), "warning"
    TRANSPARENCY = "transparency", N_("Krav om åpenhet"), "info"
    MINIMAL = "minimal", N_("Liten risiko"), "success"


class HumanControl(Choice):
    """Who has the last word."""

    DECIDES = "decides", N_("Et menneske avgjør hver gang")
    OVERSEES = "oversees", N_("Et menneske ser over og kan gripe inn")
    NONE = "none", N_("Systemet avgjør alene")


class Direction(Choice):
    OUT = "out", N_("Fra → til")
    BACK = "back", N_("Til → fra")
    BOTH = "both", N_("Begge veier")


class Technique(Choice):
    REST = "rest", "REST"
    FILE = "file", N_("Fil")
    FIKS = "fiks", N_("Fiks IO / Fiks protokoll")
    SVARUT = "svarut", "SvarUt"
    ALTINN = "altinn", "Altinn"
    DATABASE = "database", N_("Database")
    MANUAL = "manual", N_("Manuell")


class Frequency(Choice):
    CONTINUOUS = "continuous", N_("Løpende")
    DAILY = "daily", N_("Daglig")
    WEEKLY = "weekly", N_("Ukentlig")
    MONTHLY = "monthly", N_("Månedlig")
    YEARLY = "yearly", N_("Årlig")
    ON_DEMAND = "on_demand", N_("Ved behov")


class AccessRight(Choice):
    """DCAT-AP-NO access rights."""

    PUBLIC = "PUBLIC", N_("Allmenn tilgang")
    RESTRICTED = "RESTRICTED", N_("Betinget tilgang")
    NON_PUBLIC = "NON_PUBLIC", N_("Ikke-allmenn tilgang")


class DataQuality(Choice):
    GOOD = "good", N_("God"), "success"
    FAIR = "fair", N_("Middels"), "warning"
    POOR = "poor", N_("Svak"), "danger"


class AgreementStatus(Choice):
    DRAFT = "draft", N_("Utkast"), "neutral"
    SIGNING = "signing", N_("Til signering"), "info"
    ACTIVE = "active", N_("Aktiv"), "success"
    OPTION = "option", N_("Opsjon nærmer seg"), "warning"
    EXPIRED = "expired", N_("Utløpt"), "danger"
    TERMINATED = "terminated", N_("Oppsagt"), "neutral"


class ProcessingRole(Choice):
    CONTROLLER = "controller", N_("Behandlingsansvarlig")
    JOINT = "joint", N_("Felles behandlingsansvarlig")
    PROCESSOR = "processor", N_("Databehandler")


class RecordStatus(Choice):
    DRAFT = "draft", N_("Utkast"), "neutral"
    REVIEW = "review", N_("Til godkjenning"), "info"
    APPROVED = "approved", N_("Godkjent"), "success"
    REVISE = "revise", N_("Trenger revidering"), "warning"
    ENDED = "ended", N_("Avsluttet"), "neutral"


class Disposal(Choice):
    PRESERVE = "preserve", N_("Bevares (avleveres depot)")
    DISCARD = "discard", N_("Kasseres")
    ERASE = "erase", N_("Slettes")
    ANONYMISE = "anonymise", N_("Anonymiseres")
    UNDECIDED = "undecided", N_("Uavklart")


class RiskScale(Choice):
    FOUR = "4", N_("4 × 4")
    FIVE = "5", N_("5 × 5")


class Likelihood(Choice):
    L1 = "1", N_("1 – Meget lite sannsynlig")
    L2 = "2", N_("2 – Lite sannsynlig")
    L3 = "3", N_("3 – Moderat sannsynlig")
    L4 = "4", N_("4 – Sannsynlig")
    L5 = "5", N_("5 – Nesten sikkert")


class Impact(Choice):
    I1 = "1", N_("1 – Ubetydelig")
    I2 = "2", N_("2 – Lav")
    I3 = "3", N_("3 – Moderat")
    I4 = "4", N_("4 – Alvorlig")
    I5 = "5", N_("5 – Svært alvorlig")


class MeasureStatus(Choice):
    OPEN = "open", N_("Ikke startet"), "warning"
    STARTED = "started", N_("I gang"), "info"
    DONE = "done", N_("Gjennomført"), "success"
    DROPPED = "dropped", N_("Droppet"), "neutral"


class AssessmentNeed(Choice):
    """The conclusion on whether an impact assessment is needed (GDPR art. 35)."""

    SHALL = "shall", N_("Skal gjennomføres"), "warning"
    SHALL_NOT = "shall_not", N_("Skal ikke gjennomføres"), "neutral"
    DONE = "done", N_("Allerede gjennomført"), "success"


class AssessmentStatus(Choice):
    STARTED = "started", N_("Under arbeid"), "neutral"
    WITH_DPO = "with_dpo", N_("Hos personvernombudet"), "info"
    TO_APPROVE = "to_approve", N_("Til godkjenning"), "info"
    APPROVED = "approved", N_("Godkjent av risikoeier"), "success"


# How a row stands that somebody has begun: it may be saved long before it is finished.
UNFINISHED: frozenset[Choice] = frozenset({RecordStatus.DRAFT, AgreementStatus.DRAFT, AssessmentStatus.STARTED})


class BreachKind(Choice):
    """What happened to the personal data (GDPR art. 4 no. 12, EDPB guidelines 9/2022)."""

    CONFIDENTIALITY = "confidentiality", N_("Uvedkommende har fått tilgang")
    INTEGRITY = "integrity", N_("Opplysninger er endret")
    AVAILABILITY = "availability", N_("Opplysninger er borte eller utilgjengelige")
    SEVERAL = "several", N_("Flere av delene")


class BreachRisk(Choice):
    """What a breach may mean for people: with risk it is notified (art. 33), with high risk they are told (art. 34)."""

    UNLIKELY = "unlikely", N_("Neppe noen risiko"), "success"
    RISK = "risk", N_("Risiko"), "warning"
    HIGH = "high", N_("Høy risiko"), "danger"


class BreachState(Choice):
    OPEN = "open", N_("Åpent"), "warning"
    NOTIFIED = "notified", N_("Meldt"), "info"
    CLOSED = "closed", N_("Avsluttet"), "success"


class RequestState(Choice):
    """How far a request for access has come (art. 12 and 15)."""

    OPEN = "open", N_("Under arbeid"), "warning"
    ANSWERED = "answered", N_("Besvart"), "success"
    REFUSED = "refused", N_("Avslått"), "neutral"


class InquiryState(Choice):
    """What one who is asked for somebody's personal data has said."""

    TO_ASK = "to_ask", N_("Ikke spurt"), "neutral"
    ASKED = "asked", N_("Spurt"), "warning"
    FOUND = "found", N_("Har svart"), "success"
    NOTHING = "nothing", N_("Fant ingenting"), "success"


class RiskLevel(Choice):
    LOW = "low", N_("Lav"), "success"
    MEDIUM = "medium", N_("Middels"), "warning"
    HIGH = "high", N_("Høy"), "danger"


class PriceKind(Choice):
    CONNECTION = "connection", N_("Tilkoblingsavgift")
    FIXED = "fixed", N_("A konto, fast del")
    INHABITANT = "inhabitant", N_("A konto, per innbygger")


class ContactRole(Choice):
    DPO = "dpo", N_("Personvernombud")
    EXECUTIVE = "executive", N_("Kommunedirektør")
    UNIT_MANAGER = "unit_manager", N_("Virksomhetsleder")
    SYSTEM_OWNER = "system_owner", N_("Systemeier")
    SYSTEM_MANAGER = "system_manager", N_("Systemansvarlig")
    DATA_OWNER = "data_owner", N_("Dataeier")
    RISK_OWNER = "risk_owner", N_("Risikoeier")
    SECURITY = "security", N_("Informasjonssikkerhetsleder")
    ARCHIVE = "archive", N_("Arkivansvarlig")
    AGREEMENT = "agreement", N_("Avtaleforvalter")
    PREPAREDNESS = "preparedness", N_("Beredskapskoordinator")
    OTHER = "other", N_("Annen rolle")


class Language(Choice):
    NB = "nb", "Bokmål"
    NN = "nn", "Nynorsk"
    EN = "en", "English"


class AccessEvent(Choice):
    """What the access log tells of."""

    SIGN_IN = "sign_in", N_("Logget inn")
    SIGN_OUT = "sign_out", N_("Logget ut")
    WRONG_PASSWORD = "wrong_password", N_("Feil passord")
    LOCKED_OUT = "locked_out", N_("Stengt ute en stund")
    UNKNOWN = "unknown_person", N_("Ukjent bruker")
    EXPORT = "export", N_("Hentet liste")
    REPORT = "report", N_("Hentet rapport")
    IMPORT = "import", N_("Importerte fil")
    ROLE_GIVEN = "role_given", N_("Rolle gitt")
    ROLE_CHANGED = "role_changed", N_("Rolle endret")
    ROLE_TAKEN = "role_taken", N_("Rolle tatt bort")
    BACKUP = "backup", N_("Sikkerhetskopi")
    RESTORED = "restored", N_("Lagt tilbake fra sikkerhetskopi")
    PRUNED = "pruned", N_("Gamle hendelser slettet")
    MAIL_UNSENT = "mail_unsent", N_("E-post ikke sendt")
    INVITED = "invited", N_("Invitasjon laget")
    UNINVITED = "uninvited", N_("Invitasjon trukket tilbake")
    UNLOCKED = "unlocked", N_("Innlogging låst opp")
    REMINDED = "reminded", N_("Påminnelse til lokal administrator")
    CALENDAR_MADE = "calendar_made", N_("Kalenderadresse laget")
    CALENDAR_WITHDRAWN = "calendar_withdrawn", N_("Kalenderadresse trukket tilbake")
    OWNER_ASKED = "owner_asked", N_("Eier bedt om å bekrefte")
    OWNER_ANSWERED = "owner_answered", N_("Eier har svart")
    OWNER_UNASKED = "owner_unasked", N_("Spørsmål til eier trukket tilbake")
    ACCESS_REVIEWED = "access_reviewed", N_("Tilganger gjennomgått")
    OWNER_REFUSED = "owner_refused", N_("Lenke til eier avvist")


class SignInFailure(Choice):
    """Why somebody who tried to sign in did not come in. Told to those who keep people, never to who tried."""

    WRONG_PASSWORD = "wrong_password", N_("Feil passord")
    LOCKED = "locked", N_("Låst en stund etter for mange feil passord")
    NO_PASSWORD = "no_password", N_("Har ikke fått passord")
    NO_ROLE = "no_role", N_("Ingen rolle gjelder")
    INACTIVE = "inactive", N_("Krysset for å logge inn er fjernet")


class InvitationState(Choice):
    """What has become of an invitation."""

    OPEN = "open", N_("Venter"), "info"
    TAKEN = "taken", N_("Tatt imot"), "success"
    EXPIRED = "expired", N_("Gått ut"), "warning"
    WITHDRAWN = "withdrawn", N_("Trukket tilbake"), "neutral"


class OwnerAnswer(Choice):
    """What the owner of a row says when asked whether it is right."""

    STANDS = "stands", N_("Stemmer"), "success"
    CHANGE = "change", N_("Noe må endres"), "warning"
    NOT_MINE = "not_mine", N_("Ikke min"), "warning"


class QuestionState(Choice):
    """What has become of a question to the owner of a row."""

    OPEN = "open", N_("Venter"), "info"
    ANSWERED = "answered", N_("Besvart"), "success"
    EXPIRED = "expired", N_("Gått ut"), "warning"
    WITHDRAWN = "withdrawn", N_("Trukket tilbake"), "neutral"


class YearKind(Choice):
    """What a date in the year of a municipality is about."""

    ACTIVITY = "activity", N_("Revisjon av behandling")
    APPLICATION = "application", N_("Revisjon av applikasjon")
    RISK = "risk", N_("Revisjon av ROS")
    IMPACT = "impact", N_("Revisjon av DPIA")
    AI = "ai", N_("Revisjon av KI-system")
    NOTICE = "notice", N_("Siste dag for å si opp avtale")
    OPTION = "option", N_("Siste dag for å bruke opsjon")
    ENDS = "ends", N_("Avtale går ut")
    AUDIT = "audit", N_("Revisjon av leverandør")
    LICENCE = "licence", N_("Lisens fornyes")
    CHARGE = "charge", N_("Fakturert")
    ACCESS = "access", N_("Gjennomgang av tilganger")
    REQUEST = "request", N_("Frist for innsynskrav")


class CommentKind(Choice):
    """What somebody says of a row: a remark, or the advice of the data protection officer."""

    REMARK = "remark", N_("Kommentar")
    ADVICE = "advice", N_("Råd fra personvernombudet")


class CommentState(Choice):
    """What has become of what was said: remarks are settled, advice is followed or not."""

    OPEN = "open", N_("Åpen"), "info"
    SETTLED = "settled", N_("Løst")
    FOLLOWED = "followed", N_("Fulgt"), "success"
    NOT_FOLLOWED = "not_followed", N_("Ikke fulgt"), "warning"
