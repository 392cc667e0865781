// What the app says, in both languages.

import type { Sentence, Verdict } from "../verifier/src/index";
import type { Cause } from "./judge";

export type Language = "id" | "en";

export const VERDICT_WORDS: Record<Verdict, Sentence> = {
  VALID: { id: "Berlaku", en: "Valid" },
  EXERCISE: { id: "LATIHAN", en: "EXERCISE" },
  NOT_YET_VALID: { id: "Belum berlaku", en: "Not yet valid" },
  EXPIRED: { id: "Sudah tidak berlaku", en: "Expired" },
  REVOKED: { id: "Sudah dicabut", en: "Revoked" },
  SUSPENDED: { id: "Sedang ditangguhkan", en: "Suspended" },
  OUTSIDE_WINDOW: { id: "Di luar jam berlaku", en: "Outside the hours" },
  UNTRUSTED: { id: "Tidak dapat dipercaya", en: "Not to be trusted" },
  UNREADABLE: { id: "Tidak terbaca", en: "Unreadable" },
};

/** What the officer does next. */
export const NEXT_STEPS: Record<Verdict, Sentence> = {
  VALID: {
    id: "Sama dengan KTP: persilakan lewat. Tidak sama: jangan terima, catat nomor seri.",
    en: "Same as on the identity card: let pass. Not the same: do not accept it, note the serial.",
  },
  EXERCISE: {
    id: "Hanya untuk latihan. Di luar latihan: minta putar balik.",
    en: "For an exercise only. Outside of it: ask the holder to turn round.",
  },
  NOT_YET_VALID: {
    id: "Minta putar balik sampai tanggal itu.",
    en: "Ask the holder to turn round until that day.",
  },
  EXPIRED: {
    id: "Minta putar balik. Perusahaan dapat mengajukan STRP baru.",
    en: "Ask the holder to turn round. The employer can file for a new STRP.",
  },
  REVOKED: {
    id: "Minta putar balik, dan catat nomor seri.",
    en: "Ask the holder to turn round, and note the serial.",
  },
  SUSPENDED: {
    id: "Minta putar balik. Perusahaannya dapat menjelaskan.",
    en: "Ask the holder to turn round. The employer can explain.",
  },
  OUTSIDE_WINDOW: {
    id: "Minta putar balik, dan kembali pada jam yang dibuka.",
    en: "Ask the holder to turn round, and come back in the hours that are open.",
  },
  UNTRUSTED: {
    id: "Jangan diterima. Catat, lalu hubungi koordinator pos.",
    en: "Do not accept it. Make a note, then call the coordinator of the post.",
  },
  UNREADABLE: {
    id: "Pindai sekali lagi, atau ketik nomor seri di bawah kode.",
    en: "Scan it once more, or type the serial below the code.",
  },
};

/** What the officer does next where the verdict alone does not say it. */
export const STEPS_BY_CAUSE: Record<Cause, Sentence> = {
  "no-ground": {
    id: "Sambungkan ponsel ke jaringan, lalu pindai lagi. Jika tidak bisa, hubungi koordinator pos.",
    en: "Put the phone on line, then scan again. If that cannot be, call the coordinator of the post.",
  },
  refusal: {
    id: "Minta putar balik: pengajuannya ditolak. Perusahaannya dapat menjelaskan.",
    en: "Ask the holder to turn round: the filing was refused. The employer can explain.",
  },
  "another-code": {
    id: "Ini kode untuk hal lain. Minta kode STRP-nya; kalau tidak ada, minta putar balik.",
    en: "This code is of something else. Ask for the STRP's own code; if there is none, ask to turn round.",
  },
  link: {
    id: "Ini tautan ke halaman pekerja. Minta ia membukanya, lalu pindai kode STRP di halaman itu.",
    en: "This is the link of the worker's page. Ask the worker to open it, then scan the STRP's code there.",
  },
  "closed-today": {
    id: "Minta putar balik: hari ini titik ini tidak dibuka untuk sektornya.",
    en: "Ask the holder to turn round: today this checkpoint does not open to the sector.",
  },
};

export const OPEN_TO_ALL: Sentence = {
  id: "Pada jam ini semua boleh lewat. Beri tahu pemegangnya bahwa surat ini tidak berlaku.",
  en: "At this hour everyone passes. Tell the holder that this certificate does not count.",
};

const WORDS = {
  title: { id: "Pos pemeriksaan", en: "Checkpoint" },
  otherLanguage: { id: "English", en: "Bahasa Indonesia" },
  kind: { id: "Jenis titik pemeriksaan", en: "Kind of checkpoint" },
  noKind: { id: "Tanpa jam", en: "No hours" },
  scan: { id: "Pindai dengan kamera", en: "Scan with the camera" },
  scanning: { id: "Arahkan kamera ke kode QR.", en: "Point the camera at the QR code." },
  camera: { id: "Kamera", en: "Camera" },
  torch: { id: "Senter", en: "Torch" },
  zoom: { id: "Perbesar", en: "Zoom" },
  nextCamera: { id: "Ganti kamera", en: "Other camera" },
  photo: { id: "Foto kode QR", en: "Photo of the QR code" },
  code: { id: "Nomor seri, atau teks kode QR", en: "Serial, or text of the QR code" },
  check: { id: "Periksa", en: "Check" },
  result: { id: "Hasil", en: "Result" },
  reading: { id: "Sedang dibaca …", en: "Reading …" },
  compare: { id: "Cocokkan dengan KTP:", en: "Compare with the identity card:" },
  identity: { id: "NIK berakhir", en: "NIK ends in" },
  employer: { id: "Perusahaan", en: "Employer" },
  serial: { id: "Nomor seri", en: "Serial" },
  period: { id: "Masa berlaku", en: "Period" },
  sector: { id: "Sektor", en: "Sector" },
  critical: { id: "kritikal", en: "critical" },
  essential: { id: "esensial", en: "essential" },
  exempt: { id: "dikecualikan", en: "exempt" },
  next: { id: "Lalu", en: "Next" },
  exerciseMark: {
    id: "LATIHAN: surat ini terbit dalam latihan dan tidak berlaku di lapangan.",
    en: "EXERCISE: this was issued in an exercise and permits nothing.",
  },
  severalCodes: { id: "{n} kode dalam satu gambar", en: "{n} codes in one picture" },
  checkedAt: { id: "Pemeriksaan ke-{n}, {at}.", en: "Check {n}, {at}." },
  dataAge: { id: "Data pemeriksa berumur {age}.", en: "Data {age} old." },
  staleData: {
    id: "DATA LAMA ({age}): pencabutan terbaru mungkin belum terlihat. Sambungkan ke jaringan.",
    en: "OLD DATA ({age}): the latest revocations may not be seen. Go on line.",
  },
  seconds: { id: "{n} detik", en: "{n} s" },
  minutes: { id: "{n} menit", en: "{n} min" },
  hours: { id: "{n} jam", en: "{n} h" },
  days: { id: "{n} hari", en: "{n} days" },
  readyOffline: { id: "Siap dipakai tanpa jaringan.", en: "Ready for use without a network." },
  notReadyOffline: { id: "Belum siap tanpa jaringan.", en: "Not yet ready without a network." },
  noData: {
    id: "Belum ada data pemeriksa di ponsel ini. Sambungkan ke jaringan sekali.",
    en: "This phone has no data to check with yet. Go on line once.",
  },
  dataEnded: {
    id: "Data pemeriksa terlalu lama: tidak ada yang boleh lewat dengan data ini saja. Sambungkan ke jaringan.",
    en: "The data is too old: nobody passes by it alone. Go on line.",
  },
  notKept: {
    id: "Penyimpanan ponsel penuh atau terkunci: data hanya ada sampai aplikasi ditutup. Kosongkan sedikit ruang.",
    en: "The phone's storage is full or locked: the data lasts until the app is closed. Free some space.",
  },
  older: {
    id: "Server mengirim data yang lebih lama; data yang lebih baru tetap dipakai.",
    en: "The server sent older data; the newer one stays in use.",
  },
  refused: {
    id: "Data dari server ditolak: tanda tangannya tidak benar atau penandatangannya bukan yang dikenal. Data sebelumnya tetap dipakai. Hubungi koordinator.",
    en: "Data from the server was refused: its signature is wrong or its signer is not the known one. The earlier data stays in use. Call the coordinator.",
  },
  clockSlow: {
    id: "Jam ponsel ini terlambat; betulkan jamnya.",
    en: "The clock of this phone is slow; set it right.",
  },
  denied: {
    id: "Kamera tidak diizinkan. Buka setelan situs ini di browser (ikon di kiri alamat), izinkan Kamera, lalu tekan Pindai. Sementara itu pakai foto atau ketik kodenya.",
    en: "The camera is not allowed. Open this site's settings in the browser (sign left of the address), allow the camera, then press Scan. Meanwhile use a photo or type the code.",
  },
  noCamera: {
    id: "Tidak ada kamera yang dapat dipakai. Pakai foto atau ketik kodenya.",
    en: "There is no camera to use. Use a photo or type the code.",
  },
  cameraBusy: {
    id: "Kamera sedang dipakai aplikasi lain. Tutup aplikasi itu, lalu tekan Pindai.",
    en: "Another app is using the camera. Close it, then press Scan.",
  },
  insecure: {
    id: "Alamat ini tidak memakai https, jadi browser tidak mengizinkan kamera dan pemeriksaan tanpa jaringan. Buka https://{host}/checkpoint. Sementara itu foto dan kode diperiksa oleh server.",
    en: "This address does not use https, so the browser allows neither the camera nor checks without a network. Open https://{host}/checkpoint. Meanwhile the server checks photos and codes.",
  },
  readerFailed: {
    id: "Pembaca kode tidak dapat dijalankan. Muat ulang halaman ini; sementara itu ketik kodenya.",
    en: "The code reader does not start. Load this page again; meanwhile type the code.",
  },
  noCode: {
    id: "Tidak ada kode QR pada foto ini. Ambil foto lebih dekat dan lurus, atau ketik nomor seri.",
    en: "There is no QR code in this photo. Take it closer and straight, or type the serial.",
  },
  noPicture: {
    id: "Berkas ini bukan gambar yang dapat dibuka. Pilih foto JPEG atau PNG.",
    en: "This file is no picture that can be opened. Choose a JPEG or PNG photo.",
  },
  tooLarge: {
    id: "Gambar ini terlalu besar. Ambil foto biasa dengan kamera ponsel.",
    en: "This picture is too large. Take an ordinary photo with the phone's camera.",
  },
  emptyCode: {
    id: "Ketik nomor seri atau tempel teks kode QR.",
    en: "Type the serial or paste the text of the QR code.",
  },
  serialMistyped: {
    id: "Nomor seri ini salah ketik atau terpotong. Periksa huruf dan angkanya, lalu ulangi.",
    en: "This serial is mistyped or cut short. Check its letters and digits, then try again.",
  },
  serialOffline: {
    id: "Nomor seri ini benar bentuknya. Tanpa jaringan tanda tangan dan statusnya tidak terlihat: pindai kode QR, atau sambungkan ke jaringan.",
    en: "The serial is well formed. Without a network neither its signature nor its status is seen: scan the QR code, or go on line.",
  },
  serialNotAsked: {
    id: "Nomor seri ini benar bentuknya, tetapi server sedang menerima terlalu banyak pemeriksaan dan belum memeriksanya. Pindai kode QR, atau coba lagi sebentar lagi.",
    en: "The serial is well formed, but the server is asked too often just now and has not checked it. Scan the QR code, or try again in a moment.",
  },
  serialAlone: {
    id: "Diperiksa oleh server dari nomor seri; tanpa nama.",
    en: "Checked by the server from the serial; without a name.",
  },
  serverAway: {
    id: "Server tidak menjawab. Coba lagi sebentar lagi.",
    en: "The server does not answer. Try again in a moment.",
  },
  serverBusy: {
    id: "Server sedang menerima terlalu banyak pemeriksaan. Coba lagi sebentar lagi.",
    en: "The server is asked too often just now. Try again in a moment.",
  },
  unknownKind: {
    id: "Jenis titik pemeriksaan “{code}” tidak dikenal, jadi tidak ada yang dinilai. Pilih jenis yang benar di atas.",
    en: "The kind of checkpoint “{code}” is not known, so nothing is judged. Choose the right kind above.",
  },
  hoursNow: { id: "Sekarang {opens}–{closes} WIB: {who}.", en: "Now {opens}–{closes} WIB: {who}." },
  openHours: { id: "Dibuka untuk sektornya: {hours} WIB.", en: "Open to its sector: {hours} WIB." },
  allDay: { id: "Sepanjang hari: {who}.", en: "All day: {who}." },
  guide: {
    id: "Siapa lewat tanpa STRP, dan dokumen lain",
    en: "Who passes without an STRP, and other documents",
  },
  without: { id: "Lewat dengan kartunya", en: "Pass by their card" },
  instead: { id: "Berlaku sebagai pengganti STRP", en: "Count instead of an STRP" },
  also: { id: "Dibawa bersama STRP", en: "Carried beside the STRP" },
  printed: { id: "Di sini STRP harus dicetak.", en: "Here the STRP must be on paper." },
  everyone: { id: "semua boleh lewat", en: "everyone passes" },
  holders: { id: "pemegang STRP", en: "holders of an STRP" },
  groups: { id: "hanya kelompok atau dokumen di bawah ini", en: "only the groups or documents below" },
  sectors: { id: "hanya sektor {codes}", en: "only sectors {codes}" },
  newVersion: { id: "Versi baru siap.", en: "A new version is ready." },
  useNewVersion: { id: "Pakai sekarang", en: "Use it now" },
  forget: { id: "Hapus data pemeriksa dan mulai dari awal", en: "Remove the data and begin anew" },
} satisfies Record<string, Sentence>;

export type Word = keyof typeof WORDS;

let language: Language = "id";

export function setLanguage(chosen: Language): void {
  language = chosen;
}

export function currentLanguage(): Language {
  return language;
}

/** A sentence in the reader's language. */
export function say(sentence: Sentence): string {
  return sentence[language];
}

/** A text of the app, its gaps filled. */
export function word(name: Word, gaps: Record<string, string | number> = {}): string {
  return WORDS[name][language].replace(/\{(\w+)\}/g, (_, gap: string) => String(gaps[gap]));
}

/** How long something took or is old. */
export function span(seconds: number): string {
  if (seconds < 60) {
    return word("seconds", { n: seconds });
  }
  if (seconds < 3600) {
    return word("minutes", { n: Math.floor(seconds / 60) });
  }
  return seconds < 172_800
    ? word("hours", { n: Math.floor(seconds / 3600) })
    : word("days", { n: Math.floor(seconds / 86_400) });
}

/** A time of day in Jakarta. */
export function clock(atMs: number): string {
  return `${dotted(new Date(atMs + 7 * 3_600_000).toISOString().slice(11, 16))} WIB`;
}

/** A time of day as the reader's language writes it: "06.00", "06:00". */
export function dotted(time: string): string {
  return language === "id" ? time.replace(":", ".") : time;
}
