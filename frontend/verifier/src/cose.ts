// COSE_Sign1 messages with ES256 (RFC 9052 §4.2).

import { type Bytes, joined, toBase64url } from "./bytes.ts";
import { readCbor } from "./cbor.ts";
import { KID_BYTES, type VerifyingKey, verifies } from "./keys.ts";

const ALG = 1;
const KID = 4;
const TYP = 16; // RFC 9596
const ES256 = -7;
/** Tag 18 in the one way of deterministic CBOR to write it. */
const SIGN1_TAG = 0xd2;
const MOST_TOKEN_BYTES = 1 << 20;
const SIGNATURE_BYTES = 64;
/** An array of four that begins with the text "Signature1" (RFC 9052 §4.4). */
const SIGNATURE1 = Uint8Array.from([0x84, 0x6a, ...new TextEncoder().encode("Signature1")]);

/** A COSE_Sign1 message that was read and not yet believed. */
export interface Sign1 {
  /** In base64url. */
  readonly kid: string;
  readonly typ: string | null;
  readonly payload: Bytes;
  /** Whether the signature is the key's. */
  isSignedBy(key: VerifyingKey): Promise<boolean>;
}

/** Read a message of ours, or null where it is anything else. */
export function readSign1(token: Bytes): Sign1 | null {
  if (token.length > MOST_TOKEN_BYTES || token[0] !== SIGN1_TAG) {
    return null;
  }
  const message = readCbor(token.subarray(1));
  if (!Array.isArray(message) || message.length !== 4) {
    return null;
  }
  const [protectedHeader, unprotected, payload, signature] = message;
  const isOurs =
    protectedHeader instanceof Uint8Array &&
    unprotected instanceof Map &&
    unprotected.size === 0 &&
    payload instanceof Uint8Array &&
    signature instanceof Uint8Array &&
    signature.length === SIGNATURE_BYTES;
  if (!isOurs) {
    return null;
  }
  const header = readCbor(protectedHeader);
  if (
    !(header instanceof Map) ||
    [...header.keys()].some((name) => name !== ALG && name !== KID && name !== TYP)
  ) {
    return null;
  }
  const kid = header.get(KID);
  const typ = header.get(TYP) ?? null;
  if (header.get(ALG) !== ES256 || !(kid instanceof Uint8Array) || kid.length !== KID_BYTES) {
    return null;
  }
  if (typ !== null && typeof typ !== "string") {
    return null;
  }
  const signed = () =>
    joined([SIGNATURE1, byteString(protectedHeader), byteString(new Uint8Array(0)), byteString(payload)]);
  return { kid: toBase64url(kid), typ, payload, isSignedBy: (key) => verifies(key, signature, signed()) };
}

/** A CBOR byte string (RFC 8949 §3.1, major type 2). */
function byteString(data: Bytes): Bytes {
  const length = data.length;
  if (length < 24) {
    return joined([Uint8Array.of(0x40 | length), data]);
  }
  if (length < 0x100) {
    return joined([Uint8Array.of(0x58, length), data]);
  }
  if (length < 0x10000) {
    return joined([Uint8Array.of(0x59, length >> 8, length & 0xff), data]);
  }
  return joined([
    Uint8Array.of(0x5a, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff),
    data,
  ]);
}
