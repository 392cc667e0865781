// Who passes a kind of checkpoint at which hours.

import { civilDay, readClock, readDay, timeOfDay } from "./time.ts";
import { readSentence, type Sentence } from "./sentence.ts";

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
}

/** The rule of a kind of checkpoint on the civil day of a moment, if there is one. */
export function ruleAt(rules: readonly CheckpointRule[], code: string | null, atMs: number): CheckpointRule | null {
  const day = civilDay(atMs);
  const holds = (rule: CheckpointRule) =>
    rule.code === code && (rule.from === null || rule.from <= day) && (rule.until === null || day <= rule.until);
  return rules.find(holds) ?? null;
}

/** The window that holds at a moment. */
export function windowAt(rule: CheckpointRule, atMs: number): CheckpointWindow {
  const local = timeOfDay(atMs);
  const found = rule.windows.find(({ opensMs, closesMs }) =>
    opensMs < closesMs ? opensMs <= local && local < closesMs : local >= opensMs || local < closesMs,
  );
  return found!; // they cover the day
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
  return { code, name: sentence, citation, from: firstDay, until: lastDay, windows: read };
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
  const areJoined = windows.every((window, at) => window.closesMs === windows[(at + 1) % windows.length]!.opensMs);
  return areJoined && windows.filter((window) => window.closesMs <= window.opensMs).length === 1;
}
