// Status lists: two bits a certificate, compressed, signed (draft-ietf-oauth-status-list).

import type { Bytes } from "./bytes.ts";
import { readCbor } from "./cbor.ts";
import { readSign1 } from "./cose.ts";
import type { VerifyingKey } from "./keys.ts";

const MEDIA_TYPE = "application/statuslist+cwt";
const SUBJECT = 2;
const EXPIRES = 4;
const ISSUED = 6;
const STATUS_LIST = 65533;
const BITS = 2;
const PER_BYTE = 8 / BITS;
/** A list covers at most 2^20 certificates. */
const MOST_BYTES = ((1 << 20) * BITS) / 8;

export type Status = "VALID" | "REVOKED" | "SUSPENDED";
const STATUSES: readonly (Status | null)[] = ["VALID", "REVOKED", "SUSPENDED", null];

/** A status list whose signature was checked. */
export interface StatusList {
  /** Where it is kept. */
  readonly uri: string;
  readonly issuedAtMs: number;
  /** From then on it must be fetched again; null: it does not say. */
  readonly expiresAtMs: number | null;
  /** Two bits each, the lowest first (draft §4.1). */
  readonly entries: Bytes;
}

/** The status at an index, or null where the list has no such entry or value. */
export function statusAt(list: StatusList, index: number): Status | null {
  const byte = list.entries[Math.floor(index / PER_BYTE)];
  return byte === undefined ? null : STATUSES[(byte >> ((index % PER_BYTE) * BITS)) & 3]!;
}

/** Read a status list token, or null where it is not one or no key signed it. */
export async function readStatusList(
  token: Bytes,
  keys: ReadonlyMap<string, VerifyingKey>,
): Promise<StatusList | null> {
  const message = readSign1(token);
  const key = message?.typ === MEDIA_TYPE ? keys.get(message.kid) : undefined;
  if (!message || !key || !(await message.isSignedBy(key))) {
    return null;
  }
  const content = readCbor(message.payload);
  if (!(content instanceof Map)) {
    return null;
  }
  const [uri, list] = [content.get(SUBJECT), content.get(STATUS_LIST)];
  const compressed = list instanceof Map && list.get("bits") === BITS ? list.get("lst") : null;
  if (typeof uri !== "string" || !(compressed instanceof Uint8Array)) {
    return null;
  }
  const entries = await inflate(compressed);
  const issuedAtMs = moment(content.get(ISSUED));
  const expiresAtMs = content.has(EXPIRES) ? moment(content.get(EXPIRES)) : null;
  if (!entries || issuedAtMs === null || (content.has(EXPIRES) && expiresAtMs === null)) {
    return null;
  }
  return { uri, issuedAtMs, expiresAtMs, entries };
}

/** A time of a CWT, or null where it is not one that has five bytes at most. */
function moment(seconds: unknown): number | null {
  return typeof seconds === "number" && seconds >= 0 && seconds < 2 ** 32 ? seconds * 1000 : null;
}

/** A zlib stream of nothing, and a byte behind it. */
const ONE_BYTE_MORE = Uint8Array.of(0x78, 0x9c, 0x03, 0, 0, 0, 0, 0x01, 0);
let passesOver: Promise<boolean> | undefined;

/**
 * One list's worth of bytes at most, from one stream that fills what is given.
 *
 * Browsers refuse bytes behind a stream. Node 20 passes over them: there a stream must need its last
 * byte too.
 */
async function inflate(compressed: Bytes): Promise<Bytes | null> {
  passesOver ??= unpack(ONE_BYTE_MORE).then((entries) => entries !== null);
  const entries = await unpack(compressed);
  const mayHaveMore = entries !== null && (await passesOver);
  return mayHaveMore && (await unpack(compressed.subarray(0, -1))) !== null ? null : entries;
}

/** At most one list's worth of bytes: a bomb stops there. */
async function unpack(compressed: Bytes): Promise<Bytes | null> {
  const entries = new Uint8Array(MOST_BYTES);
  let filled = 0;
  const reader = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (filled + part.value.length > MOST_BYTES) {
        await reader.cancel();
        return null;
      }
      entries.set(part.value, filled);
      filled += part.value.length;
    }
  } catch {
    return null; // cut short, damaged, or with bytes behind the stream
  }
  return filled === MOST_BYTES ? entries : entries.slice(0, filled);
}
