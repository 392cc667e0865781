// The text of a QR as it was scanned, copied or typed, and the bytes that may stand behind it.

import { decodeBase45 } from "./base45.ts";

export const PREFIX = "STRP1:";
const REFUSAL_PREFIX = "STRPNO1:";
/** A certificate has at most 351 characters; what is longer than this is not looked at. */
const MOST_CHARACTERS = 1024;
const MOST_COPIED = 1 << 14;
const PRINTABLE_ASCII = /^[ -~]*$/;
const ASCII = /^[\0-\x7f]*$/;
const LINE_BREAKS = /[\r\n\v\f]+|\t+/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: four of them are spaces to Python
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const SPACE_OF_A_LINE = /[ \t\u00a0]/;
const QUOTE_MARKS = /^[> ]+/;

// What shows nothing and parts no words: fillers and selectors; joiners and tags are of category Cf.
const BLANK =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: the marks are meant each by itself
  /[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}\u180b-\u180d]/u;
const APOSTROPHES = new Set("\u2018\u2019\u201b\u00b4\u02bc\u02b9\u02bb\u02bd\uff07\u2032\u0060");
const STOPS = new Set("\uff0e\u3002\uff61\u2024\u00b7\u2027\u2022");
const HYPHENS = new Set("\u2212\u02d7\u2043\u00af\u207b");

/** Whether the text of a QR says that it is of a letter of refusal, which permits nothing. */
export function isRefusal(text: string): boolean {
  return stripped(text).startsWith(REFUSAL_PREFIX);
}

/**
 * What may stand behind the text of a QR, likeliest first; at most three readings.
 *
 * What a careless copy leaves around it or in it is dropped: line breaks, byte-order marks, letters
 * that nobody sees. Other spaces than the plain one count as that, small letters as capitals. Where
 * lines were wrapped, spaces and marks of quotation beside the break may have come with it, or the
 * break may stand for a space.
 */
export function* readTexts(text: string): Generator<Uint8Array<ArrayBuffer>> {
  const given = PRINTABLE_ASCII.test(text) ? text : firstLetters(text, MOST_COPIED);
  for (const found of readings(given)) {
    const reading = stripped(found);
    if (reading.length > MOST_CHARACTERS || !reading.startsWith(PREFIX)) {
      continue;
    }
    const token = decodeBase45(reading.slice(PREFIX.length));
    if (token !== null) {
      yield token;
    }
  }
}

function* readings(text: string): Generator<string> {
  if (PRINTABLE_ASCII.test(text)) {
    yield text.replace(QUOTE_MARKS, "").toUpperCase();
    return;
  }
  const lines = text.split(LINE_BREAKS).filter((line) => stripped(line) !== "");
  const ways: [joint: string, trim: (line: string) => string][] = [
    ["", (line) => line],
    ["", unquoted],
    [" ", unquoted],
  ];
  for (const [joint, trim] of ways) {
    const plain = plainNumber(lines.map(trim).join(joint)).replace(QUOTE_MARKS, "");
    yield ASCII.test(plain) ? plain.toUpperCase() : plain;
    if (lines.length < 2) {
      return;
    }
  }
}

function unquoted(line: string): string {
  return trimmed(trimmed(line, SPACE_OF_A_LINE).replace(/^>/, ""), SPACE_OF_A_LINE);
}

function stripped(text: string): string {
  return trimmed(text, SPACE);
}

/** Text without certain letters at its ends; by hand, since `[…]+$` takes the square of its length. */
function trimmed(text: string, letter: RegExp): string {
  let [start, end] = [0, text.length];
  while (start < end && letter.test(text[start]!)) {
    start++;
  }
  while (start < end && letter.test(text[end - 1]!)) {
    end--;
  }
  return text.slice(start, end);
}

/** The first letters of a text; one beyond the first 65,536 of Unicode takes two places. */
function firstLetters(text: string, most: number): string {
  return [...text.slice(0, 2 * most)].slice(0, most).join("");
}

/**
 * A number as people copy it, in ASCII: decimal digits of any script, dashes, spaces, apostrophes
 * and stops become plain; invisible letters go. Signs that could be part of another number stay.
 */
export function plainNumber(text: string): string {
  return ASCII.test(text) ? text : [...text].map(plain).join("");
}

function plain(letter: string): string {
  if (APOSTROPHES.has(letter)) {
    return "'";
  }
  if (STOPS.has(letter)) {
    return ".";
  }
  if (/\p{Nd}/u.test(letter)) {
    return String(digit(letter.codePointAt(0)!));
  }
  if (/\p{Pd}/u.test(letter) || HYPHENS.has(letter)) {
    return "-";
  }
  if (/[\p{Zs}\p{Zl}\p{Zp}]/u.test(letter)) {
    return " ";
  }
  if (/\p{Cf}/u.test(letter) || BLANK.test(letter)) {
    return "";
  }
  return letter >= "\uff01" && letter <= "\uff5e" ? letter.normalize("NFKC") : letter;
}

/** The value of a decimal digit: digits of a script stand in a row, from zero (Unicode, Nd). */
function digit(codePoint: number): number {
  let first = codePoint;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) {
    first--;
  }
  return (codePoint - first) % 10;
}
