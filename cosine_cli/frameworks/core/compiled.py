"""32-bit arithmetic as XLA compiles it: a jitted training loop of JAX on a CPU, exact to the bit.

Compared with the same operations run one at a time (``eager.py``), XLA changes three things:

- A division by a constant becomes a product with the constant's reciprocal, which is rounded first, and products
  with several constants become one (``A / Const => A * (1 / Const)`` and ``(A * C1) * C2 => A * (C1 * C2)`` in
  ``xla/hlo/transforms/simplifiers/algebraic_simplifier.cc``, for all devices).
- Constants that are added or subtracted in sequence are added first (``(A + C1) + C2 => A + (C1 + C2)``).
- A product that is added to another value is not rounded: the processor has one operation for both, a fused
  multiply-add ("Always allow FMA fusion", ``xla/service/cpu``; x86 has had it since 2013, ARM and GPUs always).

Elementary functions are rounded once, as in ``eager.py``, except the logarithm, whose last bit decides the cycle of
a schedule: it is computed as by XLA's CPU compiler.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cosine_cli.frameworks.core import eager
from cosine_cli.frameworks.core.eager import Float32Array, Float32Ops, to_float32, to_float64
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.ops import Ops


class Traced:
    """A value that depends on the index of the call; everything else in a formula is a constant to XLA.

    - ``value``: its 32-bit value.
    - ``factors``: the two factors of a product, which is rounded only if nothing is added to it.
    - ``power_of``: the base and the exponent of a power: dividing by it multiplies by its inverse.
    - ``added``: the operands of a sum with a constant.
    """

    __array_ufunc__ = None  # numpy's numbers leave the operation to this class

    def __init__(
        self,
        value: Any,
        *,
        factors: tuple[Traced, Any] | None = None,
        power_of: tuple[Any, Any] | None = None,
        added: tuple[Traced, Float32Array] | None = None,
    ) -> None:
        self.value: Float32Array = to_float32(value)
        self.factors = factors
        self.power_of = power_of
        self.added = added

    def __add__(self, other: Any) -> Traced:
        return _sum(self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Traced:
        if not isinstance(other, Traced):
            return _sum(self, -to_float32(other))
        if self.factors is None and other.factors is not None:
            return Traced(_fused(other.factors, self, sign=-1.0))
        return _sum(self, -other)

    def __rsub__(self, other: Any) -> Traced:
        if self.factors is None:
            return Traced(to_float32(other) - self.value)
        return Traced(_fused(self.factors, other, sign=-1.0))

    def __mul__(self, other: Any) -> Traced:
        return _product(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Traced:
        if isinstance(other, Traced) and other.power_of is not None:
            base, exponent = other.power_of
            return self * power(base, -exponent)
        if isinstance(other, Traced):
            return Traced(self.value / other.value)
        return _product(self, np.float32(1.0) / to_float32(other))

    def __rtruediv__(self, other: Any) -> Traced:
        return Traced(to_float32(other) / self.value)

    def __pow__(self, exponent: Any) -> Traced:
        return power(self, exponent)

    def __rpow__(self, base: Any) -> Traced:
        return power(base, self)

    def __neg__(self) -> Traced:
        return Traced(-self.value)

    def __lt__(self, other: Any) -> Any:
        return self.value < value_of(other)

    def __le__(self, other: Any) -> Any:
        return self.value <= value_of(other)

    def __gt__(self, other: Any) -> Any:
        return self.value > value_of(other)

    def __ge__(self, other: Any) -> Any:
        return self.value >= value_of(other)


def value_of(x: Any) -> Float32Array:
    """Return the 32-bit value of a traced value or of a constant."""
    return x.value if isinstance(x, Traced) else to_float32(x)


def untraced(x: Any) -> Any:
    """Return the value of a traced value; a constant is returned unchanged."""
    return x.value if isinstance(x, Traced) else x


def _product(x: Traced, y: Any) -> Traced:
    """Return a product; consecutive constant factors of one shape are multiplied first."""
    if isinstance(y, Traced):
        return Traced(x.value * y.value, factors=(x, y))
    constant = to_float32(y)
    if constant.ndim == 0 and constant == 1.0:
        return x
    if x.factors is not None and not isinstance(x.factors[1], Traced) and x.factors[1].ndim == constant.ndim:
        return _product(x.factors[0], x.factors[1] * constant)
    return Traced(x.value * constant, factors=(x, constant))


def _sum(x: Traced, y: Any) -> Traced:
    """Return a sum, fused with the left operand if it is a product, else with the right one."""
    if not isinstance(y, Traced):
        return _moved(x, to_float32(y))
    if x.factors is not None:
        return Traced(_fused(x.factors, y))
    if isinstance(y, Traced) and y.factors is not None:
        return Traced(_fused(y.factors, x))
    return Traced(x.value + y.value)


def _moved(x: Traced, constant: Float32Array) -> Traced:
    """Return a sum with a constant; a constant that was added before is added to it first."""
    if x.added is not None:
        x, before = x.added
        constant = before + constant
    value = x.value + constant if x.factors is None else _fused(x.factors, constant)
    return Traced(value, added=(x, constant))


def _fused(factors: tuple[Traced, Any], addend: Any, *, sign: float = 1.0) -> Float32Array:
    """Return a signed product plus an addend, rounded once: a product of 32-bit floats is exact in 64 bits."""
    x, y = (to_float64(value_of(factor)) for factor in factors)
    return to_float32(sign * x * y + value_of(addend))


def power(base: Any, exponent: Any) -> Traced:
    """Return a power, rounded once; a constant exponent of 2 or 3 is a product."""
    if not isinstance(base, Traced) and base == 1.0:  # the common case: a power costs more than everything else
        return Traced(np.ones_like(value_of(exponent)))
    if isinstance(exponent, Traced) or float(exponent) not in _AS_PRODUCTS:
        return Traced(eager.power(value_of(base), value_of(exponent)), power_of=(base, exponent))
    return _AS_PRODUCTS[float(exponent)](base)


_AS_PRODUCTS: dict[float, Callable[[Traced], Traced]] = {
    0.0: lambda x: Traced(np.ones_like(x.value)),
    1.0: lambda x: x,
    2.0: lambda x: x * x,
    3.0: lambda x: x * x * x,
}


def _elementary(function: Callable[[Any], Any]) -> Any:
    """Return a function of numpy, computed in 64 bits and rounded once."""

    def rounded_once(x: Any) -> Traced:
        return Traced(function(to_float64(value_of(x))))

    return staticmethod(rounded_once)


def _of_values(function: Callable[..., Any]) -> Any:
    """Return a function of numpy that is exact in 32 bits."""

    def exact(*arguments: Any) -> Traced:
        return Traced(function(*map(value_of, arguments)))

    return staticmethod(exact)


def _where(condition: Any, x: Any, y: Any) -> Traced:
    return Traced(np.where(condition, value_of(x), value_of(y)))


def _cycles(t: Traced, length: float) -> Traced:
    """Return the whole part of a quotient."""
    return Traced(np.floor((t / length).value))


class CompiledOps(Float32Ops):
    """The operations of formulas on traced values.

    - ``begun``: the number subtracted from the index of the call if it is not whole: the program has a 32-bit float
      from then on.
    """

    def __init__(self, begun: float = 0.0) -> None:
        self.begun = begun

    def count_from(self, start: float, t: Rates) -> tuple[CompiledOps, Rates]:
        """Return the operations for times counted from a start, and these times."""
        if not self.begun and float(start).is_integer():
            return self, t - start
        begun = float(np.float32(self.begun) + np.float32(start))
        return CompiledOps(begun), (to_float32(np.rint(t + self.begun)) - np.float32(begun)).astype(np.float64)

    def number(self, t: Rates) -> Traced:
        """Return the times as traced values."""
        if not self.begun:
            return Traced(t)
        return Traced(t, added=(Traced(np.rint(t + self.begun)), to_float32(-self.begun)))

    minimum = _of_values(np.minimum)
    maximum = _of_values(np.maximum)
    floor = _of_values(np.floor)
    sqrt = _of_values(np.sqrt)
    exp = _elementary(np.exp)
    log = _elementary(np.log)
    sin = _elementary(np.sin)
    cos = _elementary(np.cos)
    tanh = _elementary(np.tanh)

    where: Any = staticmethod(_where)
    cycles: Any = staticmethod(_cycles)

    @staticmethod
    def count(edges: Sequence[float], t: Any, name: str = "") -> Any:
        """Return how many of the rising ``edges`` are at or before ``t``."""
        del name
        return Traced(Float32Ops.count(edges, t.value))

    @staticmethod
    def gather(values: Sequence[float], index: Any, name: str = "") -> Any:
        """Return the constant at each index, or the only one."""
        del name
        return np.float32(values[0]) if len(values) == 1 else Float32Ops.gather(values, index.value)

    @staticmethod
    def lerp(high: Any, low: Any, s: Any) -> Any:
        """Return the value at the share ``s`` between ``low`` and ``high``."""
        return low + (high - low) * s


COMPILED: Ops = CompiledOps()

_SQRT_HALF, _SMALLEST = 0x3F3504F3, 0x00800000
_MANTISSA, _HALF, _EXPONENT_BITS, _BIAS = -0x7F800001, 0x3F000000, 23, 127
_POLYNOMIALS = (
    (0x3D9021BB, 0xBDEBD1B8, 0x3DEF251A),
    (0xBDFE5D4F, 0x3E11E9BF, 0xBE2AAE50),
    (0x3E4CCEAC, 0xBE7FFFFC, 0x3EAAAAAA),
)
_LN2_HIGH, _LN2_LOW = 0x3F318000, 0xB95E8083


def _bits(pattern: int) -> Float32Array:
    return np.array(pattern, dtype=np.uint32).view(np.float32)


def logarithm(x: Traced) -> Traced:
    """Return the natural logarithm as XLA's CPU compiler writes it: Cephes' ``logf`` in fused multiply-adds.

    Source: ``log_f32`` of jaxlib 0.10.2, as ``XLA_FLAGS=--xla_dump_to`` shows it (2026).
    """
    value = np.atleast_1d(value_of(x))
    bits = np.maximum(value, _bits(_SMALLEST)).view(np.int32)
    mantissa = ((bits & np.int32(_MANTISSA)) | np.int32(_HALF)).view(np.float32)
    below = mantissa < _bits(_SQRT_HALF)
    exponent = Traced((bits >> _EXPONENT_BITS) - _BIAS + np.where(below, 0, 1))
    m = Traced(mantissa - np.float32(1.0) + np.where(below, mantissa, np.float32(0.0)))
    square = Traced((m * m).value)
    cube = Traced((square * m).value)
    first, second, third = ((m * _bits(a) + _bits(b)) * m + _bits(c) for a, b, c in _POLYNOMIALS)
    series = (first * cube + second) * cube + third
    tail = series * cube + Traced((exponent * _bits(_LN2_LOW)).value)
    found = exponent * _bits(_LN2_HIGH) + (m - square * np.float32(0.5) + tail)
    known = np.where(value > 0.0, found.value, np.where(value == 0.0, -np.inf, np.nan))
    return Traced(known.reshape(np.shape(value_of(x))))
