"""Numbers put into a few steps, for a map: each holds about as many, and what is equal stands on the same step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STEPS = 5


@dataclass(frozen=True, slots=True)
class Step:
    """From the lowest to the highest number that stands on it. `shade` of five is how dark it is: the steps there are
    lie as far from each other as they can, and one alone in the middle."""

    number: int
    shade: int
    lowest: int
    highest: int


def stepped(values: Iterable[int | None]) -> list[Step]:
    """The steps of some numbers, by quantiles. There are fewer than five where fewer are unlike; of nothing none."""
    known = sorted(one for one in values if one is not None)
    unlike = sorted(set(known))
    if len(unlike) > STEPS:
        ends = sorted({known[-(-len(known) * number // STEPS) - 1] for number in range(1, STEPS + 1)})
    else:
        ends = unlike
    steps, before = [], None
    for number, end in enumerate(ends, 1):
        lowest = next(one for one in unlike if before is None or one > before)
        steps.append(Step(number, _shade(number, len(ends)), lowest, end))
        before = end
    return steps


def step_of(value: int | None, steps: Iterable[Step]) -> Step | None:
    return None if value is None else next((one for one in steps if one.lowest <= value <= one.highest), None)


def _shade(number: int, many: int) -> int:
    return 1 + round((STEPS - 1) * (number - 1) / (many - 1)) if many > 1 else (STEPS + 1) // 2
