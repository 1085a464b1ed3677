"""The colours of the stylesheet: read by everybody in light and dark, told apart by people who see fewer of them."""

from __future__ import annotations

import re
from itertools import combinations, groupby

import pytest

from models.declare import choices
from views.assets import STATIC

TONES = ("neutral", "info", "success", "warning", "danger")
GROUNDS = ("page", "surface", "raised", "accent-soft")
TEXT = 4.5  # WCAG 2.2, 1.4.3
PARTS = 3.0  # WCAG 2.2, 1.4.11: edges of controls, rings of focus, what is drawn
APART = 20.0  # in CIELAB, where about 2 is the least an eye sees
PALER = 12.0  # two of one tone side by side; the gap between them tells too

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009:
# severity 1.0, on linear light.
SEEN_BY = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
}
Colour = tuple[float, float, float]


def tokens(scheme: str) -> dict[str, str]:
    """The colours by their names, as #rrggbb. Dark ones replace light ones."""
    light, dark = (STATIC / "style" / "1-base.css").read_text().split("@media (prefers-color-scheme: dark)")[:2]
    found = dict(re.findall(r"--([\w-]+): (#\w+|[.\d]+);", light))
    own = dict(re.findall(r"--([\w-]+): (#\w+|[.\d]+);", dark.split("/* Elements */")[0]))
    named = found | own if scheme == "dark" else found
    return {
        name: "#" + "".join(2 * one for one in value[1:]) if len(value) == 4 else value for name, value in named.items()
    }


def linear(colour: str) -> Colour:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(
        sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True)) for c in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, by: str) -> Colour:
    """What is left of a colour, in CIELAB with the white of D65."""
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear(colour), strict=True)))) for row in SEEN_BY[by]
    )
    x = cube((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047)
    y = cube(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = cube((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def cube(part: float) -> float:
    return part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116


def distance(one: str, other: str, by: str) -> float:
    pairs = zip(seen(one, by), seen(other, by), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def over(colour: str, ground: str, share: float) -> str:
    """A colour that lets its ground through."""
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_what_lies_behind_it(scheme: str) -> None:
    found = tokens(scheme)
    pairs = [(ink, ground) for ink in ("text", "muted", "accent", "danger-strong") for ground in GROUNDS]
    pairs += [("accent-hover", "accent-soft"), ("on-neutral", "page")]
    pairs += [(name, name.removeprefix("on-")) for name in found if name.startswith("on-")]

    faint = {pair: round(contrast(*(found[one] for one in pair)), 2) for pair in pairs}

    assert {pair: ratio for pair, ratio in faint.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_and_pictures_stand_out_from_what_lies_behind_them(scheme: str) -> None:
    found = tokens(scheme)
    drawn = ["control", "focus", *(f"fill-{tone}" for tone in TONES)]

    faint = {(one, ground): round(contrast(found[one], found[ground]), 2) for one in drawn for ground in GROUNDS[:2]}

    assert {pair: ratio for pair, ratio in faint.items() if ratio < PARTS} == {}


@pytest.mark.parametrize("by", SEEN_BY)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_of_a_picture_are_told_apart_by_people_who_see_fewer(scheme: str, by: str) -> None:
    found = tokens(scheme)

    near = {
        pair: round(distance(*(found[f"fill-{tone}"] for tone in pair), by=by), 1) for pair in combinations(TONES, 2)
    }

    assert {pair: apart for pair, apart in near.items() if apart < APART} == {}


@pytest.mark.parametrize("by", SEEN_BY)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_of_one_tone_are_told_apart_too(scheme: str, by: str) -> None:
    found = tokens(scheme)
    fills = [found[f"fill-{tone}"] for tone in TONES]

    apart = [distance(one, over(one, found["page"], float(found["paler"])), by) for one in fills]

    assert min(apart) >= PALER


def test_no_list_of_states_has_three_of_one_tone_in_a_row() -> None:
    """The stylesheet knows two: a tone, and the paler one after it."""
    found = {}
    for name, vocabulary in vars(choices).items():
        tones = [one.tone for one in getattr(vocabulary, "__members__", {}).values() if hasattr(one, "tone")]
        if len(set(tones)) > 1:
            found[name] = max(len(list(group)) for _tone, group in groupby(tones))

    assert {name: longest for name, longest in found.items() if longest > 2} == {}
    assert max(found.values()) == 2


def test_every_colour_of_the_house_has_a_dark_one_and_lives_in_one_place() -> None:
    base, *others = sorted((STATIC / "style").iterdir())
    light, dark = tokens("light"), re.findall(r"--([\w-]+): ", base.read_text().split("dark) {")[1].split("/* El")[0])

    assert sorted(name for name in light if name not in dark) == ["dot", "paler"]  # of the mark, and a share
    assert {path.name for path in others if re.search(r"--[\w-]+: #", path.read_text())} == {"8-print.css"}
