"""What a competent team would write in a week: FastAPI, asyncpg, executemany, one transaction.

No sealing, no screening, no ledger, no shared transactions; the same durability.
"""

import os
from contextlib import asynccontextmanager
from typing import Annotated

import asyncpg
from fastapi import FastAPI, Request
from pydantic import BaseModel, Field, StringConstraints

Nik = Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$")]
SCHEMA = """
CREATE TABLE IF NOT EXISTS plain_application (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nib text NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS plain_worker (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id bigint NOT NULL REFERENCES plain_application, nik text NOT NULL,
    name text NOT NULL, position text NOT NULL, site_type text NOT NULL, region text,
    vaccination text, phone text, state text NOT NULL DEFAULT 'pending');
CREATE INDEX IF NOT EXISTS plain_worker_nik ON plain_worker (nik);
"""
INSERT = """
INSERT INTO plain_worker
    (application_id, nik, name, position, site_type, region, vaccination, phone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


class Worker(BaseModel):
    nama: str = Field(min_length=1, max_length=100)
    nik: Nik
    jabatan: str
    jenis_lokasi: str
    kode_wilayah: str | None = None
    status_vaksin: str | None = None
    telepon: str | None = None


class Roster(BaseModel):
    nib: str
    workers: list[Worker]


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with asyncpg.create_pool(os.environ["BASELINE_DSN"], min_size=8, max_size=16) as pool:
        async with pool.acquire() as conn:
            await conn.execute(SCHEMA)
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/healthz")
async def alive() -> dict[str, bool]:
    return {"ok": True}


@app.post("/api/v1/applications", status_code=202)
async def file_roster(roster: Roster, request: Request) -> dict[str, int]:
    async with request.app.state.pool.acquire() as conn, conn.transaction():
        number = await conn.fetchval(
            "INSERT INTO plain_application (nib) VALUES ($1) RETURNING id", roster.nib
        )
        await conn.executemany(
            INSERT,
            [
                (
                    number,
                    w.nik,
                    w.nama,
                    w.jabatan,
                    w.jenis_lokasi,
                    w.kode_wilayah,
                    w.status_vaksin,
                    w.telepon,
                )
                for w in roster.workers
            ],
        )
    return {"application_id": number, "rows": len(roster.workers)}
