// Who passes a kind of checkpoint on which days, at which hours, and what is shown there.

import { readSentence, type Sentence } from "./sentence.ts";
import { civilDay, readClock, readDay, timeOfDay } from "./time.ts";

/** Whom a checkpoint lets pass during some hours. */
export type Admits = "everyone" | "holders" | "sectors";
const ADMITS: readonly unknown[] = ["everyone", "holders", "sectors"];

/** Hours of a day in Jakarta, which may pass midnight, and who passes. */
export interface CheckpointWindow {
  /** As the policy writes it: "06:00". */
  readonly opens: string;
  readonly closes: string;
  readonly opensMs: number;
  readonly closesMs: number;
  readonly admits: Admits;
  readonly sectors: readonly string[];
}

/** In which form a certificate is shown. */
export type Form = "any" | "printed";

/** A group that passes by its card, or a document that counts or is carried too. */
export interface Shown {
  readonly code: string;
  readonly citation: string;
  /** Hours in Jakarta, in milliseconds from midnight; null: round the clock. */
  readonly opensMs: number | null;
  readonly closesMs: number | null;
  /** Of the certificates beside which it is carried; none: of all. */
  readonly sectors: readonly string[];
}

/** The rule of a kind of checkpoint, for some days. */
export interface CheckpointRule {
  readonly code: string;
  readonly name: Sentence;
  readonly citation: string;
  /** First and last day, or null for always. */
  readonly from: string | null;
  readonly until: string | null;
  /** They follow each other round the clock. */
  readonly windows: readonly CheckpointWindow[];
  /** Who checks: "road", "krl", "mrt", "transjakarta", "office"; null: it does not say, or another. */
  readonly operator: string | null;
  /** Kinds of days on which it holds: "monday" to "sunday", "holiday"; empty: all. */
  readonly days: readonly string[];
  /** Groups that pass by their card. */
  readonly without: readonly Shown[];
  /** Documents that count instead of a certificate. */
  readonly instead: readonly Shown[];
  /** Documents that holders of a certificate carry too. */
  readonly also: readonly Shown[];
  readonly form: Form;
}

/** What holds at a checkpoint at one moment; groups and documents by their codes. */
export interface ShownNow {
  readonly rule: CheckpointRule;
  readonly window: CheckpointWindow;
  readonly without: readonly string[];
  readonly instead: readonly string[];
  readonly also: readonly string[];
}

const WEEK = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/**
 * The rule of a kind of checkpoint on the civil day of a moment, if there is one.
 *
 * @param holidays civil days that are holidays, whichever days of the week they are
 */
export function ruleAt(
  rules: readonly CheckpointRule[],
  code: string | null,
  atMs: number,
  holidays: ReadonlySet<string> = new Set(),
): CheckpointRule | null {
  const day = civilDay(atMs);
  const kind = holidays.has(day) ? "holiday" : WEEK[new Date(`${day}T00:00:00Z`).getUTCDay()]!;
  const holds = (rule: CheckpointRule) =>
    rule.code === code &&
    (rule.from === null || rule.from <= day) &&
    (rule.until === null || day <= rule.until) &&
    (rule.days.length === 0 || rule.days.includes(kind));
  return rules.find(holds) ?? null;
}

/**
 * What a rule asks for at a moment.
 *
 * @param sector of the certificate that is shown; null: of any
 */
export function shownAt(rule: CheckpointRule, atMs: number, sector: string | null = null): ShownNow {
  const local = timeOfDay(atMs);
  const codes = (listed: readonly Shown[]) =>
    listed
      .filter(({ sectors }) => sectors.length === 0 || sector === null || sectors.includes(sector))
      .filter(
        (each) =>
          each.opensMs === null || each.closesMs === null || within(local, each.opensMs, each.closesMs),
      )
      .map((each) => each.code);
  return {
    rule,
    window: windowAt(rule, atMs),
    without: codes(rule.without),
    instead: codes(rule.instead),
    also: codes(rule.also),
  };
}

/** The window that holds at a moment. */
export function windowAt(rule: CheckpointRule, atMs: number): CheckpointWindow {
  const local = timeOfDay(atMs);
  return rule.windows.find(({ opensMs, closesMs }) => within(local, opensMs, closesMs))!; // they cover the day
}

/** Whether a time of day lies in hours that may pass midnight. */
function within(local: number, opensMs: number, closesMs: number): boolean {
  return opensMs < closesMs ? opensMs <= local && local < closesMs : local >= opensMs || local < closesMs;
}

/** Whether holders of a certificate of a sector pass at a moment. */
export function mayPass(sector: string, rule: CheckpointRule, atMs: number): boolean {
  const window = windowAt(rule, atMs);
  return window.admits !== "sectors" || window.sectors.includes(sector);
}

/** A rule as the bundle writes it, or null where it is none. */
export function readRule(shape: Record<string, unknown>): CheckpointRule | null {
  const { code, name, citation, windows } = shape;
  const sentence = readSentence(name);
  const [from, until] = [shape.from ?? null, shape.until ?? null];
  const [firstDay, lastDay] = [readDay(from), readDay(until)];
  if (typeof code !== "string" || typeof citation !== "string" || !sentence || !Array.isArray(windows)) {
    return null;
  }
  if ((from !== null && firstDay === null) || (until !== null && lastDay === null)) {
    return null;
  }
  const read = windows.map(readWindow);
  if (!read.every((window) => window !== null) || !coverTheDay(read)) {
    return null;
  }
  const { operator = null, days = [], form = "any" } = shape;
  const areDays = Array.isArray(days) && days.every((day) => DAYS.includes(day));
  const [without, instead, also] = [shape.without, shape.instead, shape.also].map(readShown);
  const isText = operator === null || typeof operator === "string";
  if (!isText || !areDays || !FORMS.includes(form) || !without || !instead || !also) {
    return null;
  }
  return {
    code,
    name: sentence,
    citation,
    from: firstDay,
    until: lastDay,
    windows: read,
    operator: OPERATORS.includes(operator) ? (operator as string) : null,
    days: days as string[],
    without,
    instead,
    also,
    form: form as Form,
  };
}

const OPERATORS: readonly unknown[] = ["road", "krl", "mrt", "transjakarta", "office"];
const FORMS: readonly unknown[] = ["any", "printed"];
const DAYS: readonly unknown[] = [...WEEK, "holiday"];

/** Groups or documents as the bundle writes them, or null where one is none. */
function readShown(entries: unknown): Shown[] | null {
  if (entries === undefined) {
    return [];
  }
  const read = Array.isArray(entries) ? entries.map(readShownEntry) : [null];
  return read.every((each) => each !== null) ? read : null;
}

function readShownEntry(shape: Record<string, unknown> | null): Shown | null {
  const { group = "", document = "", citation, opens = null, closes = null, sectors = [] } = shape ?? {};
  const code = typeof group === "string" && typeof document === "string" ? group || document : "";
  const [opensMs, closesMs] = [readClock(opens), readClock(closes)];
  const isWrong =
    (opens === null) !== (closes === null) || (opens !== null && (opensMs === null || closesMs === null));
  const areSectors = Array.isArray(sectors) && sectors.every((sector) => typeof sector === "string");
  return code && typeof citation === "string" && !isWrong && areSectors
    ? { code, citation, opensMs, closesMs, sectors: sectors as string[] }
    : null;
}

function readWindow(shape: Record<string, unknown> | null): CheckpointWindow | null {
  const { opens, closes, admits, sectors } = shape ?? {};
  const [opensMs, closesMs] = [readClock(opens), readClock(closes)];
  const areTexts = Array.isArray(sectors) && sectors.every((sector) => typeof sector === "string");
  if (opensMs === null || closesMs === null || !ADMITS.includes(admits) || !areTexts) {
    return null;
  }
  return {
    opens: opens as string,
    closes: closes as string,
    opensMs,
    closesMs,
    admits: admits as Admits,
    sectors: sectors as string[],
  };
}

/** Whether the windows follow each other and go round the clock exactly once. */
function coverTheDay(windows: readonly CheckpointWindow[]): boolean {
  const areJoined = windows.every(
    (window, at) => window.closesMs === windows[(at + 1) % windows.length]!.opensMs,
  );
  return areJoined && windows.filter((window) => window.closesMs <= window.opensMs).length === 1;
}
