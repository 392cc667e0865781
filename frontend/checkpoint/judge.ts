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
  /** Whether the verdict lacks its ground, and the holder need not be at fault. */
  readonly lacksGround: boolean;
  /** Whether everyone passes at this hour, with a certificate or without. */
  readonly isOpenToAll: boolean;
  /** Hours of the day at which its sector passes, where this is none of them. */
  readonly openHours: readonly (readonly [opens: string, closes: string])[];
  readonly reason: () => string;
  readonly note: Word | null;
  readonly person: Person | null;
}

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
const LACKS_GROUND: readonly string[] = ["status-unknown", "data-too-old"];

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
      return first === null ? { word: "noData" } : resultOf(first);
    }
    this.askedAtMs = Date.now();
    await Promise.race([
      this.knowledge.renew(),
      new Promise((resolve) => setTimeout(resolve, WAIT_FOR_NEWS_MS)),
    ]);
    const second = await this.here(text);
    return second === null ? { word: "noData" } : resultOf(second);
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
    return "word" in answer && answer.word === "serverAway"
      ? this.without("UNTRUSTED", "serialOffline")
      : answer;
  }

  private without(verdict: Verdict, reason: Word): Result {
    const { trust } = this.knowledge;
    const nowMs = Date.now();
    return {
      verdict,
      freshness: trust && nowMs < trust.nextUpdateMs ? "fresh" : "stale",
      ageS: trust ? Math.max(0, Math.floor((nowMs - trust.issuedAtMs) / 1000)) : 0,
      exercise: false,
      lacksGround: verdict === "UNTRUSTED",
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
    return found.verdict ? serverResult(found as Answer, note) : { word: "serverAway" };
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

function serverResult(found: Answer, note: Word | null): Result {
  const { holder, identity_tail: identityTail, employer, serial, period } = found;
  return {
    verdict: found.verdict,
    freshness: found.freshness ?? "fresh",
    ageS: found.age_s ?? 0,
    exercise: found.exercise,
    lacksGround: LACKS_GROUND.includes(found.reason_code ?? ""),
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

function resultOf(found: Inspection | Refusal): Result | Refusal {
  if ("word" in found) {
    return found;
  }
  const { claims, period } = found;
  return {
    verdict: found.verdict,
    freshness: found.freshness,
    ageS: found.ageS,
    exercise: found.exercise,
    lacksGround: LACKS_GROUND.includes(found.code),
    isOpenToAll: found.shown?.window.admits === "everyone",
    openHours: found.verdict === "OUTSIDE_WINDOW" ? openHours(found) : [],
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

function openHours({ shown, claims }: Inspection): [string, string][] {
  const windows = shown?.rule.windows ?? [];
  return windows
    .filter(({ admits, sectors }) => admits !== "sectors" || sectors.includes(claims?.sector ?? ""))
    .map(({ opens, closes }) => [opens, closes]);
}
