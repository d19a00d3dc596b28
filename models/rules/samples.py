"""How many must be asked so that their answers stand for everybody served.

Source: domain.md, "Public service quality": Krejcie and Morgan,
S = 3.841·N·0.25 / (0.0025·(N−1) + 3.841·0.25). A sample that is too small is shown as such and
never hides the index. Computed in whole numbers, so that no rounding of the machine decides.
"""

from typing import Final

_CHANCE: Final = 96_025  # 3.841 x 0.25, in 1/100,000: chi-square at 95 %, the widest spread
_MARGIN: Final = 250  # 0.0025, in the same: an error of 5 %


def needed(population: int) -> int:
    """The sample that stands for `population` people (1 or more), rounded to the nearest whole."""
    if population < 1:
        raise ValueError("nobody was served, so nobody can be asked")
    above, below = _CHANCE * population, _MARGIN * (population - 1) + _CHANCE
    return (2 * above + below) // (2 * below)


def adequate(responses: int, population: int | None) -> bool | None:
    """Whether so many responses stand for the population; None: nobody knows how many it is."""
    return None if population is None else responses >= needed(population)
