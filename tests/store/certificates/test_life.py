"""What became of certificates is counted, not looked at one by one."""

import json

import pytest

from strp.domain.certificates.life import CertificateStatus
from strp.domain.identifiers import ApplicationId, Nib
from strp.store.certificates import life
from strp.store.engine.database import Database

pytestmark = pytest.mark.anyio
NIB, GIANT, OTHER = Nib(8120001110001), ApplicationId(7), ApplicationId(8)
ROWS = 20_000

FILL = """
INSERT INTO revocation (serial_no, status, kind, reason, actor, revoked_at, nib, application_id,
                        row_no)
SELECT n, 1, (ARRAY['revoked', 'revoked', 'ended', 'replaced'])[1 + n %% 4], '', '', now(),
       %s, %s, n
FROM generate_series(1, %s) AS n
"""


async def test_the_certificates_of_a_giant_are_counted_from_the_index(database: Database) -> None:
    async with database.connection() as conn:
        await conn.execute(FILL, (NIB, GIANT, ROWS))
        await conn.commit()
        await conn.set_autocommit(True)
        await conn.execute("VACUUM ANALYZE revocation")
        await conn.set_autocommit(False)

        counts = await life.count_fates(conn, NIB, [GIANT, OTHER])
        [[plan]] = await (
            await conn.execute(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {life.COUNTS}", (NIB, [GIANT])
            )
        ).fetchall()

    assert counts == {
        GIANT: {CertificateStatus.REVOKED: ROWS // 2, CertificateStatus.ENDED: ROWS // 4}
    }
    assert (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"][
        "Shared Hit Blocks"
    ] < 100
