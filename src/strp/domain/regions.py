"""Region codes of the Ministry of Home Affairs (Kepmendagri 300.2.2-2138/2025).

Two digits name a province, four a regency or city, six a district, ten an urban village. A NIK
keeps the code of its first registration, so an unknown district is a remark, never a refusal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from strp.domain.region_names import index_names, named, region_readings


class Region(NamedTuple):
    """One region: digits without dots, and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCodes:
    """The codes that are known, and their names: for display, and to read a place by its name."""

    provinces: frozenset[str]
    regencies: frozenset[str]
    districts: frozenset[str]
    villages: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    by_name: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def knows(self, code: str) -> bool:
        """Whether a home region of 4, 6 or 10 digits exists.

        Villages are listed for some districts only; elsewhere the district decides.
        """
        match len(code):
            case 4:
                return code in self.regencies
            case 6:
                return code in self.districts
            case 10:
                return code in self.villages or self._is_unlisted_village(code)
            case _:
                return False

    def regency_name(self, code: str) -> str | None:
        """Name of the regency or city that a code of at least four digits lies in."""
        return self.names.get(code[:4])

    def name(self, code: str) -> str | None:
        """Name of a region by its whole code."""
        return self.names.get(code)

    def readings(self, text: str) -> tuple[str, ...]:
        """Codes of the places that a text may name; one where it means exactly one place."""
        return region_readings(text, self.by_name, self.names)

    def named(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Places as a reader is told them: name and code, at most four."""
        return named(codes, self.names)

    def _is_unlisted_village(self, code: str) -> bool:
        if not code.isdigit() or code[:6] not in self.districts:
            return False
        return not any(village[:2] == code[:2] for village in self.villages)


def collect_regions(regions: Iterable[Region]) -> RegionCodes:
    """Sort regions by the length of their codes."""
    by_length: dict[int, set[str]] = {2: set(), 4: set(), 6: set(), 10: set()}
    names: dict[str, str] = {}
    for region in regions:
        by_length[len(region.code)].add(region.code)
        names[region.code] = region.name
    return RegionCodes(
        provinces=frozenset(by_length[2]),
        regencies=frozenset(by_length[4]),
        districts=frozenset(by_length[6]),
        villages=frozenset(by_length[10]),
        names=names,
        by_name=index_names(names),
    )
