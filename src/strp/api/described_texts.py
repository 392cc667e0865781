"""What each call does, and what to know before one calls it, in both languages.

The description has one text for each call; Indonesian comes first, English beside it.
"""

from collections.abc import Mapping
from typing import Final

from strp.domain.text import Language, Text

LIMITS_SIGNED_IN: Final = Text(
    "Batas: satu kunci boleh memanggil 2.000 kali sekaligus dan 500 kali per detik seterusnya, "
    "satu sesi 600 kali sekaligus dan 20 kali per detik. Di atas itu: 429 dengan `Retry-After`.",
    "Rate limits: a key may call 2,000 times at once and 500 times a second in the long run, a "
    "session 600 times at once and 20 a second. Beyond that: 429 with `Retry-After`.",
)
LIMITS_OPEN: Final = Text(
    "Batas: tanpa kunci, 2.000 panggilan sekaligus dan 200 per detik seterusnya dari satu blok "
    "alamat (/24, /48). Di atas itu: 429 dengan `Retry-After`.",
    "Rate limits: without a key, 2,000 calls at once and 200 a second in the long run from one "
    "block of addresses (/24, /48). Beyond that: 429 with `Retry-After`.",
)
LIMITS_ROOM: Final = Text(
    "Batas: 2.000 nomor antrean sekaligus dan 50 per detik seterusnya untuk satu blok alamat "
    "(/24, /48). Di atas itu: 429 dengan `Retry-After`.",
    "Rate limits: 2,000 tickets at once and 50 a second in the long run for one block of addresses "
    "(/24, /48). Beyond that: 429 with `Retry-After`.",
)
_LARGE_ONE: Final = Text(
    "Sampai 250 surat langsung dikirim. Yang lebih banyak dibuat di latar belakang: panggilan "
    "menunggu sepuluh detik, lalu menjawab 425 `document-being-made` dengan `Retry-After`; minta "
    "lagi sampai jawabannya 200. Berkas yang sudah jadi disimpan beberapa jam, mempunyai `ETag`, "
    "dan unduhannya dapat dilanjutkan dengan `Range` dan `If-Range`.",
    "Up to 250 come at once. More are made in the background: the call waits ten seconds, then "
    "answers 425 `document-being-made` with `Retry-After`; ask again until it answers 200. A file "
    "that is ready is kept for hours, has an `ETag`, and can be resumed with `Range` and "
    "`If-Range`.",
)
_FILING: Final[Mapping[str, Text]] = {
    "file_application": Text(
        "Kirim daftar pekerja sebagai JSON, CSV, atau lembar kerja (.xlsx, .xls, .ods); jenisnya "
        "dikenali dari isinya, bukan dari tipe medianya. `nib` menyebut perusahaan: di alamat, di "
        "JSON, atau di keduanya dengan nilai yang sama. Jawaban baru dikirim setelah pengajuan "
        "tersimpan. Satu baris salah tidak menghentikan yang lain: `ledger` mencatat nasib setiap "
        "baris, `problems` apa yang perlu diperbaiki. Sertakan `Idempotency-Key`: bila tidak ada "
        "jawaban, ulangi dengan kunci yang sama dan tanda terimanya sama. Isi boleh dikemas "
        "dengan gzip (`Content-Encoding`).",
        "Send the list of workers as JSON, CSV or a spreadsheet (.xlsx, .xls, .ods); which of them "
        "it is, is told by the content, not by the media type. `nib` names the employer, in the "
        "address, in the JSON, or in both alike. The answer leaves only when the filing is durable."
        " One bad row never stops the others: `ledger` says where each row went, `problems` what "
        "to fix. Send an `Idempotency-Key`: whoever hears nothing repeats the call with the same "
        "key and gets the same receipt. A body may be packed with gzip (`Content-Encoding`).",
    ),
    "get_application": Text(
        "Status pengajuan dan jumlah pekerja per status. Tanyakan tiap beberapa detik sampai "
        "`state` menjadi `decided`; `due_at` menyebut waktu paling lambat.",
        "The state of an application and its workers by state. Ask every few seconds until `state` "
        "is `decided`; `due_at` says when it is at the latest.",
    ),
    "withdraw_application": Text(
        "Menarik pekerja yang belum diputus. Surat yang sudah terbit tetap berlaku.",
        "Take back the workers who are not decided yet. Certificates that were issued stand.",
    ),
    "get_workers": Text(
        "Pekerja menurut urutan baris, sehalaman demi sehalaman: kirim `next` sebagai `after` "
        "halaman berikutnya, sampai `next` kosong (null). Identitas disamarkan. `serial` dan "
        "`certificate` ada setelah surat terbit, beberapa detik sesudah disetujui. Bila petugas "
        "yang melihat, itu dicatat.",
        "Workers in row order, a page at a time: send `next` of one page as `after` of the "
        "following one, until it is null. Identities are masked. `serial` and `certificate` are "
        "there once one is issued, which takes seconds after the approval. An official's look is "
        "recorded.",
    ),
    "get_corrections": Text(
        "Berkas yang dikirim, hanya baris yang perlu diperbaiki, dengan dua kolom tambahan, "
        "`masalah` dan `cara_memperbaiki`, dalam format semula. Perbaiki lalu ajukan.",
        "The filed file with only its rows to fix and two more columns, `masalah` and "
        "`cara_memperbaiki`, in the format that came in. Fix it and file it.",
    ),
    "get_certificates_zip": Text(
        f"Satu PDF untuk setiap surat yang berlaku, dan daftar isinya. {_LARGE_ONE.id}",
        f"A PDF for each certificate that stands, and an index. {_LARGE_ONE.en}",
    ),
    "get_certificates_pdf": Text(
        f"Satu halaman untuk setiap surat yang berlaku. {_LARGE_ONE.id}",
        f"A page for each certificate that stands. {_LARGE_ONE.en}",
    ),
    "get_links_csv": Text(
        "Nama, empat angka terakhir, telepon (62…), dan tautan pribadi setiap pekerja yang "
        "suratnya berlaku, untuk dibagikan.",
        "Name, last four digits, phone (62…) and private link of each worker whose certificate "
        "stands, to hand out.",
    ),
    "get_links_xlsx": Text("Daftar yang sama sebagai buku kerja.", "The same list as a workbook."),
    "get_refusal_letter": Text(
        "PDF yang menyebut siapa yang ditolak, mengapa, menurut aturan mana, dan cara mengajukan "
        "keberatan.",
        "A PDF that names who was refused, why and under which rule, and how to object.",
    ),
}
_CERTIFICATES: Final[Mapping[str, Text]] = {
    "get_certificate": Text(
        "Isinya, teksnya (seperti di dalam QR), statusnya, dan `link`: alamat pribadi untuk "
        "pekerjanya.",
        "What it says, its text (as in the QR), what became of it, and `link`: the private address "
        "that its worker gets.",
    ),
    "get_certificate_pdf": Text(
        "Satu halaman untuk dicetak (PDF/UA dan PDF/A). Hanya selama surat berlaku.",
        "A page to print (PDF/UA and PDF/A). Only while it stands.",
    ),
    "get_certificate_png": Text("QR sebagai gambar.", "The QR symbol as a picture."),
    "get_certificate_svg": Text(
        "QR sebagai gambar garis, untuk dicetak dalam ukuran apa pun.",
        "The QR symbol as a drawing, for print at any size.",
    ),
    "get_certificate_text": Text(
        "Teks di dalam QR, yang dapat diverifikasi sendiri.",
        "The text in the QR, which verifies by itself.",
    ),
    "replace_certificate": Text(
        "Untuk surat yang hilang, tersebar, atau salah: yang lama dicabut (REVOKED), yang baru "
        "terbit dalam beberapa detik dengan nama, jabatan, dan lokasi yang sudah diperbaiki. "
        "Paling banyak sepuluh kali per pekerja.",
        "For one that is lost, leaked or wrong: the old one is REVOKED, a new one is issued within "
        "seconds, with name, position and site as corrected. At most ten times a worker.",
    ),
    "end_certificate": Text(
        "Untuk pekerja yang sudah keluar; tempatnya dalam kuota bebas lagi.",
        "For a worker who has left; the place under the cap is free again.",
    ),
    "suspend_certificate": Text("Untuk petugas dan penyelia.", "For officers and supervisors."),
    "restore_certificate": Text(
        "Mengakhiri penangguhan surat itu sendiri; untuk petugas dan penyelia. Penangguhan karena "
        "penutupan perusahaan berakhir bersama penutupannya.",
        "Ends a certificate's own suspension; for officers and supervisors. A suspension by a "
        "closure ends with the closure.",
    ),
}
_EMPLOYERS: Final[Mapping[str, Text]] = {
    "put_staff": Text(
        "Jumlah orang yang bekerja bagi perusahaan dalam masa berlaku ini; kuota dihitung dari "
        "jumlah itu. Yang menyatakan bertanggung jawab atas angkanya; sebagian diperiksa petugas.",
        "People who work for the employer in this period, of whom the caps are a share. Who files "
        "answers for the numbers; officials look at some.",
    ),
    "get_sites": Text(
        "Perusahaan yang menyebut lokasi perusahaan ini di `lokasi_kerja`, atau yang lokasinya "
        "disebut oleh perusahaan ini, 50 sekaligus: apa yang dikonfirmasi dan berapa yang "
        "menunggu. Nama pekerja tidak disebut.",
        "Employers that name this employer's site in `lokasi_kerja`, or whose sites it names, 50 "
        "at a time: what was confirmed, and how many wait. No worker is named.",
    ),
    "put_site": Text(
        "Jawaban pemilik lokasi atas pekerja perusahaan lain di lokasinya: berapa yang "
        "dikonfirmasi per jenis lokasi dan sampai kapan, atau mengapa ditolak atau ditarik. Yang "
        "menunggu disaring lagi.",
        "The host's word on an employer's workers at its site: how many it confirms by site type "
        "and until when, or why it declines or withdraws. Those who wait are screened again.",
    ),
    "get_employer_links_csv": Text(
        "Tautan pribadi semua surat perusahaan yang berlaku dalam masa berlaku sekarang.",
        "The private links of all certificates of an employer that stand in the period in force.",
    ),
    "get_employer_links_xlsx": Text(
        "Daftar yang sama sebagai buku kerja.", "The same list as a workbook."
    ),
    "post_objection": Text(
        "Keberatan atas penolakan, oleh batas atau oleh petugas. Untuk satu hal hanya satu "
        "keberatan yang terbuka.",
        "Object to a refusal, by a limit or by an official. One objection is open for each thing.",
    ),
    "get_forecast": Text(
        "Berapa pengajuan diperkirakan melewati tenggat, kapan antrean kosong, dan berapa petugas "
        "diperlukan setiap jam; dibuat ulang sekali semenit. Untuk petugas dan penyelia.",
        "How many applications will probably be decided late, when the desk is clear, and how many "
        "officers each hour needs; made anew every minute. For officers and supervisors.",
    ),
    "get_objection": Text(
        "Keberatan itu dan, setelah diputus, hasilnya.",
        "The objection and, once it is decided, what came of it.",
    ),
    "attach_employer_evidence": Text(
        "Lampirkan surat atau izin (PDF, JPEG, atau PNG, paling besar 10 MB) untuk masa berlaku "
        "sekarang. Jawaban dikirim setelah berkasnya dibaca dan disimpan; petugas yang memutuskan.",
        "Attach a letter or permit (PDF, JPEG or PNG, 10 MB at most) for the period in force. The "
        "answer leaves once it was read and kept; an officer decides.",
    ),
    "list_employer_evidence": Text(
        "Apa yang dilampirkan, yang terbaru lebih dahulu, dan jenis apa yang boleh dilampirkan.",
        "What was attached, the newest first, and which kinds may be attached.",
    ),
    "get_evidence_page": Text(
        "Gambar halaman itu, dibuat oleh STRP. Bila petugas yang melihat, itu dicatat.",
        "A picture that STRP has drawn of the page. An official's look is recorded.",
    ),
}
_PUBLIC: Final[Mapping[str, Text]] = {
    "verify_certificate": Text(
        "Memeriksa teks sebuah QR. Jawaban menyebut seberapa baru dasarnya. Dengan `checkpoint`, "
        "jam berlaku jenis pos itu ikut diperiksa.",
        "Check the text of a QR. The answer says how fresh its ground is. With `checkpoint`, the "
        "hours of that kind of checkpoint count.",
    ),
    "get_keys": Text(
        "Kunci yang menandatangani surat, daftar status, dan paket (RFC 7517). `kid` di kepala "
        "COSE adalah bita yang ditulis `kid` dalam base64url. Kunci dengan `strp: exercise` hanya "
        "menjamin surat latihan.",
        "The keys that sign certificates, lists and bundles (RFC 7517). The `kid` in a COSE header "
        "is the bytes that `kid` encodes in base64url. A key with `strp: exercise` vouches for "
        "certificates of exercises alone.",
    ),
    "get_cose_keys": Text(
        "Kunci surat sejati sebagai COSE_KeySet (RFC 9052, bagian 7): `kid` di sini bita.",
        "The keys of true certificates as a COSE key set (RFC 9052, section 7): `kid` is bytes.",
    ),
    "get_trust_bundle": Text(
        "Kunci, masa berlaku, daftar status, dan aturan pos, bertanda tangan, untuk dipakai tanpa "
        "jaringan. Dengan `lists=inline` daftarnya ikut di dalam.",
        "Keys, periods, status lists and checkpoint rules, signed, for use without a network. "
        "With `lists=inline` the lists themselves are in it.",
    ),
    "get_status_list": Text(
        "Siapa yang dicabut atau ditangguhkan, menurut indeks: Token Status List sebagai CWT "
        "(draft-ietf-oauth-status-list).",
        "Who is revoked or suspended, by index: a Token Status List as CWT "
        "(draft-ietf-oauth-status-list).",
    ),
    "get_policy": Text(
        "Berkas aturan yang berlaku hari ini, dengan tanggal masa berlakunya yang sekarang.",
        "The policy file that counts today, with the dates of its period as they stand.",
    ),
    "get_eligibility": Text(
        "Sebut satu: NIB, golongan usaha (KBLI), sektor, atau peran. Yang pertama ada menurut "
        "urutan ini yang dijawab.",
        "Name one: a NIB, business classes (KBLI), a sector or a role. The first that is there in "
        "this order is answered.",
    ),
}
_ROOM: Final[Mapping[str, Text]] = {
    "get_room": Text(
        "Isinya sama untuk semua: yang nomornya tidak di atas `serving` jalurnya boleh masuk. "
        "Tanyakan paling sering sekali per detik.",
        "The same bytes for everybody: whose number is not above `serving` of its lane comes in. "
        "Ask once a second at most.",
    ),
    "take_ticket": Text(
        "Bila `open` di `/waiting-room.json` bernilai true, tidak ada antrean dan panggilan tidak "
        "memerlukan nomor. Isi boleh dikosongkan.",
        "Where `open` of `/waiting-room.json` is true there is no line, and calls need no ticket. "
        "The body may be left out.",
    ),
    "come_in": Text(
        "Tunjukkan nomor yang sudah dilayani; jawabannya memasang kuki yang membuka pintu. "
        "Sebelum itu 425, dan `poll_after_s` menyebut kapan bertanya lagi.",
        "Show a ticket whose number is served; the answer sets the cookie that lets in. Before "
        "that it is 425, and `poll_after_s` says when to ask again.",
    ),
    "find_seat": Text(
        "Temukan lagi tempat dalam antrean di perangkat lain, setelah masuk.",
        "Find the place in line again on another device, after signing in.",
    ),
    "keep_seat": Text(
        "Simpan nomor yang ditunjukkan pada akun yang sedang masuk.",
        "Keep the ticket that is shown with the account that is signed in.",
    ),
    "get_order": Text(
        "Siapa masuk kapan, hanya menurut nomor, agar siapa pun dapat memeriksanya: nomor masuk, "
        "tempat, yang dilayani saat itu, dan waktunya. Kirim `next` sebagai `after` halaman "
        "berikutnya.",
        "Who came in when, by number alone, for anyone to check: entry number, place, what was "
        "served then, and the time. Send `next` of one page as `after` of the following one.",
    ),
    "get_opening": Text(
        "Komitmen undian pembukaan terakhir dan, setelah diundi, benihnya. `opening` kosong "
        "(null) bila tidak ada.",
        "The commitment of the last opening's draw, and once it was, the seed that it was made "
        "with. `opening` is null where there was none.",
    ),
}
_OPERATIONS: Final[Mapping[str, Text]] = {
    "describe": Text(
        "Uraian pintu ini (OpenAPI 3.1).", "The description of this door (OpenAPI 3.1)."
    ),
    "get_security": Text(
        "security.txt (RFC 9116). 404 bila pengelola tidak menyebut siapa pun.",
        "security.txt (RFC 9116). 404 where the operator names nobody.",
    ),
    "alive": Text("Apakah proses ini menjawab.", "Whether this process answers."),
    "ready": Text(
        "Apakah proses ini dapat bekerja: basis data menjawab dan tugas-tugasnya berjalan.",
        "Whether this process can do its work: the database answers, and its loops go on.",
    ),
    "metrics": Text(
        "Angka dalam format teks Prometheus; tanpa data pribadi.",
        "Numbers in Prometheus' text format; no personal data.",
    ),
}
LICENCE: Final[Mapping[str, str]] = {
    "name": "Belum berlisensi; semua hak pada pemiliknya / not licensed yet; all rights are the "
    "owner's",
    "identifier": "LicenseRef-STRP-not-licensed",
}
"""As README.md says; change both where the owner chooses a licence."""
TEXTS: Final[Mapping[str, Text]] = {
    **_FILING,
    **_CERTIFICATES,
    **_EMPLOYERS,
    **_PUBLIC,
    **_ROOM,
    **_OPERATIONS,
}
TAGS: Final[Mapping[str, Text]] = {
    "applications": Text(
        "Daftar pekerja yang diajukan, dan hasilnya.", "Rosters in, and what becomes of them."
    ),
    "certificates": Text(
        "Surat, perbaikan, dan surat penolakan atas yang diajukan.",
        "Certificates, corrections and letters of what was filed.",
    ),
    "employers": Text(
        "Apa yang dinyatakan perusahaan tentang dirinya.", "What an employer says of itself."
    ),
    "evidence": Text(
        "Surat dan izin yang dilampirkan perusahaan.",
        "Letters and permits that an employer attaches.",
    ),
    "objections": Text("Keberatan atas penolakan.", "Objections to refusals."),
    "desk": Text("Perkiraan antrean; untuk petugas.", "What the desk foresees; for officials."),
    "public": Text(
        "Apa yang boleh ditanyakan siapa pun tanpa masuk.",
        "What anyone may ask without signing in.",
    ),
    "waiting room": Text(
        "Antrean di depan, bila yang datang lebih banyak daripada yang dapat dilayani.",
        "The line in front, where more come than can be served.",
    ),
    "operations": Text("Apa yang ditanyakan operator.", "What operators ask."),
}
_ABOUT: Final = Text(
    "STRP menerbitkan surat tanda registrasi pekerja dalam keadaan darurat. Program mengajukan "
    "untuk perusahaan dengan kunci yang dibuat penanggung jawab di halaman perusahaan, dikirim "
    "sebagai `Authorization: Bearer …`.\n\n"
    "Pekerjaan utamanya: `POST /api/v1/applications` mengajukan daftar dan memberi tanda terima; "
    "`GET /api/v1/applications/{application_id}` memberi tahu bila sudah diputus; "
    "`GET …/workers` menyebut surat setiap pekerja; "
    "`GET …/certificates.zip` dan `GET /api/v1/certificates/{serial}.pdf` mengambil suratnya.\n\n"
    "Kesalahan berupa dokumen masalah (RFC 9457): `code` tetap, `detail` untuk orang, dalam Bahasa "
    "Indonesia atau, dengan `Accept-Language: en`, dalam Bahasa Inggris. Bila ada `retry_after_s` "
    "dan `Retry-After`, panggilan yang sama mungkin berhasil setelah sekian detik. Alamat yang "
    "tidak ada dijawab 404 `no-such-address`; metode yang tidak dilayani 405 dengan `Allow`. Kode, "
    "anggota, dan nilai baru dapat ditambahkan; yang sudah ada tidak berubah artinya.",
    "STRP issues worker permits of an emergency. A program files for an employer with the key that "
    "its representative makes on the employer's page, sent as `Authorization: Bearer …`.\n\n"
    "The main job: `POST /api/v1/applications` files a roster and gives a receipt; "
    "`GET /api/v1/applications/{application_id}` tells when it is decided; "
    "`GET …/workers` names each worker's certificate; "
    "`GET …/certificates.zip` and `GET /api/v1/certificates/{serial}.pdf` bring the papers.\n\n"
    "Errors are problem documents (RFC 9457): `code` is stable, `detail` is for people, in "
    "Indonesian or, with `Accept-Language: en`, in English. Where `retry_after_s` and "
    "`Retry-After` are told, the same call may succeed after so many seconds. An address that is "
    "not there is 404 `no-such-address`; a method that an address does not serve is 405 with "
    "`Allow`. New codes, members and values may be added; what is there keeps its meaning.",
)
_GUIDE: Final = Text(
    "Halaman yang menuntun melalui pekerjaan utama dalam curl, Python, dan JavaScript: `/api`.",
    "A page that leads through the main job in curl, Python and JavaScript is at `/api`.",
)
ABOUT: Final = "\n\n".join(
    f"{_ABOUT.in_(each)}\n\n{LIMITS_SIGNED_IN.in_(each)} {LIMITS_OPEN.in_(each)}\n\n"
    f"{_GUIDE.in_(each)}"
    for each in (Language.ID, Language.EN)
)
