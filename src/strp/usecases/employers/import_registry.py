"""Brings the employer registry up to an extract, and accounts for every line of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from strp.domain.employers.employer import email_aad
from strp.domain.employers.registry_line import EmployerProblem, EmployerRecord, duplicate_nib
from strp.domain.people.account import Actor, may_change_rules, not_your_task
from strp.outside.registries.employer_extract import read_registry, registry_digest
from strp.store import audit
from strp.store.employers import registry
from strp.store.employers.registry import ImportLedger, RegisteredLine
from strp.store.engine.database import Connection
from strp.store.filing.intake import allow_long
from strp.usecases.employers.registry_effects import (
    RegistryEffects,
    ask_after_import,
    measure_lines,
)
from strp.usecases.process.system import System

MOST_PROBLEMS_KEPT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployerImport:
    """What became of an extract.

    Args:
        problems: the first of them, in the order of the lines.
        problems_left_out: number of problems beyond these.
        effects: what the extract changes for the rules.
    """

    import_id: int
    ledger: ImportLedger
    effects: RegistryEffects
    problems: tuple[EmployerProblem, ...]
    problems_left_out: int


async def import_employers(system: System, actor: Actor, path: Path) -> EmployerImport:
    """Import an employer registry extract; the same file a second time changes nothing.

    Args:
        system: the installation.
        actor: the operator or an administrator.
        path: CSV file, see "Employer registry extract" in the contract.

    Raises:
        Forbidden: the actor may not change the registry.
        InvalidInput: the file is refused whole; says why.
    """
    _may(actor)
    async with system.database.transaction() as conn:
        done = await _import(system, conn, actor, path)
    system.reference.employers.clear()
    return done


async def preview_import(system: System, actor: Actor, path: Path) -> EmployerImport:
    """What `import_employers` would do now: the same steps in a transaction that is given up.

    Raises: as `import_employers`.

    Args:
        actor: who would import it.
        path: CSV file.
    """
    _may(actor)
    async with system.database.transaction() as conn:
        done = await _import(system, conn, actor, path)
        raise psycopg.Rollback
    return done


async def _import(system: System, conn: Connection, actor: Actor, path: Path) -> EmployerImport:
    now, tally = system.clock(), _Tally()
    await allow_long(conn)
    digest = registry_digest(path)
    import_id = await registry.begin_import(conn)
    await registry.stage_lines(conn, _sealed(system, tally.sound(path)))
    tally.reject(duplicate_nib(line) for line in await registry.repeated_lines(conn))
    effects, policy = await measure_lines(conn, now)
    merged = await registry.merge_lines(conn, import_id, now)
    if policy is not None:
        await ask_after_import(conn, actor, import_id, policy, effects, now)
    ledger = ImportLedger(
        rows=tally.rows,
        inserted=merged.inserted,
        updated=merged.updated,
        unchanged=merged.employers - merged.inserted - merged.updated,
        rejected=tally.rejected,
    )
    await registry.save_ledger(
        conn,
        import_id,
        file_name=path.name,
        file_sha256=digest,
        ledger=ledger,
        problems=tally.kept,
        at=now,
    )
    await audit.record(
        conn,
        at=now,
        actor=actor.label,
        action="employers-imported",
        subject=f"employer-import:{import_id}",
        detail={**ledger._asdict(), "reclassified": len(effects.reclassified)},
    )
    return EmployerImport(
        import_id=import_id,
        ledger=ledger,
        problems=tuple(sorted(tally.kept, key=lambda problem: problem.line)),
        problems_left_out=tally.problems - len(tally.kept),
        effects=effects,
    )


def _may(actor: Actor) -> None:
    if not may_change_rules(actor):
        raise not_your_task()


@dataclass(slots=True)
class _Tally:
    """Counts lines as they go by, and keeps the first problems."""

    rows: int = 0
    rejected: int = 0
    problems: int = 0
    kept: list[EmployerProblem] = field(default_factory=list)

    def sound(self, path: Path) -> Iterator[EmployerRecord]:
        """The sound lines of the file."""
        for line in read_registry(path):
            self.rows += 1
            if isinstance(line, EmployerRecord):
                yield line
            else:
                self.rejected += 1
                self._keep(line)

    def reject(self, problems: Iterator[EmployerProblem]) -> None:
        """Count lines that were sound by themselves."""
        for problem in problems:
            self.rejected += 1
            self._keep((problem,))

    def _keep(self, problems: tuple[EmployerProblem, ...]) -> None:
        self.problems += len(problems)
        self.kept.extend(problems[: MOST_PROBLEMS_KEPT - len(self.kept)])


def _sealed(system: System, records: Iterator[EmployerRecord]) -> Iterator[RegisteredLine]:
    for record in records:
        if record.email is None:
            yield RegisteredLine(record.line, record.facts, None, None)
            continue
        yield RegisteredLine(
            record.line,
            record.facts,
            system.keys.index(f"EMAIL:{record.email}"),
            system.keys.seal(record.email.encode(), email_aad(record.facts.nib)),
        )
