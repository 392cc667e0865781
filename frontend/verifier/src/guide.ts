// What inspectors are told beside a verdict: who passes by a card, which documents count, holidays.

import type { ShownNow } from "./checkpoint.ts";
import { readSentence, type Sentence } from "./sentence.ts";
import { readDay } from "./time.ts";
import type { Verdict } from "./verify.ts";

/** A group that needs no certificate, and how one knows it. */
export interface Group {
  readonly code: string;
  readonly name: Sentence;
  /** What its people are told to show. */
  readonly show: Sentence;
  /** What that looks like; null: the policy does not say. */
  readonly looks: Sentence | null;
  /** Name of a drawing; empty where there is none. */
  readonly picture: string;
  readonly citation: string;
}

/** A document that inspectors look at, and how one knows it. */
export interface Document {
  readonly code: string;
  readonly name: Sentence;
  readonly looks: Sentence;
  /** Name of a drawing; empty where there is none. */
  readonly picture: string;
  readonly citation: string;
}

/** What a bundle tells beside its rules. */
export interface Guide {
  readonly groups: readonly Group[];
  readonly documents: readonly Document[];
  /** Civil days. */
  readonly holidays: ReadonlySet<string>;
}

type Shape = Record<string, unknown>;

/** A group as the bundle writes it, or null where it is none. */
export function readGroup(shape: Shape): Group | null {
  const [name, show] = [readSentence(shape.name), readSentence(shape.show)];
  const looks = readSentence(shape.looks);
  const { code, citation, picture = "" } = shape;
  const areTexts = typeof code === "string" && typeof citation === "string" && typeof picture === "string";
  const isWrong = (shape.looks ?? null) !== null && looks === null;
  return areTexts && name && show && !isWrong ? { code, name, show, looks, picture, citation } : null;
}

/** A document as the bundle writes it, or null where it is none. */
export function readDocument(shape: Shape): Document | null {
  const [name, looks] = [readSentence(shape.name), readSentence(shape.looks)];
  const { code, citation, picture = "" } = shape;
  const areTexts = typeof code === "string" && typeof citation === "string" && typeof picture === "string";
  return areTexts && name && looks ? { code, name, looks, picture, citation } : null;
}

/** The civil day of a holiday, or null where it is none. */
export function readHoliday(shape: Shape): string | null {
  return readSentence(shape.name) && typeof shape.citation === "string" ? readDay(shape.on) : null;
}

/** A sentence beside the verdict, or null where there is nothing to remind of. */
export function remind(verdict: Verdict, shown: ShownNow, guide: Guide): Sentence | null {
  const sentences: Sentence[] = [];
  if (verdict === "VALID" || verdict === "EXERCISE") {
    add(sentences, names(shown.also, guide.documents), "Harus dibawa juga: ", "To be carried too: ");
    if (shown.rule.form === "printed") {
      sentences.push({ id: "Di sini STRP harus dicetak.", en: "Here the STRP must be on paper." });
    }
  } else if (verdict === "OUTSIDE_WINDOW") {
    const passing = names(shown.without, guide.groups);
    add(
      sentences,
      passing,
      "Pada jam ini lewat dengan kartunya: ",
      "At this hour these pass by their card: ",
    );
  } else {
    add(
      sentences,
      names(shown.instead, guide.documents),
      "Di sini berlaku juga: ",
      "Here these count as well: ",
    );
  }
  const joined = (language: "id" | "en") => sentences.map((each) => each[language]).join(" ");
  return sentences.length > 0 ? { id: joined("id"), en: joined("en") } : null;
}

function add(sentences: Sentence[], named: Sentence | null, id: string, en: string): void {
  if (named) {
    sentences.push({ id: `${id}${named.id}.`, en: `${en}${named.en}.` });
  }
}

function names(codes: readonly string[], known: readonly (Group | Document)[]): Sentence | null {
  const found = codes.flatMap((code) => known.filter((each) => each.code === code).slice(0, 1));
  const joined = (language: "id" | "en") => found.map((each) => each.name[language]).join("; ");
  return found.length > 0 ? { id: joined("id"), en: joined("en") } : null;
}
