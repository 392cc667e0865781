"""Claims for the tests of certificates: one that is plain, and strategies for the rest."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from strp.credential.certificate import Profile, issue
from strp.credential.codec import write_text
from strp.credential.signing import SigningKey
from strp.domain.certificates.certificate import STATUS_LIST_ENTRIES, Claims
from strp.domain.identifiers import PeriodId
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import Period, SectorClass
from strp.domain.text import Text

ISSUER = "ID-JK"
NOW = datetime(2021, 7, 6, 3, 0, tzinfo=UTC)
PERIOD = Period(
    number=PeriodId(1),
    code="PPKM-DARURAT-2021",
    name=Text("PPKM Darurat", "Emergency restrictions"),
    starts_on=date(2021, 7, 3),
    ends_on=date(2021, 7, 20),
)
PLAIN = Claims(
    issuer=ISSUER,
    serial=0x0000001234567ABC,
    issued_at=NOW,
    expires_at=datetime(2021, 7, 20, 17, 0, tzinfo=UTC),
    holder="Siti Aminah",
    identity_tail="0042",
    employer="PT Bank Contoh",
    sector_class=SectorClass.ESSENTIAL,
    sector="E-a",
    site_type=SiteType.SERVICE,
    region=3174,
    period_id=PERIOD.number,
    status_list=0,
    status_index=1234,
)
TIMES = st.integers(0, 60 * 365 * 86400).map(
    lambda seconds: datetime(2021, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
ASCII_NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
CLASSES_AND_SECTORS = st.one_of(
    st.tuples(st.just(SectorClass.ESSENTIAL), st.sampled_from(["", "E-a", "E-e", "E-z", "K-a"])),
    st.tuples(st.just(SectorClass.CRITICAL), st.sampled_from(["", "K-a", "K-m", "K-z", "bank"])),
    st.tuples(st.just(SectorClass.EXEMPT), st.sampled_from(["E-gov", ""])),
)


@st.composite
def claims(draw: st.DrawFn, names: st.SearchStrategy[str] = ASCII_NAMES) -> Claims:
    """Claims within the profile, with names that need no shortening unless given otherwise."""
    sector_class, sector = draw(CLASSES_AND_SECTORS)
    return Claims(
        issuer=ISSUER,
        serial=draw(st.integers(0, (1 << 60) - 1)),
        issued_at=draw(TIMES),
        expires_at=draw(TIMES),
        holder=draw(names),
        identity_tail=draw(st.from_regex(r"[0-9]{4}", fullmatch=True)),
        employer=draw(names),
        sector_class=sector_class,
        sector=sector,
        site_type=draw(st.sampled_from(SiteType)),
        region=draw(st.integers(1101, 9999)),
        period_id=PeriodId(draw(st.integers(1, 255))),
        status_list=draw(st.integers(0, 255)),
        status_index=draw(st.integers(0, STATUS_LIST_ENTRIES - 1)),
    )


def sign(one: Claims, key: SigningKey) -> bytes:
    """The certificate of some claims."""
    return issue([Profile(ISSUER).prepare(one)], key)[0]


def sign_text(one: Claims, key: SigningKey) -> str:
    """The text in the QR of some claims."""
    return write_text(sign(one, key))
