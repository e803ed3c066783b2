"""Arithmetic as XLA compiles it, against exact fractions rounded once, and against what XLA gave."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cosine_cli.frameworks.core.compiled import COMPILED, Traced, logarithm


def single(x: Fraction | float) -> Fraction:
    """Return a number rounded to 32 bits, which these of few digits are in one step."""
    return Fraction(float(np.float32(float(x))))


def value(x: Traced) -> Fraction:
    return Fraction(float(x.value))


@pytest.mark.parametrize("divisor", [3.0, 7.0, 10.0, 41.0, 49.0])
@pytest.mark.parametrize("t", [1.0, 5.0, 41.0, 82.0])
def test_a_constant_divides_by_its_rounded_inverse(t: float, divisor: float) -> None:
    inverse = single(Fraction(1) / Fraction(divisor))
    assert value(Traced(t) / divisor) == single(Fraction(t) * inverse)


def test_forty_one_times_its_inverse_is_less_than_1() -> None:
    assert float((Traced(41.0) / 41.0).value) == 1.0 - 2.0**-24
    assert float(COMPILED.cycles(Traced(41.0), 41.0).value) == 0.0


def test_a_product_that_something_is_added_to_is_not_rounded() -> None:
    # The float nearest to 0.1 is 0.100000001490116..., ten of which are 1 only when they are rounded.
    tenth = single(Fraction(1, 10))
    assert value(1.0 - Traced(10.0) / 10.0) == single(1 - 10 * tenth) == Fraction(-1, 2**26)
    assert value(Traced(10.0) / 10.0 - 1.0) == Fraction(1, 2**26)
    assert value(Traced(10.0) / 10.0) == 1


@pytest.mark.parametrize("order", ["first", "second"])
def test_of_two_products_the_left_one_is_not_rounded(order: str) -> None:
    a, b = Traced(np.float32(1.1)) * np.float32(1.3), Traced(np.float32(1.7)) * np.float32(0.9)
    exact_a, exact_b = single(1.1) * single(1.3), single(1.7) * single(0.9)
    if order == "first":
        assert value(a + b) == single(exact_a + single(exact_b))
    else:
        assert value(b - a) == single(exact_b - single(exact_a))


def test_constants_are_multiplied_first() -> None:
    constants = single(single(0.3) * single(0.7))
    assert value(Traced(7.0) * 0.3 * 0.7) == single(7 * constants)
    assert value(0.3 * (0.7 * Traced(7.0))) == single(7 * constants)


def test_a_list_of_constants_is_not_multiplied_with_a_single_one() -> None:
    each = Traced(np.array([7.0])) * np.array([0.3], dtype=np.float32)
    assert Fraction(float((each * 0.7).value[0])) == single(single(7 * single(0.3)) * single(0.7))


def test_a_power_divides_by_its_inverse() -> None:
    cube = Traced(1.5) ** Traced(3.0)
    assert value(Traced(7.0) / cube) == single(7 * single(Fraction(8, 27)))


def test_small_whole_powers_are_products() -> None:
    x = single(0.7)
    assert value(Traced(np.float32(0.7)) ** 3.0) == single(single(x * x) * x)
    assert value(Traced(np.float32(-0.7)) ** 2.0) == single(x * x)
    with np.errstate(invalid="ignore"):
        assert np.isnan((Traced(np.float32(-0.7)) ** 0.5).value)


LOGARITHMS = {
    "0x1.0ccccc0000000p+0": "0x1.8fb04a0000000p-5",  # of 1.05: the logarithm, rounded, is one more in the last place
    "0x1.8000000000000p+0": "0x1.9f323e0000000p-2",
    "0x1.0000000000000p+1": "0x1.62e4300000000p-1",
    "0x1.0000000000000p+0": "0x0.0p+0",
    "0x1.3333340000000p-2": "-0x1.3437900000000p+0",
    "0x1.0000000000000p+13": "0x1.2059660000000p+3",
    "0x1.edd2f20000000p+6": "0x1.3437740000000p+2",
    "0x1.0624de0000000p-10": "-0x1.ba18aa0000000p+2",
}
"""What jax.jit(jax.numpy.log) of JAX 0.10.2 gave on a CPU."""


def test_the_logarithm_is_xlas() -> None:
    arguments = np.array([float.fromhex(x) for x in LOGARITHMS], dtype=np.float32)
    expected = [float.fromhex(y) for y in LOGARITHMS.values()]
    assert logarithm(Traced(arguments)).value.tolist() == expected
    assert float(logarithm(Traced(arguments[0])).value) == expected[0]


def test_the_logarithm_of_nothing_is_infinite() -> None:
    with np.errstate(all="ignore"):
        found = logarithm(Traced(np.array([0.0, -1.0, np.nan]))).value
    assert found[0] == -np.inf
    assert np.isnan(found[1:]).all()
