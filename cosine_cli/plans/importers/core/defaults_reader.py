"""The defaults of a program: read values that have them, and note those that are used."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.unsupported import check_kind


@dataclass(frozen=True, kw_only=True)
class DefaultsReader:
    """A mapping, and the program's defaults by key; ``used`` are those used so far, as text."""

    config: MappingReader
    defaults: Mapping[str, float | str]
    used: dict[str, str] = field(default_factory=dict)

    def number(self, name: str, **bounds: float) -> float:
        """Return a number."""
        self.note(name)
        return self.config.number(name, float(self.defaults[name]), **bounds)

    def count(self, name: str, **bounds: float) -> int:
        """Return a whole number."""
        self.note(name)
        return self.config.count(name, int(self.defaults[name]), **bounds)

    def word(self, name: str) -> str:
        """Return a string."""
        self.note(name)
        return self.config.word(name, str(self.defaults[name]))

    def kind(self, name: str, known: Collection[str]) -> str:
        """Return the kind of scheduler; raise RequestError if it is not one of the ``known`` kinds."""
        self.note(name)
        return check_kind(self.config, name, known) if name in self.config else str(self.defaults[name])

    def note(self, name: str) -> None:
        """Note the default of a key if it is used."""
        if name not in self.config:
            value = self.defaults[name]
            self.used[name] = value if isinstance(value, str) else f"{value:g}"

    @property
    def notes(self) -> tuple[str, ...]:
        """The defaults used so far, for the remark on what a config is read as."""
        return tuple(f"{name}={value}" for name, value in self.used.items())


def used_defaults(reader: MappingReader, defaults: Mapping[str, str], name: str = "") -> list[str]:
    """Return the defaults of arguments that are not given, each with the ``name`` of what takes them."""
    return [f"{name} {key}={value}".lstrip() for key, value in defaults.items() if key not in reader]
