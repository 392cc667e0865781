// From a text to what is shown: judged here, or by the server where this phone cannot.

import {
  type Inspection,
  readSerial,
  UnknownCheckpoint,
  type Verdict,
  verifyText,
} from "../verifier/src/index";
import type { Knowledge } from "./knowledge";
import { currentLanguage, say, type Word, word } from "./words";

/** A verdict as it is shown. */
export interface Result {
  readonly verdict: Verdict;
  readonly freshness: "fresh" | "stale";
  readonly ageS: number;
  readonly exercise: boolean;
  /** What changes the next step; null: the verdict alone says it. */
  readonly cause: Cause | null;
  /** Whether everyone passes at this hour, with a certificate or without. */
  readonly isOpenToAll: boolean;
  /** Hours of the day at which its sector passes, where this is none of them. */
  readonly openHours: readonly (readonly [opens: string, closes: string])[];
  readonly reason: () => string;
  readonly note: Word | null;
  readonly person: Person | null;
}

/**
 * Why a verdict asks for another step than usual: its ground is missing, and the holder need not be
 * at fault; a letter of refusal; a code of something else, which no second look makes an STRP; the
 * link of a worker's page; a checkpoint that does not open to the sector today.
 */
export type Cause = "no-ground" | "refusal" | "another-code" | "link" | "closed-today";

/** What a trusted key said of the holder. */
export interface Person {
  readonly name: string;
  readonly identityTail: string;
  readonly employer: string;
  readonly sectorClass: "critical" | "essential" | "exempt";
  readonly sector: string;
  readonly serial: string;
  readonly from: string | null;
  readonly until: string | null;
}

/** No verdict, and why. */
export interface Refusal {
  readonly word: Word;
  readonly gaps?: Record<string, string>;
}

/** A serial has 13 letters and digits, in groups; the text of a QR has a colon. */
const SERIAL_MOST_CHARACTERS = 24;
const VERIFICATIONS = "/api/v1/verifications";
const GIVE_UP_MS = 10_000;
/** A code that fails for want of news is looked at again with news, so often at most. */
const ASK_AGAIN_MS = 15_000;
const WAIT_FOR_NEWS_MS = 2_500;
const MAY_BE_OLD_NEWS: readonly string[] = ["signature", "status-unknown", "data-too-old"];
const CAUSES: Readonly<Record<string, Cause>> = {
  "status-unknown": "no-ground",
  "data-too-old": "no-ground",
  refusal: "refusal",
};
/** What was copied badly still begins like an STRP; a scanned code is whole, or not read at all. */
const BEGINS_LIKE_ONE = /^[^a-z]*strp/i;
const LINK = /^https?:\/\/[^/]+\/c\/[\w-]+$/i;

export class Judge {
  private askedAtMs = -Infinity;

  constructor(
    private readonly knowledge: Knowledge,
    private readonly kind: () => string | null,
  ) {}

  /** Judge what was typed: a serial, or the text of a QR. */
  async typed(text: string): Promise<Result | Refusal> {
    const isSerial = text.length <= SERIAL_MOST_CHARACTERS && !text.includes(":");
    return isSerial ? this.serial(text) : this.text(text);
  }

  /** Judge the text of a QR. */
  async text(text: string): Promise<Result | Refusal> {
    if (!globalThis.crypto?.subtle) {
      return this.byServer({ text }, null); // no https, so no signatures here
    }
    const first = await this.here(text);
    const mayBeOldNews = first !== null && "code" in first && MAY_BE_OLD_NEWS.includes(first.code);
    if ((first !== null && !mayBeOldNews) || Date.now() - this.askedAtMs < ASK_AGAIN_MS) {
      return first === null ? { word: "noData" } : resultOf(first, text);
    }
    this.askedAtMs = Date.now();
    await Promise.race([
      this.knowledge.renew(),
      new Promise((resolve) => setTimeout(resolve, WAIT_FOR_NEWS_MS)),
    ]);
    const second = await this.here(text);
    return second === null ? { word: "noData" } : resultOf(second, text);
  }

  private async here(text: string): Promise<Inspection | Refusal | null> {
    if (!this.knowledge.trust) {
      return null;
    }
    try {
      return await verifyText(text, this.knowledge.trust, Date.now(), this.kind());
    } catch (error) {
      if (error instanceof UnknownCheckpoint) {
        return { word: "unknownKind", gaps: { code: error.checkpoint } };
      }
      throw error;
    }
  }

  /** A serial tells nothing by itself: its signature and its status are with the server. */
  private async serial(text: string): Promise<Result | Refusal> {
    const serial = readSerial(text);
    if (serial === null) {
      return this.without("UNREADABLE", "serialMistyped");
    }
    const answer = await this.byServer({ serial }, "serialAlone");
    if (!("word" in answer) || answer.word === "unknownKind") {
      return answer;
    }
    return this.without("UNTRUSTED", answer.word === "serverAway" ? "serialOffline" : "serialNotAsked");
  }

  private without(verdict: Verdict, reason: Word): Result {
    const { trust } = this.knowledge;
    const nowMs = Date.now();
    return {
      verdict,
      freshness: trust && nowMs < trust.nextUpdateMs ? "fresh" : "stale",
      ageS: trust ? Math.max(0, Math.floor((nowMs - trust.issuedAtMs) / 1000)) : 0,
      exercise: false,
      cause: verdict === "UNTRUSTED" ? "no-ground" : null,
      isOpenToAll: false,
      openHours: [],
      reason: () => word(reason),
      note: null,
      person: null,
    };
  }

  private async byServer(
    asked: { text: string } | { serial: string },
    note: Word | null,
  ): Promise<Result | Refusal> {
    const kind = this.kind();
    let answer: Response;
    try {
      answer = await fetch(VERIFICATIONS, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Accept-Language": currentLanguage() },
        body: JSON.stringify(kind === null ? asked : { ...asked, checkpoint: kind }),
        signal: AbortSignal.timeout?.(GIVE_UP_MS),
      });
    } catch {
      return { word: "serverAway" };
    }
    const found = (await answer.json().catch(() => ({}))) as Partial<Answer> & { code?: string };
    if (found.code === "checkpoint-unknown") {
      return { word: "unknownKind", gaps: { code: kind ?? "" } };
    }
    if (!found.verdict) {
      return { word: answer.status === 429 || answer.status === 503 ? "serverBusy" : "serverAway" };
    }
    return serverResult(found as Answer, note, "text" in asked ? asked.text : null);
  }
}

/** What the server answers; for a serial it says no more than the verdict. */
interface Answer {
  readonly verdict: Verdict;
  readonly exercise: boolean;
  readonly reason: string;
  readonly reason_code?: string;
  readonly freshness?: "fresh" | "stale";
  readonly age_s?: number;
  readonly holder?: string;
  readonly identity_tail?: string;
  readonly employer?: string;
  readonly sector_class?: Person["sectorClass"];
  readonly serial?: string;
  readonly period?: { readonly from: string | null; readonly until: string | null };
}

function serverResult(found: Answer, note: Word | null, text: string | null): Result {
  const { holder, identity_tail: identityTail, employer, serial, period } = found;
  return {
    verdict: found.verdict,
    freshness: found.freshness ?? "fresh",
    ageS: found.age_s ?? 0,
    exercise: found.exercise,
    cause: causeOf(found.reason_code ?? "", text),
    isOpenToAll: false,
    openHours: [],
    reason: () => found.reason,
    note,
    person:
      holder && identityTail && employer
        ? {
            name: holder,
            identityTail,
            employer,
            sectorClass: found.sector_class ?? "essential",
            sector: "",
            serial: serial ?? "",
            from: period?.from ?? null,
            until: period?.until ?? null,
          }
        : null,
  };
}

function resultOf(found: Inspection | Refusal, text: string): Result | Refusal {
  if ("word" in found) {
    return found;
  }
  const { claims, period } = found;
  const hours = found.verdict === "OUTSIDE_WINDOW" ? openHours(found) : [];
  const isClosed = found.verdict === "OUTSIDE_WINDOW" && hours.length === 0;
  return {
    verdict: found.verdict,
    freshness: found.freshness,
    ageS: found.ageS,
    exercise: found.exercise,
    cause: isClosed ? "closed-today" : causeOf(found.code, text),
    isOpenToAll: found.shown?.window.admits === "everyone",
    openHours: hours,
    reason: () => say(found.reason),
    note: null,
    person: claims && {
      name: claims.holder,
      identityTail: claims.identityTail,
      employer: claims.employer,
      sectorClass: claims.sectorClass,
      sector: claims.sector,
      serial: claims.serial,
      from: period?.from ?? null,
      until: period?.until ?? null,
    },
  };
}

function causeOf(code: string, text: string | null): Cause | null {
  const read = text?.trim() ?? "";
  if (code !== "no-certificate" || read === "" || BEGINS_LIKE_ONE.test(read)) {
    return CAUSES[code] ?? null;
  }
  return LINK.test(read) ? "link" : "another-code";
}

function openHours({ shown, claims }: Inspection): [string, string][] {
  const windows = shown?.rule.windows ?? [];
  return windows
    .filter(({ admits, sectors }) => admits !== "sectors" || sectors.includes(claims?.sector ?? ""))
    .map(({ opens, closes }) => [opens, closes]);
}
