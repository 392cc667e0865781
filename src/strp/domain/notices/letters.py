"""Letters that STRP sends: plain text, short, in both languages, the reader's first.

A code stands in the body alone: subjects show on locked screens.
"""

from dataclasses import dataclass
from enum import StrEnum

from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import Role
from strp.domain.text import Language, Text

_SIGNATURE = Text(
    id="Surat ini dikirim otomatis oleh STRP; tidak perlu dibalas.",
    en="STRP sent this by itself; there is no need to answer.",
)
_LINE = "\n\n" + "-" * 40 + "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Subject and body of a letter."""

    subject: str
    body: str


def sign_in_letter(code: str, language: Language) -> Letter:
    """The code for signing in.

    Args:
        code: six digits.
        language: of the reader.
    """
    subject = Text(id="Kode masuk STRP", en="Your STRP sign-in code")
    body = Text(
        id=f"Kode masuk Anda:\n\n    {code}\n\n"
        "Berlaku 10 menit, untuk satu kali masuk. Jangan berikan kepada siapa pun: petugas "
        "tidak pernah memintanya.\n\n"
        "Tidak meminta kode? Abaikan surat ini. Tanpa kode ini tidak ada yang bisa masuk.",
        en=f"Your sign-in code:\n\n    {code}\n\n"
        "It is good for 10 minutes, once. Give it to nobody: officials never ask for it.\n\n"
        "You did not ask for a code? Ignore this letter. Nobody gets in without the code.",
    )
    return write_letter(subject, body, language)


def sign_in_link_letter(link: str, language: Language) -> Letter:
    """The link for signing in while codes are off, because somebody guesses or floods.

    Args:
        link: of the page whose button signs in.
        language: of the reader.
    """
    subject = Text(id="Tautan masuk STRP", en="Your STRP sign-in link")
    body = Text(
        id="Kode sedang tidak dipakai: ada yang menebak-nebak atau terlalu sering memintanya. "
        f"Buka tautan ini di peramban tempat Anda ingin masuk, lalu tekan Masuk:\n\n    {link}"
        "\n\nBerlaku 30 menit, untuk satu kali masuk. Jangan berikan kepada siapa pun: petugas "
        "tidak pernah memintanya.\n\n"
        "Tidak meminta surat ini? Abaikan saja. Tanpa tautan ini tidak ada yang bisa masuk.",
        en="Codes are off at the moment: somebody guesses them or asks for too many. Open this "
        f"link in the browser that you want to sign in with, and press Sign in:\n\n    {link}"
        "\n\nIt is good for 30 minutes, once. Give it to nobody: officials never ask for it."
        "\n\nYou did not ask for this letter? Ignore it. Nobody gets in without the link.",
    )
    return write_letter(subject, body, language)


class SecurityEvent(StrEnum):
    """What happened to the sign-in of an official's account."""

    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    CODES_MADE = "codes-made"
    RECOVERY_CODE_USED = "recovery-code-used"
    SOMEBODY_GUESSES = "somebody-guesses"
    RESET = "reset"


_SECURITY = {
    SecurityEvent.FACTOR_ADDED: Text(
        id="Faktor kedua (aplikasi autentikator atau kunci sandi) ditambahkan ke akun Anda.",
        en="A second factor (authenticator app or passkey) was added to your account.",
    ),
    SecurityEvent.FACTOR_REMOVED: Text(
        id="Faktor kedua dihapus dari akun Anda.",
        en="A second factor was removed from your account.",
    ),
    SecurityEvent.CODES_MADE: Text(
        id="Kode pemulihan baru dibuat untuk akun Anda; yang lama tidak berlaku lagi.",
        en="New recovery codes were made for your account; the old ones are worth nothing now.",
    ),
    SecurityEvent.RECOVERY_CODE_USED: Text(
        id="Satu kode pemulihan dipakai untuk masuk ke akun Anda. Kode itu tidak berlaku lagi.",
        en="A recovery code was used to sign in to your account. It is worth nothing now.",
    ),
    SecurityEvent.SOMEBODY_GUESSES: Text(
        id="Ada yang sampai ke langkah kedua akun Anda dan menebak-nebak kodenya: orang itu dapat "
        "membuka surel Anda. Kode aplikasi tidak berlaku selama satu hari; kunci sandi dan kode "
        "pemulihan tetap berlaku.",
        en="Somebody got to the second step of your account and guesses its code: they can open "
        "your mail. Codes of the app are off for a day; passkeys and recovery codes go on.",
    ),
    SecurityEvent.RESET: Text(
        id="Administrator menghapus faktor kedua akun Anda. Saat masuk berikutnya Anda memasang "
        "yang baru. Semua sesi Anda diakhiri.",
        en="An administrator removed the second factor of your account. You set up a new one "
        "when you next sign in. All your sessions have ended.",
    ),
}


def security_letter(event: SecurityEvent, address: str, language: Language) -> Letter:
    """Tells an official what happened to the sign-in of their account.

    Args:
        event: what happened.
        address: of STRP's pages.
        language: of the reader.
    """
    said = _SECURITY[event]
    body = Text(
        id=f"{said.id}\n\nBukan Anda? Segera hubungi administrator Anda. Cara masuk diatur di "
        f"{address}/account/security.",
        en=f"{said.en}\n\nThat was not you? Tell your administrator at once. How you sign in is "
        f"set at {address}/account/security.",
    )
    subject = Text(id="Keamanan akun STRP Anda", en="Security of your STRP account")
    return write_letter(subject, body, language)


_ROLES = {
    Role.OFFICER: Text(id="petugas pemeriksa", en="officer"),
    Role.SUPERVISOR: Text(id="penyelia", en="supervisor"),
    Role.INSPECTOR: Text(id="petugas lapangan", en="inspector"),
    Role.ADMINISTRATOR: Text(id="administrator", en="administrator"),
    Role.AUDITOR: Text(id="auditor", en="auditor"),
}


def official_letter(
    role: Role, unit: str, address: str, *, with_factor: bool, language: Language
) -> Letter:
    """Tells an official that they have an account now.

    Args:
        role: of the account.
        unit: office that they work in, or empty.
        address: of STRP's pages.
        with_factor: whether they set up a second factor at the first sign-in.
        language: of the reader.
    """
    called = _ROLES[role]
    where = f" ({unit})" if unit else ""
    factor = Text("", "")
    if with_factor:
        factor = Text(
            id=" Saat pertama masuk Anda memasang faktor kedua: kunci sandi (passkey) atau "
            "aplikasi autentikator. Siapkan ponsel Anda.",
            en=" At the first sign-in you set up a second factor: a passkey or an authenticator "
            "app. Have your phone at hand.",
        )
    body = Text(
        id=f"Anda kini {called.id} STRP{where}. Masuk dengan alamat surel ini:\n\n"
        f"    {address}/sign-in\n\nTidak ada kata sandi: kode dikirim ke alamat ini."
        f"{factor.id}\n\nTidak bertugas di STRP? Beri tahu administrator Anda.",
        en=f"You are {called.en} of STRP now{where}. Sign in with this e-mail address:\n\n"
        f"    {address}/sign-in\n\nThere is no password: a code is sent to this address."
        f"{factor.en}\n\nYou do not work with STRP? Tell your administrator.",
    )
    subject = Text(id="Akun Anda di STRP", en="Your account at STRP")
    return write_letter(subject, body, language)


def claim_letter(code: str, nib: Nib, employer: str, claimant: str, language: Language) -> Letter:
    """The code that lets somebody act for an employer, to the address in the registry.

    Args:
        code: six digits.
        nib: employer.
        employer: its name.
        claimant: masked address of the account that asks.
        language: that the claimant reads.
    """
    shown = format_nib(nib)
    subject = Text(id="Kode klaim perusahaan di STRP", en="Code to claim your company at STRP")
    body = Text(
        id=f"{claimant} ingin mengajukan STRP atas nama {employer} (NIB {shown}). "
        f"Jika memang rekan Anda, berikan kode ini kepadanya:\n\n    {code}\n\n"
        "Berlaku 10 menit.\n\n"
        "Tidak mengenalnya? Jangan berikan kode ini, maka ia tidak bisa mengajukan apa pun.",
        en=f"{claimant} wants to file for {employer} (NIB {shown}). "
        f"If that is a colleague of yours, give them this code:\n\n    {code}\n\n"
        "It is good for 10 minutes.\n\n"
        "You do not know them? Keep the code to yourself, and they can file nothing.",
    )
    return write_letter(subject, body, language)


def newcomer_letter(
    nib: Nib, employer: str, newcomer: str, address: str, language: Language
) -> Letter:
    """Tells a representative that another one acts for the employer from now on.

    Args:
        nib: employer.
        employer: its name.
        newcomer: masked address of the new representative.
        address: of STRP's pages, where a dispute is raised.
        language: of the reader.
    """
    shown = format_nib(nib)
    subject = Text(id="Penanggung jawab baru di STRP", en="A new representative at STRP")
    body = Text(
        id=f"{newcomer} kini juga mengajukan STRP atas nama {employer} (NIB {shown}), dengan kode "
        "yang dikirim ke alamat perusahaan.\n\n"
        f"Tidak mengenalnya? Ajukan keberatan di {address}/employer: petugas memutuskan; "
        "sampai saat itu ia tetap dapat mengajukan.",
        en=f"{newcomer} now files for {employer} (NIB {shown}) too, with the code sent to the "
        "company's address.\n\n"
        f"You do not know them? Dispute it at {address}/employer: an officer decides; until "
        "then they go on filing.",
    )
    return write_letter(subject, body, language)


def claim_decided_letter(
    nib: Nib, employer: str, *, approved: bool, address: str, language: Language
) -> Letter:
    """Tells a claimant what the officer decided.

    Args:
        nib: employer.
        employer: its name.
        approved: whether the claimant acts for the employer now.
        address: of STRP's pages.
        language: of the reader.
    """
    shown = format_nib(nib)
    subject = Text(id="Keputusan atas klaim perusahaan", en="Your claim was decided")
    if approved:
        body = Text(
            id=f"Anda kini penanggung jawab {employer} (NIB {shown}). "
            f"Unggah daftar pekerja di {address}/employer.",
            en=f"You now represent {employer} (NIB {shown}). "
            f"Upload your roster at {address}/employer.",
        )
    else:
        body = Text(
            id=f"Petugas menolak klaim Anda atas {employer} (NIB {shown}). Anda dapat mengajukan "
            f"klaim lagi di {address}/employer; petugas akan memeriksanya kembali. Keberatan: "
            f"{address}/employer/{shown}/objections?about=claim&ref={shown}",
            en=f"An officer refused your claim on {employer} (NIB {shown}). You may claim again "
            f"at {address}/employer; an officer will look at it once more. To object: "
            f"{address}/employer/{shown}/objections?about=claim&ref={shown}",
        )
    return write_letter(subject, body, language)


def removed_letter(nib: Nib, employer: str, *, address: str, language: Language) -> Letter:
    """Tells a representative that a colleague has removed them.

    Args:
        nib: employer.
        employer: its name.
        address: of STRP's pages.
        language: of the reader.
    """
    shown = format_nib(nib)
    subject = Text(id="Anda bukan penanggung jawab lagi", en="You represent the company no more")
    body = Text(
        id=f"Penanggung jawab lain mengeluarkan Anda dari {employer} (NIB {shown}). Kunci API yang "
        f"Anda buat tidak berlaku lagi. Bila ini keliru, wakili perusahaan itu lagi dengan kode "
        f"yang dikirim ke alamatnya: {address}/employer/claim",
        en=f"Another representative removed you from {employer} (NIB {shown}). API keys that you "
        f"made have ended. If this is a mistake, claim the company again with the code that is "
        f"sent to its address: {address}/employer/claim",
    )
    return write_letter(subject, body, language)


def claim_objection_letter(
    nib: Nib, employer: str, *, upheld: bool, address: str, language: Language
) -> Letter:
    """Tells a claimant what became of the objection to the refusal of the claim.

    Args: as `claim_decided_letter`.
    """
    shown = format_nib(nib)
    page = f"{address}/employer/{shown}/objections"
    subject = Text(id="Keputusan atas keberatan Anda", en="Your objection was decided")
    if upheld:
        body = Text(
            id=f"Keberatan Anda diterima: klaim Anda atas {employer} (NIB {shown}) diperiksa "
            f"petugas lagi. Hasilnya dikirim ke surel ini. Selengkapnya: {page}",
            en=f"Your objection was upheld: an officer examines your claim on {employer} (NIB "
            f"{shown}) again. You get the result by e-mail. Details: {page}",
        )
    else:
        body = Text(
            id=f"Keberatan Anda atas penolakan klaim {employer} (NIB {shown}) tidak diterima. "
            f"Alasannya: {page}",
            en=f"Your objection to the refused claim on {employer} (NIB {shown}) was not upheld. "
            f"The reason: {page}",
        )
    return write_letter(subject, body, language)


def of_exercise(letter: Letter) -> Letter:
    """The same letter, marked as one of an exercise, in both languages."""
    return Letter(
        subject=f"LATIHAN – {letter.subject}",
        body="LATIHAN / EXERCISE: surat ini tentang latihan / this is about an exercise.\n\n"
        + letter.body,
    )


def write_letter(subject: Text, body: Text, language: Language) -> Letter:
    """A letter in the reader's language, the other one below.

    Args:
        subject: in both languages; the reader's is used.
        body: in both languages, without greeting or signature.
        language: the reader's.
    """
    other = Language.ID if language is Language.EN else Language.EN
    parts = [f"{body.in_(each)}\n\n{_SIGNATURE.in_(each)}" for each in (language, other)]
    return Letter(subject=subject.in_(language), body=_LINE.join(parts) + "\n")
