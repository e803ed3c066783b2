"""Updates missed under fp16: the counts are those of DeepSpeed's own ``skipped=``."""

from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.logs.core.log import Series
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.search import diagnose

Rows = tuple[tuple[int, int, float], ...]

REWARD: Rows = (
    (10, 6, 9.649992967150629e-06),
    (170, 6, 9.63818260435019e-06),
    (320, 6, 9.606726651914051e-06),
    (660, 10, 9.46547704157403e-06),
    (1140, 20, 9.10904617879146e-06),
    (1590, 28, 8.616702902919272e-06),
    (2070, 38, 7.946039920323833e-06),
    (2520, 46, 7.200545327068777e-06),
    (3000, 56, 6.316006997859122e-06),
    (3480, 66, 5.371660236627906e-06),
    (3930, 74, 4.462862535015845e-06),
    (4410, 84, 3.511335884823161e-06),
    (4890, 90, 2.605186192947191e-06),
    (5340, 99, 1.8427263077177062e-06),
    (5820, 109, 1.1466946764052567e-06),
    (6270, 117, 6.263227927446931e-07),
    (6750, 127, 2.367891585039419e-07),
    (7050, 133, 8.600514744006625e-08),
    (7200, 135, 3.8201600127097544e-08),
    (7360, 139, 8.490116182110961e-09),
)
"""Step, skipped updates and rate of some rows of a DeepSpeed log of a reward model: cosine, 9.65e-6, 7360 updates."""

ACTOR: Rows = (
    (10, 4, 5.79e-07),
    (30, 5, 2.4125e-06),
    (60, 6, 5.211000000000001e-06),
    (110, 7, 9.648492337065749e-06),
    (160, 7, 9.18701690973275e-06),
    (250, 7, 6.610916599515089e-06),
    (350, 7, 2.708253221433776e-06),
    (470, 7, 3.279803335027593e-08),
)
"""The same of the actor of an RLHF run: cosine after a warmup of 100, 9.65e-6, 477 updates."""

CRITIC: Rows = (
    (10, 3, 3.5000000000000004e-07),
    (30, 4, 1.3e-06),
    (60, 4, 2.8000000000000003e-06),
    (110, 5, 4.997830277279613e-06),
    (200, 5, 4.256684216764128e-06),
    (230, 7, 3.797798814737701e-06),
    (350, 7, 1.4032400111055837e-06),
    (470, 7, 1.6993799663355403e-08),
)
"""The same of its critic, 5e-6."""


def series(rows: Rows) -> Series:
    times, skipped, rates = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    return Series(times=times, rates=rates, tolerances=np.spacing(rates), unit="step", column="lr", skipped=skipped)


def plan(curve: str, steps: int) -> Planned:
    resolved = load_plan(CommandLine.of({"words": [curve], "steps": str(steps)}))
    return Planned.of(resolved.curves[0], resolved.clock)


@pytest.mark.parametrize(
    ("rows", "curve", "steps"),
    [
        (REWARD, "cosine:lr=9.65e-6", 7360),
        (ACTOR, "cosine:lr=9.65e-6,warmup=100", 477),
        (CRITIC, "cosine:lr=5e-6,warmup=100", 477),
    ],
)
def test_the_count_is_that_of_the_log(rows: Rows, curve: str, steps: int) -> None:
    answer = diagnose(series(rows), plan(curve, steps))
    said = answer.best.explanation
    assert answer.best.exact
    assert not answer.deviates
    assert (said.story, said.values["missed"]) == ("missed-updates", rows[-1][1])
    assert said.evidence[-1] == f"Equal to the {rows[-1][1]} skipped updates of the log."


def test_the_count_before_each_row_is_that_of_the_log() -> None:
    from cosine_cli.studies.diagnose.core.rows import Rows as LoggedRows
    from cosine_cli.studies.diagnose.stories.missed_updates import missed_updates

    log = series(REWARD)
    rows = LoggedRows.of(log.times, log.rates, log.tolerances, 9.65e-6)
    missed = missed_updates(plan("cosine:lr=9.65e-6", 7360), rows, most=736)
    assert missed is not None
    assert missed.counts.tolist() == [row[1] for row in REWARD]


def test_a_count_that_differs_is_said() -> None:
    rows = tuple((step, skipped + 1, rate) for step, skipped, rate in CRITIC)
    said = diagnose(series(rows), plan("cosine:lr=5e-6,warmup=100", 477)).best.explanation
    assert said.evidence[-1] == "The log itself counts 8 skipped updates."


def test_many_missed_updates_are_another_story() -> None:
    rows = tuple((step, 0, 1e-3 * (1 - step * 0.5 / 1000)) for step in range(0, 1000, 10))
    answer = diagnose(series(rows), plan("linear:lr=1e-3", 1000))
    assert answer.best.explanation.story == "horizon"
    assert answer.deviates


def test_between_two_rows_no_update_is_undone() -> None:
    """A figure draws the rates between the rows: here, loss scaling finds its scale before step 20."""
    from cosine_cli.studies.diagnose.core.rows import Rows as LoggedRows
    from cosine_cli.studies.diagnose.stories.missed_updates import missed_updates

    early = [(10, 10, 0.0), (20, 18, 0.25e-3)]
    log = series((*early, *((step, 19, 1e-3 * (800 - step + 19) / 792) for step in range(30, 201, 10))))
    rows = LoggedRows.of(log.times, log.rates, log.tolerances, 1e-3)
    missed = missed_updates(plan("linear:lr=1e-3,warmup=8", 800), rows, most=80)
    assert missed is not None
    made = np.arange(801) - missed.at(np.arange(801.0))
    assert made[[0, 10, 20, 200, 800]].tolist() == [0, 0, 2, 181, 781]
    assert (np.diff(made) >= 0).all()
