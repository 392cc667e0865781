// Base45 (RFC 9285): three characters of a QR's alphanumeric mode for two bytes.

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));

/** Bytes behind base45, or null where the text is not base45 (RFC 9285 §6). */
export function decodeBase45(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 3 === 1) {
    return null;
  }
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 ? 1 : 0));
  let filled = 0;
  for (let at = 0; at < text.length; at += 3) {
    const part = text.slice(at, at + 3);
    let word = 0;
    for (let place = part.length - 1; place >= 0; place--) {
      const value = VALUES.get(part[place]!);
      if (value === undefined) {
        return null;
      }
      word = word * 45 + value;
    }
    if (part.length === 3) {
      if (word > 0xffff) {
        return null;
      }
      bytes[filled++] = word >> 8;
      bytes[filled++] = word & 0xff;
    } else {
      if (word > 0xff) {
        return null;
      }
      bytes[filled++] = word;
    }
  }
  return bytes;
}
