"""The difference between two policies, in sentences of both languages."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from strp.domain.employers.caps import percent_or_word
from strp.domain.rules.checkpoint import Admits, CheckpointRule, CheckpointWindow, Form, Shown
from strp.domain.rules.kbli_mapping import KbliMapping, MappingDecision
from strp.domain.rules.policy import Policy, Sector
from strp.domain.service_hours import ServiceHours
from strp.domain.text import Text

Entry = TypeVar("Entry")


def differences(before: Policy, after: Policy) -> list[Text]:
    """Tell what the second policy changes against the first.

    Args:
        before: the one that holds first.
        after: the one that takes its place.

    Returns:
        A sentence for each difference that somebody outside meets; none where they say the same.
    """
    return [
        *_dates(before, after),
        *_service(before, after),
        *_filing(before, after),
        *_named(
            {group.code: group for group in before.exempt_groups},
            {group.code: group for group in after.exempt_groups},
            Text("Kelompok tanpa STRP", "Group without an STRP"),
            lambda old, new: [_changed("keterangan", "its words")] if old != new else [],
            lambda new: new.show_instead,
        ),
        *_named(
            {sector.code: sector for sector in before.sectors},
            {sector.code: sector for sector in after.sectors},
            Text("Sektor", "Sector"),
            _sector,
            _whole_sector,
        ),
        *_named(
            {_class(row): row for row in before.kbli},
            {_class(row): row for row in after.kbli},
            Text("KBLI", "KBLI"),
            _mapping,
            lambda new: Text(_leads_to(new), _leads_to(new)),
        ),
        *_checkpoints(before, after),
        *_rest(before, after),
    ]


def _dates(before: Policy, after: Policy) -> Iterator[Text]:
    yield from _turned(
        Text("Berlaku sejak", "In force from"), before.effective_from, after.effective_from
    )
    yield from _turned(
        Text("Berlaku sampai", "In force until"),
        before.effective_until or "-",
        after.effective_until or "-",
    )
    yield from _turned(
        Text("Masa berlaku surat", "Certificates are valid"),
        f"{before.period.starts_on} – {before.period.ends_on}",
        f"{after.period.starts_on} – {after.period.ends_on}",
    )
    yield from _turned(
        Text("Masa berlaku", "Period"),
        f"{before.period.number} ({before.period.code})",
        f"{after.period.number} ({after.period.code})",
    )


def _service(before: Policy, after: Policy) -> Iterator[Text]:
    yield from _turned(
        Text("Tenggat keputusan (jam layanan)", "Decision due within (hours of service)"),
        before.sla_hours,
        after.sla_hours,
    )
    yield from _turned(
        Text("Jam layanan perusahaan (WIB)", "Hours of service for companies (WIB)"),
        _hours(before.company_hours),
        _hours(after.company_hours),
    )
    yield from _turned(
        Text("Jam layanan kebutuhan mendesak (WIB)", "Hours of service for urgent needs (WIB)"),
        _hours(before.urgent_hours),
        _hours(after.urgent_hours),
    )


def _filing(before: Policy, after: Policy) -> Iterator[Text]:
    for what, was, now in (
        (
            Text("Yang mengajukan pekerja", "Who files for workers"),
            *_both(before, after, "workers"),
        ),
        (
            Text("Yang mengajukan mitra", "Who files for partners"),
            *_both(before, after, "partners"),
        ),
    ):
        yield from _turned(what, was, now)
    yield from _turned(
        Text("Dokumen tiap pekerja", "Documents of each worker"),
        _documents(before),
        _documents(after),
    )
    yield from _turned(
        Text("Beberapa KBLI", "Several KBLI"), before.several_kbli.by, after.several_kbli.by
    )
    yield from _turned(
        Text("Yang tidak lagi sesuai", "Who no longer fits"),
        _unfit(before),
        _unfit(after),
    )


def _both(before: Policy, after: Policy, name: str) -> tuple[str, str]:
    return str(getattr(before.filing, name)), str(getattr(after.filing, name))


def _unfit(policy: Policy) -> str:
    rule = policy.unfit
    return f"{rule.then} ({rule.notice_hours} h)" if rule.notice_hours else str(rule.then)


def _documents(policy: Policy) -> str:
    listed = [str(each).replace(" or ", " / ") for each in policy.worker_documents]
    return ", ".join(listed) or "-"


def _sector(old: Sector, new: Sector) -> Iterator[Text]:
    if old.name != new.name:
        yield Text(f"nama menjadi {new.name.id}", f"is now called {new.name.en}")
    if old.frees_all != new.frees_all:
        who_id, who_en = (
            ("semua perusahaan", "everybody") if new.frees_all else ("pemerintah", "government")
        )
        yield Text(f"tanpa STRP untuk {who_id}", f"without an STRP for {who_en}")
    if old.class_ != new.class_:
        yield Text(
            f"kelas {old.class_} menjadi {new.class_}", f"class {old.class_} is {new.class_}"
        )
    if old.caps != new.caps:
        was, now = (
            "/".join(str(percent_or_word(cap)) for cap in sector.caps) for sector in (old, new)
        )
        yield Text(
            f"batas pelayanan/kantor {was} menjadi {now}", f"caps service/office {was} become {now}"
        )
    if old.evidence != new.evidence:
        yield Text(
            f"bukti: {'; '.join(each.id for each in new.evidence) or '-'}",
            f"evidence: {'; '.join(each.en for each in new.evidence) or '-'}",
        )
    if old.remarks != new.remarks:
        says = new.remarks or Text("-", "-")
        yield Text(f"keterangan: {says.id.rstrip('.')}", f"remarks: {says.en.rstrip('.')}")


def _class(row: KbliMapping) -> str:
    return f"{row.prefix} ({row.edition})"


def _mapping(old: KbliMapping, new: KbliMapping) -> Iterator[Text]:
    was, now = _leads_to(old), _leads_to(new)
    if was != now:
        to_officer = new.decision is MappingDecision.REVIEW and old.decision != new.decision
        yield Text(
            f"{was} menjadi {now}{'; petugas memutuskan' if to_officer else ''}",
            f"{was} becomes {now}{'; an officer decides' if to_officer else ''}",
        )


def _leads_to(row: KbliMapping) -> str:
    return f"{row.sector or '-'} {row.decision}"


def _whole_sector(new: Sector) -> Text:
    service, office = (percent_or_word(cap) for cap in new.caps)
    return Text(
        f"{new.name.id}, kelas {new.class_}, batas pelayanan/kantor {service}/{office}",
        f"{new.name.en}, class {new.class_}, caps service/office {service}/{office}",
    )


def _checkpoints(before: Policy, after: Policy) -> Iterator[Text]:
    yield from _named(
        _rules(before),
        _rules(after),
        Text("Pos pemeriksaan", "Checkpoint"),
        _checkpoint,
        _whole_checkpoint,
    )


def _rules(policy: Policy) -> Mapping[str, CheckpointRule]:
    """Rules of checkpoints by kind, days and first day."""
    return {
        " ".join((rule.code, *rule.days, *([str(rule.from_on)] if rule.from_on else []))): rule
        for rule in policy.checkpoints
    }


def _checkpoint(old: CheckpointRule, new: CheckpointRule) -> Iterator[Text]:
    if old.until_on != new.until_on:
        yield Text(f"sampai {new.until_on or '-'}", f"until {new.until_on or '-'}")
    if (old.operator, old.name) != (new.operator, new.name):
        yield Text(f"pemeriksa {new.operator or '-'}", f"checked by {new.operator or '-'}")
    if old.windows != new.windows:
        was, now = ("; ".join(map(_window, rule.windows)) for rule in (old, new))
        yield Text(f"jam {was} menjadi {now}", f"hours {was} become {now}")
    for words, was_shown, now_shown in (
        (Text("lewat dengan kartu", "pass by a card"), old.without, new.without),
        (Text("berlaku sebagai pengganti", "counts instead"), old.instead, new.instead),
        (Text("wajib dibawa juga", "is carried too"), old.also, new.also),
    ):
        yield from _shown(words, was_shown, now_shown)
    if old.form is not new.form:
        printed = new.form is Form.PRINTED
        yield Text(
            "surat harus tercetak" if printed else "QR di telepon cukup",
            "the permit must be printed" if printed else "a QR on a phone is enough",
        )


def _whole_checkpoint(new: CheckpointRule) -> Text:
    """What a rule says that was not there before."""
    hours = "; ".join(map(_window, new.windows))
    nothing = replace(new, without=(), instead=(), also=(), form=Form.ANY)
    parts = [Text(f"jam {hours}", f"hours {hours}"), *_checkpoint(nothing, new)]
    return Text("; ".join(each.id for each in parts), "; ".join(each.en for each in parts))


def _shown(words: Text, old: Sequence[Shown], new: Sequence[Shown]) -> Iterator[Text]:
    was, now = ({_entry(each) for each in listed} for listed in (old, new))
    for code in sorted(now - was):
        yield Text(f"{words.id}: {code}", f"{words.en}: {code}")
    for code in sorted(was - now):
        yield Text(f"tidak lagi {words.id}: {code}", f"no longer {words.en}: {code}")


def _entry(shown: Shown) -> str:
    asked_of = f" ({', '.join(shown.sectors)})" if shown.sectors else ""
    if shown.opens is None or shown.closes is None:
        return f"{shown.code}{asked_of}"
    return f"{shown.code} {shown.opens:%H:%M}-{shown.closes:%H:%M}{asked_of}"


def _window(window: CheckpointWindow) -> str:
    who = window.admits.value
    if window.admits is Admits.SECTORS:
        who = " ".join(window.sectors) or "groups"
    return f"{window.opens:%H:%M}-{window.closes:%H:%M} {who}"


def _rest(before: Policy, after: Policy) -> Iterator[Text]:
    """What differs besides: named, not spelled out."""
    for words, name in _OTHERS:
        was, now = (getattr(policy, name) for policy in (before, after))
        if was != now:
            yield Text(f"{words.id} berubah.", f"{words.en} changes.")


_OTHERS = (
    (Text("Wilayah", "Territory"), "territory"),
    (Text("Kebutuhan mendesak", "Urgent needs"), "urgent_needs"),
    (Text("Tempat untuk kebutuhan mendesak", "Where urgent needs go"), "urgent_office"),
    (Text("Keterangan sektor non-esensial", "Words on the non-essential"), "non_essential"),
    (Text("Hari libur", "Holidays"), "holidays"),
    (Text("Dokumen", "Documents"), "documents"),
    (Text("Empat mata", "Four eyes"), "four_eyes"),
    (Text("Lolos langsung", "Straight through"), "straight_through"),
    (Text("Uji petik (persen)", "Samples (percent)"), "sample_percent"),
    (Text("Uji petik menurut risiko", "Samples by risk"), "sample_rates"),
    (Text("Pembulatan batas", "Rounding of caps"), "quota_rounding"),
    (Text("Pekerja di lokasi perusahaan lain", "People at others' sites"), "outsourced"),
    (Text("Arti catatan NIK", "What a note on a NIK leads to"), "note_effects"),
    (Text("Tenggat keberatan (jam)", "Hours for an objection"), "objection_hours"),
    (Text("Pemeriksa tanpa jaringan (jam)", "Hours without a network"), "offline_hours"),
    (Text("Jembatan edisi KBLI", "Bridges of editions of KBLI"), "kbli_bridges"),
    (Text("Pernyataan tentang KBLI", "Statement on KBLI"), "kbli_statement"),
    (Text("Bagian ruang tunggu", "Shares of the waiting room"), "lane_shares"),
    (Text("Latihan", "Exercise"), "follows_today"),
)


def _named(
    old: Mapping[str, Entry],
    new: Mapping[str, Entry],
    words: Text,
    told: Callable[[Entry, Entry], Iterable[Text]],
    whole: Callable[[Entry], Text],
) -> Iterator[Text]:
    """Entries that came, went, or are not what they were."""
    for code in dict.fromkeys((*old, *new)):
        was, now = old.get(code), new.get(code)
        if was is None:
            says = whole(now) if now is not None else Text("", "")
            yield Text(
                f"{words.id} {code} ditambahkan: {says.id.rstrip('.')}.",
                f"{words.en} {code} is added: {says.en.rstrip('.')}.",
            )
        elif now is None:
            yield Text(f"{words.id} {code} dihapus.", f"{words.en} {code} is removed.")
        elif parts := list(told(was, now)):
            yield Text(
                f"{words.id} {code}: {'; '.join(part.id for part in parts)}.",
                f"{words.en} {code}: {'; '.join(part.en for part in parts)}.",
            )


def _turned(words: Text, was: object, now: object) -> Iterator[Text]:
    if was != now:
        yield Text(f"{words.id}: {was} menjadi {now}.", f"{words.en}: {was} becomes {now}.")


def _changed(what_id: str, what_en: str) -> Text:
    return Text(f"{what_id} berubah", f"{what_en} change")


def _hours(hours: ServiceHours | None) -> str:
    return f"{hours.opens:%H:%M}-{hours.closes:%H:%M}" if hours else "00:00-24:00"
