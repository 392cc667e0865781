// Why a check ended as it did: a code for programs and a sentence for people.

import type { Sentence } from "./sentence.ts";

export type ReasonCode =
  | "genuine"
  | "exercise"
  | "not-yet"
  | "period-ended"
  | "exercise-began-anew"
  | "revoked"
  | "suspended"
  | "hours"
  | "status-unknown"
  | "data-too-old"
  | "signature"
  | "refusal"
  | "no-certificate";

const MONTHS = {
  id: "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(" "),
  en: "January February March April May June July August September October November December".split(" "),
};

const SENTENCES: Record<ReasonCode, Sentence> = {
  genuine: {
    id: "Berlaku sampai dengan {day}. Cocokkan nama dengan kartu identitas.",
    en: "Valid up to and including {day}. Compare the name with an identity card.",
  },
  exercise: {
    id: "LATIHAN: surat ini terbit dalam latihan dan tidak berlaku di lapangan.",
    en: "EXERCISE: this was issued in an exercise and permits nothing.",
  },
  "not-yet": { id: "Baru berlaku mulai {day}.", en: "Valid only from {day} on." },
  "period-ended": { id: "Masa berlaku berakhir pada {day}.", en: "Its validity ended on {day}." },
  "exercise-began-anew": { id: "Masa berlaku berakhir pada {day}.", en: "Its validity ended on {day}." },
  revoked: {
    id: "STRP ini sudah dicabut atau diganti. Pekerja dapat bertanya kepada perusahaannya.",
    en: "This STRP has been revoked or replaced. The worker can ask the employer.",
  },
  suspended: {
    id: "STRP ini sedang ditangguhkan. Pekerja dapat bertanya kepada perusahaannya.",
    en: "This STRP is suspended. The worker can ask the employer.",
  },
  hours: {
    id: "STRP sah, tetapi titik ini pada jam ini tidak dibuka untuk golongan sektornya.",
    en: "The STRP is genuine, but this checkpoint is not open to its sector class at this hour.",
  },
  "status-unknown": {
    id: "Daftar pencabutan untuk STRP ini tidak tersedia. Perbarui data pemeriksa, lalu ulangi.",
    en: "The revocation list for this STRP is not at hand. Update the trust bundle and try again.",
  },
  "data-too-old": {
    id: "Data pemeriksa di perangkat ini terlalu lama; sambungkan ke jaringan, lalu pindai lagi.",
    en: "What this device knows is too old to let anyone pass; go on line, then scan again.",
  },
  signature: {
    id: "Kode ini tidak ditandatangani oleh penerbit yang dipercaya. Jangan diterima.",
    en: "This code was not signed by an issuer that is trusted. Do not accept it.",
  },
  refusal: {
    id: "Ini kode surat penolakan, bukan STRP. Jangan diterima.",
    en: "This is the code of a letter of refusal, no STRP. Do not accept it.",
  },
  "no-certificate": {
    id: "Ini bukan kode STRP, atau kodenya rusak atau terpotong. Pindai sekali lagi.",
    en: "This is not an STRP code, or it is damaged or cut short. Scan it once more.",
  },
};
const CLOCK_SLOW: Sentence = {
  id: "Jam perangkat ini terlambat; betulkan jamnya.",
  en: "The clock of this device is slow; set it right.",
};

/** The sentence of a reason. */
export function sentenceOf(code: ReasonCode, day: string | null, isClockSlow: boolean): Sentence {
  const write = (language: "id" | "en") => {
    const sentence = SENTENCES[code][language].replace("{day}", day ? dayText(day)[language] : "");
    return isClockSlow ? `${sentence} ${CLOCK_SLOW[language]}` : sentence;
  };
  return { id: write("id"), en: write("en") };
}

/** A civil day in words: "20 Juli 2021", "20 July 2021". */
export function dayText(day: string): Sentence {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  return { id: `${date} ${MONTHS.id[month - 1]} ${year}`, en: `${date} ${MONTHS.en[month - 1]} ${year}` };
}
