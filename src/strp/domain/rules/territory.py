"""Where permits are valid, and what holds for employers of other regions."""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from strp.domain.rules.document import FieldReader
from strp.domain.text import Text


class Abroad(StrEnum):
    """What becomes of workers at sites of employers whose region is outside."""

    REVIEW = "review"
    REFUSE = "refuse"


class Issuer(NamedTuple):
    """Who issues in another region.

    Args:
        code: of the region, 2–4 digits; the longest that fits counts.
        name: what people ask there for, and whom.
    """

    code: str
    name: Text


class Outside(NamedTuple):
    """What holds where the site is outside: that of the host where one is named, else the region in
    which the employer is registered.

    Args:
        then: `review`: an officer looks where the site is; `refuse`: nobody is let in.
        issuers: who issues elsewhere.
        elsewhere: who issues where no issuer is named.
        citation: where this stands.
    """

    then: Abroad
    issuers: tuple[Issuer, ...]
    elsewhere: Text
    citation: str

    @property
    def everywhere(self) -> Text:
        """Who issues in any region outside, for who does not say in which one the site is."""
        told = [*(each.name for each in self.issuers), self.elsewhere]
        return Text(" ".join(each.id for each in told), " ".join(each.en for each in told))


class Territory(NamedTuple):
    """Region where the permits are valid.

    Args:
        outside: what holds elsewhere; None: the policy does not say, and nobody asks.
    """

    code: str
    name: Text
    outside: Outside | None = None

    def holds(self, region: str) -> bool:
        """Whether a region is in the territory, or the policy does not ask.

        Args:
            region: two to ten digits; empty where unknown.
        """
        return self.outside is None or not region or region.startswith(self.code)

    def issuer_of(self, region: str) -> Text:
        """Who issues in a region outside.

        Args:
            region: two to ten digits.
        """
        assert self.outside is not None
        found = [each for each in self.outside.issuers if region.startswith(each.code)]
        if not found:
            return self.outside.elsewhere
        return max(found, key=lambda each: len(each.code)).name


def read_territory(reader: FieldReader) -> Territory:
    """Read where permits are valid."""
    reader.only("code", "name", "outside")
    outside = reader.field("outside")
    return Territory(
        reader.field("code").digits(2, 10),
        reader.field("name").text(),
        _outside(outside) if outside.given else None,
    )


def _outside(reader: FieldReader) -> Outside:
    reader.only("then", "issuers", "elsewhere", "citation")
    issuers: dict[str, Issuer] = {}
    rows = reader.field("issuers")
    for row in rows.rows() if rows.given else ():
        row.only("code", "name")
        issuer = Issuer(row.field("code").digits(2, 4), row.field("name").text())
        if issuer.code in issuers:
            row.field("code").wrong(_TWICE)
        issuers[issuer.code] = issuer
    return Outside(
        then=reader.field("then").choice(Abroad),
        issuers=tuple(issuers.values()),
        elsewhere=reader.field("elsewhere").text(),
        citation=reader.field("citation").string(),
    )


def require_regions(reader: FieldReader, known: Collection[str]) -> None:
    """Note codes of regions that do not exist: a permit would be valid nowhere.

    Args:
        reader: the territory, which was read before.
        known: codes of all regions.
    """
    rows = reader.field("outside").field("issuers") if "outside" in reader.names() else None
    issuers = rows.rows() if rows is not None and rows.given else ()
    for code in (each.field("code") for each in (reader, *issuers)):
        if code.string() not in known:
            code.wrong(_NO_SUCH_REGION)


_NO_SUCH_REGION = Text(
    "Tidak ada wilayah dengan kode ini (provinsi 2 angka, kabupaten/kota 4, kecamatan 6).",
    "There is no region of this code (a province has 2 digits, a regency or city 4, a district 6).",
)
_TWICE = Text("Sudah ada sebelumnya.", "Was there before.")
