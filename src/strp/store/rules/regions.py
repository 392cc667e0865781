"""Rows of regions: codes and names."""

from collections.abc import Iterable

from strp.domain.regions import Region, RegionCodes, collect_regions
from strp.store.engine.database import Connection

SAVE = """
INSERT INTO region (code, name) SELECT * FROM unnest(%s::text[], %s::text[])
ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name WHERE region.name <> EXCLUDED.name
"""

ALL = "SELECT code, name FROM region ORDER BY code"


async def save_regions(conn: Connection, regions: Iterable[Region]) -> None:
    """Add regions and correct names; codes that are gone stay, because a NIK keeps its old one."""
    found = {region.code: region.name for region in regions}
    await conn.execute(SAVE, (list(found), list(found.values())))


async def load_regions(conn: Connection) -> RegionCodes:
    """All regions, ready for look-ups."""
    rows = await (await conn.execute(ALL)).fetchall()
    return collect_regions(Region(*row) for row in rows)
