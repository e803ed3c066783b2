"""A warmup that does not end in the log."""

from collections.abc import Iterator

from cosine_cli.studies.identify.core.curve import OFFSET, Curve
from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import Refined, excess
from cosine_cli.studies.identify.core.short_numbers import digits, short_numbers, whole_numbers

_LENGTHS = tuple(mantissa * 10**exponent for exponent in range(7) for mantissa in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8))
_STARTS = (0.0, 0.001, 0.01, 0.1, 1 / 3, 1e-6)


def find(outline: Outline) -> Iterator[Found]:
    """Yield lines up to a peak that is not reached; the line pins only the ratio of peak and length."""
    rows = outline.rows
    if outline.first < len(rows) - 1 or not outline.rises_once or outline.ramp is None or len(rows) < 3:
        return
    slope, at_0 = outline.ramp
    last = float(rows.times[-1])
    options: list[Found] = []
    lengths = {length for length in _LENGTHS if length >= last} | {last, last + 1.0}
    for length in sorted(lengths):
        for share in _STARTS:
            offset = round(at_0 / slope) if share == 0.0 else 0
            peak = slope * length / (1.0 - share)
            for lr in short_numbers(peak * 0.9995, peak * 1.0005, near=peak):
                values = {"lr": lr, "warmup": length, "warmup_start": share * lr}
                curve = Curve(name="constant", values=values, offset=float(offset))
                over = excess(curve, rows)
                if over <= 1.0:
                    extra = 2.0 + digits(lr) + digits(length) + (3.0 if share else 0.0) + 1.0 * abs(offset)
                    found = Found(refined=Refined(curve, over), free=(), extra=extra)
                    options.append(found)
                    break
                if digits(lr) > 4:
                    break
    yield from sorted(options, key=lambda found: (found.cost, found.refined.curve.get("warmup")))[:3]
