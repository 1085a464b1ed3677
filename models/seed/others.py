"""A believable few rows for a municipality nobody has described by hand: chosen by its name, the same every time."""

from __future__ import annotations

import zlib
from typing import Any

from models.seed.facts import read_json

Content = dict[str, Any]
_ASCII: dict[str, str | int | None] = {"æ": "a", "ø": "o", "å": "a", " ": "-"}


def content_for(name: str, *, nynorsk: bool) -> Content:
    """Units, contacts, agreements, applications and processing activities of a municipality."""
    made: Content = read_json("../seed/content/others.json")
    words, seed = made["nn" if nynorsk else "nb"], zlib.crc32(name.encode())
    domain = name.lower().translate(str.maketrans(_ASCII)) + ".example"
    products = _products(made["products"], seed)
    suppliers = dict.fromkeys(supplier for _, supplier, _, _ in products)
    covered = list(suppliers)[: 2 + seed % 2]
    return {
        "profiles": made["profiles"] | words["profiles"],
        "units": words["units"],
        "contacts": _contacts(words, made["names"], domain, seed),
        "agreements": [_agreement(words, one, seed + n) for n, one in enumerate(covered)],
        "applications": [_application(words, one, covered, seed + n) for n, one in enumerate(products)],
        "activities": _activities(products, seed),
    }


def _products(pools: list[Content], seed: int) -> list[tuple[str, str, str, Content]]:
    """One product of each of six to ten categories: category, supplier, product, and the rest that is known."""
    chosen = pools[: 6 + seed % 5]
    made = []
    for n, pool in enumerate(chosen):
        product, supplier = pool["products"][(seed >> n) % len(pool["products"])]
        made.append((pool["key"], supplier, product, pool))
    return made


def _contacts(words: Content, names: list[list[str]], domain: str, seed: int) -> list[Content]:
    first, last = names
    made = []
    for n, role in enumerate(words["contacts"]):
        given, family = first[(seed + 5 * n) % len(first)], last[(seed // 7 + 3 * n) % len(last)]
        address = f"{given}.{family}".lower().translate(str.maketrans(_ASCII))
        made.append(role | {"name": f"{given} {family}", "email": f"{address}@{domain}"})
    return made


def _agreement(words: Content, supplier: str, seed: int) -> Content:
    return {
        "key": supplier, "like": ["dba"], "name": words["agreement"].format(supplier=supplier), "supplier": supplier,
        "signed": f"{2018 + seed % 6}-0{1 + seed % 9}-15", "starts": f"{2018 + seed % 6}-0{1 + seed % 9}-15",
        "ends": f"+{4 + seed % 20}m", "archive_reference": f"{18 + seed % 6}/{200 + seed % 900:05d}",
    }  # fmt: skip


def _application(words: Content, chosen: tuple[str, str, str, Content], covered: list[str], seed: int) -> Content:
    key, supplier, product, pool = chosen
    made = {
        "key": key, "name": product, "product": product, "description": words["descriptions"][key],
        "like": [pool["profile"]], "unit": pool["unit"], "levels": pool["levels"],
        "owner": "it" if pool["unit"] == "admin" else "direktor", "in_use_from": f"{2012 + seed % 11}-01-01",
    }  # fmt: skip
    if supplier in covered:
        made |= {"agreements": [supplier]}
    elif seed % 3 == 0:
        made |= {"needs_agreement": True}
    if seed % 4:
        made |= {"manager": "it", "confirmed": f"-{1 + seed % 14}m", "review_due": f"+{seed % 15}m"}
    return made


def _activities(products: list[tuple[str, str, str, Content]], seed: int) -> list[Content]:
    """Three or four activities from the templates that fit the applications."""
    made = []
    for n in range(3 + seed % 2):
        key, _, _, pool = products[(seed + n) % len(products)]
        made.append(
            {
                "key": key, "template": pool["template"], "like": [("approved", "review", "draft")[(seed + n) % 3]],
                "unit": pool["unit"], "responsible": "direktor", "applications": [key], "shared": (seed + n) % 2 == 0,
            }
        )  # fmt: skip
    return made
