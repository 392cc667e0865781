// The check: read, verify with a trusted key, look into the status list, judge for a moment.

import type { Period, TrustBundle } from "./bundle.ts";
import { type Claims, readCertificate } from "./certificate.ts";
import { type CheckpointRule, mayPass, ruleAt, type ShownNow, shownAt } from "./checkpoint.ts";
import { remind } from "./guide.ts";
import { type ReasonCode, sentenceOf } from "./reasons.ts";
import type { Sentence } from "./sentence.ts";
import { type Status, type StatusList, statusAt } from "./status-list.ts";
import { isRefusal } from "./text.ts";
import { civilDay, DAY_MS, midnight } from "./time.ts";

/** Clocks of phones and servers differ by so much without being wrong. */
const CLOCK_TOLERANCE_MS = 2 * 60_000;
/** Between clocks of one installation, and between a certificate's whole second and its making. */
const MOMENTS_APART_MS = 5_000;
/** Lists from this number on begin with the first certificate in them. */
const LOWEST_EPOCH = 1 << 24;
/** No country: ISO 3166-1 leaves this code to its users. */
const EXERCISE_COUNTRY = "XX";

/** Outcome of a check. */
export type Verdict =
  | "VALID"
  | "EXERCISE"
  | "NOT_YET_VALID"
  | "EXPIRED"
  | "REVOKED"
  | "SUSPENDED"
  | "OUTSIDE_WINDOW"
  | "UNTRUSTED"
  | "UNREADABLE";

/** What a check found. */
export interface Inspection {
  readonly verdict: Verdict;
  readonly code: ReasonCode;
  readonly reason: Sentence;
  /** Null where no trusted key signed it. */
  readonly claims: Claims | null;
  readonly period: Period | null;
  readonly freshness: "fresh" | "stale";
  /** How old the bundle is; it vouches for its lists as they were then. */
  readonly ageS: number;
  /** The moment it was judged for: the later of the clock and what signed data prove. */
  readonly checkedAtMs: number;
  /** By how many seconds the clock is behind at least; 0 where it is right. */
  readonly clockBehindS: number;
  /** Whether it was issued in an exercise, whatever else it is worth. */
  readonly exercise: boolean;
  /** What the checkpoint asks for at that moment; null: no kind, or no rule of it. */
  readonly shown: ShownNow | null;
}

/** A kind of checkpoint that no rule names: judged without hours, it would let too many pass. */
export class UnknownCheckpoint extends Error {
  constructor(
    readonly checkpoint: string,
    readonly known: readonly string[],
  ) {
    super(`checkpoint-unknown: ${checkpoint}`);
    this.name = "UnknownCheckpoint";
  }
}

interface Judgement {
  readonly verdict: Verdict;
  readonly code: ReasonCode;
  /** The civil day that its sentence names. */
  readonly day?: string;
}

/**
 * Check the text of a QR.
 *
 * @param text as scanned or typed; anything at all
 * @param trust what the check rests on
 * @param nowMs by the clock of the device, which may be behind
 * @param checkpoint kind of checkpoint whose hours count; null: no hours
 * @throws UnknownCheckpoint
 */
export async function verifyText(
  text: string,
  trust: TrustBundle,
  nowMs: number,
  checkpoint: string | null = null,
): Promise<Inspection> {
  if (checkpoint !== null && !trust.checkpoints.some((rule) => rule.code === checkpoint)) {
    throw new UnknownCheckpoint(checkpoint, [...new Set(trust.checkpoints.map((rule) => rule.code))].sort());
  }
  const found = await check(text, trust, nowMs, checkpoint);
  const rule = ruleAt(trust.checkpoints, checkpoint, found.checkedAtMs, trust.holidays);
  if (!rule) {
    return found;
  }
  const shown = shownAt(rule, found.checkedAtMs, found.claims?.sector ?? null);
  const reminder = remind(found.verdict, shown, trust);
  const { id, en } = found.reason;
  return {
    ...found,
    shown,
    reason: reminder ? { id: `${id} ${reminder.id}`, en: `${en} ${reminder.en}` } : found.reason,
  };
}

async function check(
  text: string,
  trust: TrustBundle,
  nowMs: number,
  checkpoint: string | null,
): Promise<Inspection> {
  if (isRefusal(text)) {
    return turnedAway(trust, nowMs, "UNTRUSTED", "refusal");
  }
  const unverified = readCertificate(text);
  if (!unverified) {
    return turnedAway(trust, nowMs, "UNREADABLE", "no-certificate");
  }
  const claims = await unverified.verify(trust.keys);
  if (!claims || claims.issuer !== issuerOf(claims, trust)) {
    return turnedAway(trust, nowMs, "UNTRUSTED", "signature");
  }
  const atMs = momentOf(trust, nowMs, claims.issuedAtMs);
  const list = trust.lists.get(claims.statusList) ?? null;
  const rule = ruleAt(trust.checkpoints, checkpoint, atMs, trust.holidays);
  let judgement = judged(claims, status(claims, list, trust), trust, atMs, rule);
  if ((judgement.verdict === "VALID" || judgement.verdict === "EXERCISE") && isTooOld(trust, list, atMs)) {
    judgement = { verdict: "UNTRUSTED", code: "data-too-old" };
  }
  return inspection(judgement, trust, nowMs, atMs, claims);
}

/**
 * What a certificate is worth; of a list that the bundle does not name, whether it has ended: lists
 * whose certificates all ended long ago leave the bundle.
 */
function judged(
  claims: Claims,
  known: Status | null,
  trust: TrustBundle,
  atMs: number,
  rule: CheckpointRule | null,
): Judgement {
  if (known === null && isUnlisted(claims, trust)) {
    const ended = judge(claims, trust, "VALID", atMs, rule);
    if (ended.verdict === "EXPIRED") {
      return ended;
    }
  }
  return judge(claims, trust, known, atMs, rule);
}

function turnedAway(trust: TrustBundle, nowMs: number, verdict: Verdict, code: ReasonCode): Inspection {
  return inspection({ verdict, code }, trust, nowMs, momentOf(trust, nowMs), null);
}

function inspection(
  judgement: Judgement,
  trust: TrustBundle,
  nowMs: number,
  atMs: number,
  claims: Claims | null,
): Inspection {
  const behindMs = atMs - nowMs;
  const clockBehindS = behindMs > CLOCK_TOLERANCE_MS ? Math.floor(behindMs / 1000) : 0;
  return {
    verdict: judgement.verdict,
    code: judgement.code,
    reason: sentenceOf(judgement.code, judgement.day ?? null, clockBehindS > 0),
    claims,
    period: claims ? (trust.periods.get(claims.periodNumber) ?? null) : null,
    freshness: atMs < trust.nextUpdateMs ? "fresh" : "stale",
    ageS: Math.max(0, Math.floor((atMs - trust.issuedAtMs) / 1000)),
    checkedAtMs: atMs,
    clockBehindS,
    exercise: claims !== null && isExercise(claims, trust),
    shown: null,
  };
}

/** The later of the clock and what signed data prove: what was signed was there when it was signed. */
function momentOf(trust: TrustBundle, nowMs: number, ...signedAtMs: number[]): number {
  if (trust.trustedUntilMs === null) {
    return nowMs;
  }
  const lists = [...trust.lists.values()].map((list) => list.issuedAtMs);
  return Math.max(nowMs, trust.issuedAtMs, ...lists, ...signedAtMs);
}

/** What verified claims are worth at a moment. */
function judge(
  claims: Claims,
  trust: TrustBundle,
  status: Status | null,
  atMs: number,
  checkpoint: CheckpointRule | null,
): Judgement {
  if (status === null) {
    return { verdict: "UNTRUSTED", code: "status-unknown" };
  }
  if (status !== "VALID") {
    return { verdict: status, code: status === "REVOKED" ? "revoked" : "suspended" };
  }
  const period = trust.periods.get(claims.periodNumber) ?? null;
  const startMs = period ? midnight(period.from) : null;
  if (period && startMs !== null && atMs < startMs) {
    return { verdict: "NOT_YET_VALID", code: "not-yet", day: period.from };
  }
  // A certificate is worth what its period says today, not what was printed.
  const endMs = period ? midnight(period.until) + DAY_MS : claims.expiresAtMs;
  const exercise = isExercise(claims, trust);
  if (exercise && startMs !== null && claims.issuedAtMs < startMs) {
    return { verdict: "EXPIRED", code: "exercise-began-anew", day: lastDay(Math.min(endMs, startMs)) };
  }
  if (atMs >= endMs) {
    return { verdict: "EXPIRED", code: "period-ended", day: lastDay(endMs) };
  }
  if (checkpoint && !mayPass(claims.sector, checkpoint, atMs)) {
    return { verdict: "OUTSIDE_WINDOW", code: "hours" };
  }
  return exercise
    ? { verdict: "EXERCISE", code: "exercise" }
    : { verdict: "VALID", code: "genuine", day: lastDay(endMs) };
}

/** The last civil day before a moment. */
function lastDay(endMs: number): string {
  return civilDay(endMs - 1);
}

/**
 * What is known of a certificate's status; null where its list should be here and is not.
 *
 * A bundle that is older than the certificate could not have named the list of its epoch, nor had
 * anybody taken the certificate back by then.
 */
function status(claims: Claims, list: StatusList | null, trust: TrustBundle): Status | null {
  if (list) {
    return statusAt(list, claims.statusIndex);
  }
  const isNewer = claims.issuedAtMs > trust.issuedAtMs - MOMENTS_APART_MS;
  return isNewer && isUnlisted(claims, trust) ? "VALID" : null;
}

/** Whether the bundle does not name the list, and it is one that may begin and leave. */
function isUnlisted(claims: Claims, trust: TrustBundle): boolean {
  return claims.statusList >= LOWEST_EPOCH && !trust.listed.has(claims.statusList);
}

/** Whether what the check rests on has ended, so that nobody may pass by it alone. */
function isTooOld(trust: TrustBundle, list: StatusList | null, atMs: number): boolean {
  if (trust.trustedUntilMs === null) {
    return false;
  }
  return atMs >= Math.min(trust.trustedUntilMs, list?.expiresAtMs ?? Infinity);
}

/** By its own word, or by its period's. */
function isExercise(claims: Claims, trust: TrustBundle): boolean {
  return claims.exercise || trust.periods.get(claims.periodNumber)?.exercise === true;
}

function issuerOf(claims: Claims, trust: TrustBundle): string {
  return claims.exercise ? EXERCISE_COUNTRY + trust.issuer.slice(EXERCISE_COUNTRY.length) : trust.issuer;
}
