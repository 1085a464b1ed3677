"""The datasets that systems of a kind usually hold (handbook 13.3), by the code of the category of their product."""

from __future__ import annotations

from models.declare.words import N_

DATASETS: dict[str, tuple[str, ...]] = {
    "case-archive": (N_("Saksarkiv"), N_("Postliste")),
    "erp": (N_("Regnskap"), N_("Kunder og leverandører")),
    "payroll-hr": (N_("Ansattregister"), N_("Lønn og fravær")),
    "recruitment": (N_("Søkere til stillinger"),),
    "meeting-portal": (N_("Møtepapirer"), N_("Postliste")),
    "quality": (N_("Avviksmeldinger"), N_("Prosedyrer")),
    "procurement": (N_("Konkurranser og kontrakter"),),
    "election": (N_("Manntall"),),
    "school-administration": (N_("Elevregister"), N_("Karakterer og fravær")),
    "kindergarten": (N_("Barnehagebarn"),),
    "learning-platform": (N_("Elevarbeider"),),
    "educational-counselling": (N_("PPT-saker"),),
    "child-welfare": (N_("Barnevernssaker"),),
    "culture-school": (N_("Elever i kulturskolen"),),
    "health-station": (N_("Helsestasjonsjournal"),),
    "care-record": (N_("Pasientjournal"), N_("Vedtak om helse- og omsorgstjenester")),
    "emergency-clinic": (N_("Pasientjournal"),),
    "social-services": (N_("Saker om sosiale tjenester"),),
    "refugee-introduction": (N_("Deltakere i introduksjonsprogrammet"),),
    "welfare-technology": (N_("Alarmer og hendelser"),),
    "building-permit": (N_("Byggesaksarkiv"),),
    "map-gis": (N_("Kartdata"), N_("Adresser (kopi av matrikkelen)")),
    "property-tax-fees": (N_("Eiendomsskattegrunnlag"), N_("Kommunale gebyrer")),
    "water-scada": (N_("VA-ledningsnett"), N_("Driftsdata for vann og avløp")),
    "facility-management": (N_("Kommunale bygg"),),
    "fire-chimney": (N_("Fyringsanlegg og feiing"),),
    "library": (N_("Lånere"), N_("Katalogen i biblioteket")),
    "booking": (N_("Bestillinger av lokaler"),),
    "website-forms": (N_("Innsendte skjema"),),
    "identity-access": (N_("Brukerkontoer"),),
    "office-suite": (N_("E-post og dokumenter"),),
    "endpoint-mdm": (N_("Enheter og brukere"),),
    "telephony": (N_("Samtalelogg"),),
    "camera-access": (N_("Opptak"), N_("Adgangslogg")),
}
