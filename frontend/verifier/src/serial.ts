// Serials as people type them: twelve letters and digits, and a check character (Crockford's base 32;
// ISO/IEC 7064:2003, hybrid systems, for the 32 characters of ours).

import { plainNumber } from "./text.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const VALUES = new Map([
  ...[...ALPHABET].map((letter, value): [string, number] => [letter, value]),
  ["O", 0],
  ["I", 1],
  ["L", 1],
]);
const BODY_LENGTH = 12;
const SEPARATORS = /[\s\-.'`]+/g;

/** A 60-bit value as `XXXX-XXXX-XXXX-C`. */
export function writeSerial(value: bigint): string {
  let body = "";
  for (let shift = 55n; shift >= 0n; shift -= 5n) {
    body += ALPHABET[Number((value >> shift) & 31n)];
  }
  return `${body.slice(0, 4)}-${body.slice(4, 8)}-${body.slice(8)}-${checkCharacter(body)}`;
}

/** A serial in its one spelling, or null where it is mistyped or cut short. */
export function readSerial(text: string): string | null {
  const letters = plainNumber(text).replace(SEPARATORS, "").toUpperCase();
  if (letters.length !== BODY_LENGTH + 1) {
    return null;
  }
  let value = 0n;
  for (const letter of letters.slice(0, BODY_LENGTH)) {
    const digit = VALUES.get(letter);
    if (digit === undefined) {
      return null;
    }
    value = (value << 5n) | BigInt(digit);
  }
  const check = VALUES.get(letters[BODY_LENGTH]!);
  const written = writeSerial(value);
  return check !== undefined && ALPHABET[check] === written.at(-1) ? written : null;
}

function checkCharacter(body: string): string {
  let state = 32;
  for (const letter of body) {
    state = (((state + VALUES.get(letter)!) % 32 || 32) * 2) % 33;
  }
  return ALPHABET[(33 - state) % 32]!;
}
