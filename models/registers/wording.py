"""What the project's own staff say instead of what Orden says: help texts and the sentences of rules."""


# fmt: off
from __future__ import annotations

from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.declare.base import Base, Group, Register, Shared
from models.declare.choices import Language
from models.declare.fields import Copied, Mark, field
from models.declare.words import N_, Problem, holes

LONGEST = 1000
OTHER_HOLES = N_("Teksten skal ha med de samme feltene som den leverte, hverken flere eller færre: %(holes)s.")
NO_HOLES = N_("Den leverte teksten har ingen felt som fylles ut. Ta bort %(holes)s.")


class Wording(Shared, Base):
    """Tekst – en hjelpetekst eller en regelsetning som prosjektet sier på sin måte, på ett språk. `shipped` er det Orden
    sa da den sist ble sett over, så det merkes når Orden sier noe annet."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("place", "language"),)
    __register__ = Register(Group.SYSTEM, N_("Tekster"), N_("tekst"), N_("Hjelpetekster og regelsetninger som prosjektet sier på sin måte. De som ikke står her, er slik Orden leverer dem."), seen_elsewhere=True)

    name: Mapped[str] = field(N_("Hvor den står"), String(300), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Registeret og feltet, eller regelen, teksten hører til."))
    place: Mapped[str] = field(N_("Nøkkel"), String(120), required=True, mark=Mark.MANDATORY, searched=True, copied=Copied.ANEW, help=N_("Det Orden kjenner stedet på. Enklest er å finne teksten på siden Tekster og endre den derfra."))
    language: Mapped[Any] = field(N_("Språk"), Language, required=True, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Språket teksten er på."))
    words: Mapped[str] = field(N_("Prosjektets tekst"), String(LONGEST), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Det som skal stå i stedet for den leverte teksten."))
    shipped: Mapped[str | None] = field(N_("Levert tekst"), String(LONGEST), in_form=False, help=N_("Det Orden sa på dette stedet da prosjektet sist så over teksten."))

    def check(self) -> None:
        """What is filled in a text when it is shown must be filled in what is said instead, and nothing more."""
        wanted = holes(self.shipped or "")
        if self.shipped is not None and self.words and holes(self.words) != wanted:
            raise Problem(OTHER_HOLES if wanted else NO_HOLES, holes=", ".join(wanted or holes(self.words)))
