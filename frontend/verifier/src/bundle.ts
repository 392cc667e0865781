// The trust bundle: all that a check needs without a network, signed.
//
// A JWS in flattened JSON form (RFC 7515 §7.2.2) under ES256. From `next_update` on it is stale, and
// from `trusted_until` on nothing passes by it alone. Bundles of earlier releases have no number and
// no `trusted_until`: they end nothing, and prove no time.

import { type Bytes, fromBase64url, sha256, toBase64url } from "./bytes.ts";
import { type CheckpointRule, readRule } from "./checkpoint.ts";
import { type Document, type Group, readDocument, readGroup, readHoliday } from "./guide.ts";
import { readKey, type VerifyingKey } from "./keys.ts";
import { readSentence, type Sentence } from "./sentence.ts";
import { checkSignatures, type Header, kidOf, type Signature } from "./signers.ts";
import { readStatusList, type StatusList } from "./status-list.ts";
import { readDay, readMoment } from "./time.ts";

const MOST_BYTES = 128 << 20;
const MOST_KEYS = 64;
const MOST_SIGNATURES = 8;
const MOST_LISTS = 4096;
/** All lists of a bundle once unpacked. */
const MOST_LIST_BYTES = 64 << 20;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Bundles nest six deep; a later version may add some, and readers elsewhere stop at a thousand. */
const MOST_DEPTH = 500;
const HALF_A_LETTER = /[\ud800-\udfff]/u;

/** A period of certificates; both days belong to it. */
export interface Period {
  readonly number: number;
  readonly code: string;
  readonly name: Sentence;
  readonly from: string;
  readonly until: string;
  readonly exercise: boolean;
}

/** What a bundle says of a status list. */
export interface ListEntry {
  readonly number: number;
  readonly uri: string;
  readonly issuedAtMs: number;
  /** Digest of the token, in base64url. */
  readonly sha256: string;
}

/** A status list that is at hand. */
export interface HeldList extends StatusList {
  /** Digest of its token, in base64url. */
  readonly sha256: string;
  /** As it was signed: to be kept, and given to `readBundle` again. */
  readonly token: Bytes;
}

/** What a check rests on, its signatures checked. */
export interface TrustBundle {
  /** Grows with each bundle of an issuer; 0 where none was given. */
  readonly number: number;
  readonly issuer: string;
  readonly issuedAtMs: number;
  /** From then on it is stale. */
  readonly nextUpdateMs: number;
  /** From then on nothing passes by it alone; null: it does not say. */
  readonly trustedUntilMs: number | null;
  /** By kid, in base64url. */
  readonly keys: ReadonlyMap<string, VerifyingKey>;
  readonly periods: ReadonlyMap<number, Period>;
  /** All lists that it names. */
  readonly listed: ReadonlyMap<number, ListEntry>;
  /** Those that are at hand. */
  readonly lists: ReadonlyMap<number, HeldList>;
  readonly checkpoints: readonly CheckpointRule[];
  /** Who needs no certificate. */
  readonly groups: readonly Group[];
  /** What rules of checkpoints name. */
  readonly documents: readonly Document[];
  /** Civil days. */
  readonly holidays: ReadonlySet<string>;
  /** Ask for the next bundle so many seconds before `nextUpdateMs`, or fewer, drawn at random. */
  readonly jitterS: number;
  /** RFC 7638 thumbprint of the key that signed it first. */
  readonly signer: string;
  /** Thumbprints of all that signed it. */
  readonly signedBy: readonly string[];
  /** Thumbprints of those that may sign the next one: remember these, and no others. */
  readonly signers: readonly string[];
}

/** Why a bundle was not taken. */
export class BundleError extends Error {
  constructor(readonly code: "bundle-unreadable" | "bundle-untrusted") {
    super(code);
    this.name = "BundleError";
  }
}

export interface ReadOptions {
  /** Thumbprints of keys of which one must have signed it; empty: any key inside. */
  readonly pins?: Iterable<string>;
  /** Status list tokens by number, where the bundle does not carry them. */
  readonly lists?: ReadonlyMap<number, Bytes>;
}

/**
 * Read a trust bundle and check its signatures with the keys inside.
 *
 * The keys inside vouch for it only where it came over a trusted way; a reader that cannot know
 * gives `pins`.
 *
 * @throws BundleError
 */
export async function readBundle(data: Bytes, options: ReadOptions = {}): Promise<TrustBundle> {
  const { payload, signatures, content } = unpack(data);
  const keys = await readKeys(content.jwks);
  const named =
    (content.signers ?? null) === null ? new Map<string, VerifyingKey>() : await readKeys(content.signers);
  const pins = new Set(options.pins ?? []);
  const periods = list(content.periods).map(readPeriod);
  const checkpoints = list(content.checkpoints).map((shape) => readRule(shape) ?? unreadable());
  const entries = list(content.status_lists, MOST_LISTS).map(readEntry);
  const groups = optionalList(content.groups).map((shape) => readGroup(shape) ?? unreadable());
  const documents = optionalList(content.documents).map((shape) => readDocument(shape) ?? unreadable());
  const holidays = optionalList(content.holidays).map((shape) => readHoliday(shape) ?? unreadable());
  const said = {
    number: content.number === undefined ? 0 : whole(content.number),
    issuer: text(content.issuer),
    issuedAtMs: readMoment(content.issued_at) ?? unreadable(),
    nextUpdateMs: readMoment(content.next_update) ?? unreadable(),
    trustedUntilMs:
      (content.trusted_until ?? null) === null ? null : (readMoment(content.trusted_until) ?? unreadable()),
    jitterS: content.jitter_s === undefined ? 0 : whole(content.jitter_s),
  };
  const signers = await checkSignatures(payload, signatures, keys, named);
  if (!signers || (pins.size > 0 && !signers.signed.some((each) => pins.has(each)))) {
    throw new BundleError("bundle-untrusted");
  }
  return {
    ...said,
    keys,
    periods: new Map(periods.map((period) => [period.number, period])),
    listed: new Map(entries.map((entry) => [entry.number, entry])),
    lists: await readLists(entries, keys, options.lists ?? new Map()),
    checkpoints,
    groups,
    documents,
    holidays: new Set(holidays),
    signer: signers.first,
    signedBy: signers.signed,
    signers: signers.named,
  };
}

/** Whether a bundle holds in place of another: of the same issuer, with a higher number. */
export function replaces(newer: TrustBundle, older: TrustBundle): boolean {
  if (newer.issuer !== older.issuer || newer.number < older.number) {
    return false;
  }
  return newer.number > older.number || newer.issuedAtMs >= older.issuedAtMs;
}

type Shape = Record<string, unknown>;

interface Unpacked {
  readonly payload: string;
  /** The first is that of the JWS itself. */
  readonly signatures: readonly (Signature & { readonly header: Header })[];
  readonly content: Shape;
}

function unpack(data: Bytes): Unpacked {
  if (data.length > MOST_BYTES) {
    unreadable();
  }
  const jws = shapeOf(parse(data));
  const payload = text(jws.payload);
  const others = jws.other_signatures === undefined ? [] : list(jws.other_signatures, MOST_SIGNATURES);
  return {
    payload,
    signatures: [jws, ...others].map(readSignature),
    content: shapeOf(parse(fromBase64url(payload))),
  };
}

function readSignature(shape: Shape): Signature & { readonly header: Header } {
  const written = text(shape.protected);
  const { alg, typ, kid } = shapeOf(parse(fromBase64url(written)));
  const header = { alg: text(alg), typ: text(typ), kid: kidOf(text(kid)) ?? unreadable() };
  const signature = text(shape.signature);
  return fromBase64url(signature) ? { protected: written, signature, header } : unreadable();
}

async function readKeys(jwks: unknown): Promise<Map<string, VerifyingKey>> {
  const keys = new Map<string, VerifyingKey>();
  for (const jwk of list(shapeOf(jwks).keys, MOST_KEYS)) {
    if (!Object.values(jwk).every((value) => typeof value === "string")) {
      unreadable();
    }
    const key = (await readKey(jwk as Record<string, string>)) ?? unreadable();
    keys.set(key.kid, key);
  }
  return keys;
}

interface InlineEntry extends ListEntry {
  readonly cwt: Bytes | null;
}

function readEntry(shape: Shape): InlineEntry {
  return {
    number: whole(shape.number),
    uri: text(shape.uri),
    issuedAtMs: readMoment(shape.issued_at) ?? unreadable(),
    sha256: text(shape.sha256),
    cwt: (shape.cwt ?? null) === null ? null : (fromBase64url(text(shape.cwt)) ?? unreadable()),
  };
}

/** The lists that are at hand. One that is inline and not what the bundle says spoils the bundle. */
async function readLists(
  entries: readonly InlineEntry[],
  keys: ReadonlyMap<string, VerifyingKey>,
  kept: ReadonlyMap<number, Bytes>,
): Promise<Map<number, HeldList>> {
  const trueKeys = new Map([...keys].filter(([, key]) => !key.exercise));
  const lists = new Map<number, HeldList>();
  let unpackedBytes = 0;
  for (const entry of entries) {
    const token = entry.cwt ?? kept.get(entry.number);
    if (!token) {
      continue;
    }
    const found = await readStatusList(token, trueKeys);
    const digest = toBase64url(await sha256(token));
    const isNamed = found?.uri === entry.uri;
    const isSame = isNamed && digest === entry.sha256;
    if (entry.cwt && !isSame) {
      throw new BundleError("bundle-untrusted");
    }
    // One that was fetched by itself may be newer than the bundle, and never older.
    if (!found || !isNamed || (!isSame && found.issuedAtMs < Math.floor(entry.issuedAtMs / 1000) * 1000)) {
      continue;
    }
    unpackedBytes += found.entries.length;
    if (unpackedBytes > MOST_LIST_BYTES) {
      unreadable();
    }
    lists.set(entry.number, { ...found, sha256: digest, token });
  }
  return lists;
}

function readPeriod(shape: Shape): Period {
  const { exercise = false } = shape;
  return {
    number: whole(shape.number),
    code: text(shape.code),
    name: readSentence(shape.name) ?? unreadable(),
    from: readDay(shape.from) ?? unreadable(),
    until: readDay(shape.until) ?? unreadable(),
    exercise: typeof exercise === "boolean" ? exercise : unreadable(),
  };
}

function parse(data: Bytes | null): unknown {
  try {
    const found: unknown = JSON.parse(UTF8.decode(data ?? unreadable()));
    return isPlain(found, MOST_DEPTH) ? found : unreadable();
  } catch {
    return unreadable();
  }
}

/** Whether all that JSON holds are whole letters, nested no deeper than every reader follows. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === "string") {
    return !HALF_A_LETTER.test(value);
  }
  if (typeof value !== "object" || value === null) {
    return true;
  }
  return (
    depth > 0 &&
    Object.entries(value).every(([name, each]) => !HALF_A_LETTER.test(name) && isPlain(each, depth - 1))
  );
}

function shapeOf(value: unknown): Shape {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Shape)
    : unreadable();
}

function list(value: unknown, most = Infinity): Shape[] {
  return Array.isArray(value) && value.length <= most ? value.map(shapeOf) : unreadable();
}

function optionalList(value: unknown): Shape[] {
  return value === undefined ? [] : list(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : unreadable();
}

function whole(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) + 0 : unreadable(); // -0 is 0
}

function unreadable(): never {
  throw new BundleError("bundle-unreadable");
}
