"""The templates of processing activities: right by the law they teach, and ready to use in both forms of Norwegian."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from models.changes.adopting import ANSWERED, adopt
from models.database import db
from models.declare.clock import today
from models.declare.criteria import CRITERIA
from models.queries.rules import broken_rules
from models.registers.catalogue import ProcessingTemplate
from models.seed.facts import templates
from tests.conftest import inside
from tests.test_facts import BOKMAL, codes, rows

TEMPLATES = templates()
EACH = pytest.mark.parametrize("template", TEMPLATES, ids=[template["key"] for template in TEMPLATES])
PROPOSED = {"nb": "forslag i malen", "nn": "framlegg i malen"}
PARAGRAPH = re.compile(r"(§§?|kapittel|kap\.|art\.|artikkel) ?\d")
# What only the municipality knows, or is there for all: who answers, in which systems, how interests are weighed,
# whether an assessment is made, and that the identity number takes a reason.
LEFT_TO_THE_MUNICIPALITY = {"Q7b", "Q3b", "Q5b", "Q1l", "Q13a", "Q18e"}


def marked(template: dict[str, Any]) -> list[str]:
    """What is special about the personal data of a template."""
    known = codes("personal_data")
    return [known[code]["extra"] for pair in template["subjects"] for code in pair["data"]]


@EACH
def test_every_reference_in_a_template_exists(template: dict[str, Any]) -> None:
    known = {
        "article_6": "article_6", "article_9": "article_9", "recipients": "recipient",
        "measures": "security_measure", "product_categories": "product_category",
    }  # fmt: skip
    unknown = [code for key, name in known.items() for code in set(template[key]) - set(codes(name))]
    unknown += {one["law"] for one in template["laws"]} - {row["code"] for row in rows("laws.csv")}
    unknown += {pair["subject"] for pair in template["subjects"]} - set(codes("data_subject"))
    ticked = [code for pair in template["subjects"] for code in pair["data"]]
    unknown += set(ticked) - set(codes("personal_data"))
    unknown += {rule["data"] for rule in template["retention"]} - {*ticked, None}
    unknown += set(template["dpia_criteria"]) - set(CRITERIA)
    unknown += {template["area"]} - set(codes("los_theme"))
    unknown += {template["kostra"]} - set(codes("kostra_function"))
    assert unknown == []


@EACH
def test_a_template_names_the_paragraph_of_every_law(template: dict[str, Any]) -> None:
    assert [one for one in template["laws"] if not PARAGRAPH.search(one["section"] or "")] == []
    assert max(Counter((one["law"], one["section"]) for one in template["laws"]).values(), default=1) == 1


@EACH
def test_what_is_special_or_criminal_in_a_template_has_its_ground(template: dict[str, Any]) -> None:
    special = any(extra.startswith("special:") for extra in marked(template))
    criminal = "criminal" in marked(template)
    assert (template["special"], bool(template["article_9"])) == (special, special)
    assert (template["criminal"], bool(template["article_10_nb"]), bool(template["article_10_nn"])) == (criminal,) * 3
    assert "sensitive" in template["dpia_criteria"] if special else True


@EACH
def test_a_template_is_ready_to_use_in_its_languages(template: dict[str, Any]) -> None:
    said = [template[f"{key}_{form}"] for key in ("title", "purpose") for form in ("nb", "nn", "en")]
    said += [template[f"{key}_{form}"] for key in ("description", "sources") for form in ("nb", "nn")]
    assert all(said)
    assert all(isinstance(template[key], bool) for key in (*ANSWERED, "common"))
    assert all(template[key] for key in ("article_6", "subjects", "recipients", "measures", "retention"))
    assert all(pair["data"] for pair in template["subjects"])
    assert "processor" not in template["recipients"]  # they have a question of their own


@EACH
def test_a_template_says_how_long_everything_is_kept_and_why(template: dict[str, Any]) -> None:
    for rule in template["retention"]:
        length = [one for one in (rule["months"], rule["days"]) if one is not None]
        assert len(length) == (rule["disposal"] != "preserve")
        assert all(one > 0 for one in length)
        for form, proposed in PROPOSED.items():
            assert rule[f"start_{form}"]
            assert PARAGRAPH.search(rule[f"basis_{form}"]) or proposed in rule[f"basis_{form}"]
            assert "kassasjonsplan" not in rule[f"basis_{form}"]  # repealed with the old archive act on 1 January 2026


@EACH
def test_nynorsk_does_not_borrow_bokmal_words(template: dict[str, Any]) -> None:
    said = [value or "" for key, value in template.items() if key.endswith("_nn")]
    said += [rule[key] for rule in template["retention"] for key in ("start_nn", "basis_nn")]
    assert [text for text in said if BOKMAL.search(text)] == []


def test_there_are_sixty_templates_and_more_each_with_its_own_key_and_name() -> None:
    assert len(TEMPLATES) >= 60
    for key in ("key", "title_nb", "title_nn", "title_en"):
        assert [one for one, times in Counter(facts[key] for facts in TEMPLATES).items() if times > 1] == []


def test_a_municipality_that_takes_a_template_is_left_with_what_only_it_can_answer(engine_app: Any) -> None:
    with inside("Tinn"):
        broken = {
            template.name: {rule.code for rule in broken_rules(adopt(db.session, template, language="nn"), today())}
            for template in db.session.scalars(select(ProcessingTemplate))
        }
        db.session.rollback()
    assert {name: codes - LEFT_TO_THE_MUNICIPALITY for name, codes in broken.items()} == {
        name: set() for name in broken
    }
    assert len(broken) == len(TEMPLATES)
