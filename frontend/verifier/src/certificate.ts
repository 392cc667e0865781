// A certificate's claims: a CWT (RFC 8392) in a COSE_Sign1 message.

import type { Bytes } from "./bytes.ts";
import { type Cbor, type CborMap, readCbor } from "./cbor.ts";
import { readSign1 } from "./cose.ts";
import type { VerifyingKey } from "./keys.ts";
import { writeSerial } from "./serial.ts";
import { readTexts } from "./text.ts";

const ISSUER = 1;
const EXPIRES = 4;
const ISSUED = 6;
const SERIAL = 7;
const STRP = -65537;
const SERIAL_BYTES = 8;
/** Times take five bytes each, from 2004 until 2106. */
const EARLIEST_S = 2 ** 30;
const SECTOR_CLASSES = new Map([
  [1, "essential"],
  [2, "critical"],
  [3, "exempt"],
] as const);
const SITE_TYPES = new Map([
  [1, "service"],
  [2, "administration"],
] as const);
const SECTOR_LETTERS: Record<string, string> = { essential: "E", critical: "K" };
const SECTOR_NUMBERS = "-abcdefghijklmnopqrstuvwxyz";

/** What a certificate says. Names are the issuer's words, and no markup: show them as text. */
export interface Claims {
  /** ISO 3166-2 code of the authority; of an exercise's certificate "XX-…". */
  readonly issuer: string;
  /** As it is printed beside the QR. */
  readonly serial: string;
  readonly issuedAtMs: number;
  /** First moment at which it is no longer valid; counts only where its period is not known. */
  readonly expiresAtMs: number;
  readonly holder: string;
  /** Last four characters of the NIK or of the document. */
  readonly identityTail: string;
  readonly employer: string;
  readonly sectorClass: "essential" | "critical" | "exempt";
  readonly sector: string;
  readonly siteType: "service" | "administration";
  /** Four-digit Kemendagri code of the employer's city. */
  readonly region: number;
  readonly periodNumber: number;
  readonly statusList: number;
  /** Its entry there, from 0. */
  readonly statusIndex: number;
  /** Whether it was issued in an exercise and counts for nothing outside. */
  readonly exercise: boolean;
}

/** A certificate that was read and not yet believed: it shows nothing until `verify`. */
export interface Unverified {
  /** The claims where a key signed them. A key of exercises vouches for these alone, and no other does. */
  verify(keys: ReadonlyMap<string, VerifyingKey>): Promise<Claims | null>;
}

/** Read the text of a QR, or null where it is not a certificate or damaged. */
export function readCertificate(text: string): Unverified | null {
  for (const token of readTexts(text)) {
    const found = readToken(token);
    if (found) {
      return found;
    }
  }
  return null;
}

function readToken(token: Bytes): Unverified | null {
  const message = readSign1(token);
  const claims = message && message.typ === null ? readClaims(readCbor(message.payload)) : null;
  if (!message || !claims) {
    return null;
  }
  return {
    async verify(keys) {
      const key = keys.get(message.kid);
      const mayVouch = key !== undefined && key.exercise === claims.exercise;
      return mayVouch && (await message.isSignedBy(key)) ? claims : null;
    },
  };
}

function readClaims(payload: Cbor | undefined): Claims | null {
  const own = payload instanceof Map ? payload.get(STRP) : null;
  if (!(payload instanceof Map) || !(own instanceof Map)) {
    return null;
  }
  const [issuer, serial] = [payload.get(ISSUER), payload.get(SERIAL)];
  const [holder, employer] = [own.get(1), own.get(3)];
  const [issuedS, expiresS] = [whole(payload, ISSUED), whole(payload, EXPIRES)];
  const [sectorClass, siteType] = [
    SECTOR_CLASSES.get(whole(own, 4) as 1),
    SITE_TYPES.get(whole(own, 5) as 1),
  ];
  const [region, periodNumber, statusList, statusIndex] = [6, 7, 8, 9].map((name) => whole(own, name)) as [
    number | null,
    number | null,
    number | null,
    number | null,
  ];
  const identityTail = typeof own.get(2) === "string" ? own.get(2) : whole(own, 2);
  const exercise = own.has(11) ? own.get(11) : false;
  if (
    typeof issuer !== "string" ||
    !(serial instanceof Uint8Array) ||
    serial.length !== SERIAL_BYTES ||
    typeof holder !== "string" ||
    typeof employer !== "string" ||
    typeof exercise !== "boolean" ||
    (typeof identityTail !== "string" && typeof identityTail !== "number")
  ) {
    return null;
  }
  if (issuedS === null || expiresS === null || Math.min(issuedS, expiresS) < EARLIEST_S) {
    return null;
  }
  if (!sectorClass || !siteType || region === null || periodNumber === null) {
    return null;
  }
  if (statusList === null || statusIndex === null) {
    return null;
  }
  return {
    issuer,
    serial: writeSerial(new DataView(serial.buffer, serial.byteOffset).getBigUint64(0)),
    issuedAtMs: issuedS * 1000,
    expiresAtMs: expiresS * 1000,
    holder,
    identityTail: typeof identityTail === "number" ? String(identityTail).padStart(4, "0") : identityTail,
    employer,
    sectorClass,
    sector: readSector(own.get(10), sectorClass),
    siteType,
    region,
    periodNumber,
    statusList,
    statusIndex,
    exercise,
  };
}

/** A claim that is a whole number of 32 bits, or null. */
function whole(claims: CborMap, name: number): number | null {
  const value = claims.get(name);
  return typeof value === "number" && value >= 0 && value < 2 ** 32 ? value : null;
}

function readSector(code: Cbor | undefined, sectorClass: string): string {
  const letter = SECTOR_LETTERS[sectorClass];
  if (typeof code === "number" && letter && code > 0 && code < SECTOR_NUMBERS.length) {
    return `${letter}-${SECTOR_NUMBERS[code]}`;
  }
  return typeof code === "string" ? code : "";
}
