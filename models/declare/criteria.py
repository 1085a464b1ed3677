"""The nine criteria of the Article 29 Working Party (WP 248) that tell when a data protection impact assessment is
likely needed (GDPR art. 35(1)): what each is called, and what it is about."""

from __future__ import annotations

from models.declare.words import N_

CRITERIA: dict[str, tuple[str, str]] = {
    "evaluation": (N_("Evaluering eller poengsetting"), N_("Personer vurderes, rangeres eller profileres.")),
    "automated": (N_("Automatiserte avgjørelser"), N_("Avgjørelser med rettsvirkning tas automatisk.")),
    "monitoring": (N_("Systematisk overvåking"), N_("Personer blir fulgt over tid.")),
    "sensitive": (N_("Svært personlige opplysninger"), N_("Særlige kategorier eller annet svært personlig.")),
    "large_scale": (N_("Stor skala"), N_("Mange personer, mye data eller lang tid.")),
    "matching": (N_("Sammenstilling av datasett"), N_("Opplysninger fra flere formål kobles.")),
    "vulnerable": (N_("Sårbare registrerte"), N_("Barn, pasienter eller ansatte.")),
    "innovative": (N_("Ny teknologi"), N_("Ny teknologi, eller kjent teknologi på en ny måte.")),
    "blocking": (N_("Hindrer rettighet eller tjeneste"), N_("Behandlingen kan stenge noen ute.")),
}
