"""The made-up company with its planted truth: made from a seed, and held beside what discovery found in it."""

from idealfit.demo.company import make_company
from idealfit.demo.comparison import Comparison, ComparisonRow, compare, render
from idealfit.demo.judging import Judgement, chances_of, judge, ranking_of
from idealfit.demo.truth import HiddenOutcome, PlantedTrait, Truth, read_truth, write_truth

__all__ = [
    "Comparison",
    "ComparisonRow",
    "HiddenOutcome",
    "Judgement",
    "PlantedTrait",
    "Truth",
    "chances_of",
    "compare",
    "judge",
    "make_company",
    "ranking_of",
    "read_truth",
    "render",
    "write_truth",
]
