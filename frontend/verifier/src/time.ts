// Days and hours in Jakarta (UTC+7; Asia/Jakarta has had no other offset since 1964).

export const DAY_MS = 86_400_000;
const OFFSET_MS = 7 * 3_600_000;
const MOMENT =
  /^(\d{4}-\d\d-\d\d)[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d+))?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

/** The civil day at a moment: "2021-07-20". */
export function civilDay(atMs: number): string {
  return new Date(atMs + OFFSET_MS).toISOString().slice(0, 10);
}

/** The first moment of a civil day. */
export function midnight(day: string): number {
  return Date.parse(`${day}T00:00:00+07:00`);
}

/** The time of day, in milliseconds from midnight. */
export function timeOfDay(atMs: number): number {
  return (((atMs + OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS;
}

/** A civil day that there is, of a year that a bundle may name; null otherwise. */
export function readDay(text: unknown): string | null {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\d$/.test(text)) {
    return null;
  }
  const atMs = midnight(text);
  return Number.isNaN(atMs) || civilDay(atMs) !== text || !isYear(Number(text.slice(0, 4))) ? null : text;
}

/**
 * A moment (RFC 3339) of a year that a bundle may name, in milliseconds; null otherwise.
 *
 * What is finer is rounded to microseconds and then cut, as the check in Python does.
 */
export function readMoment(text: unknown): number | null {
  const found = typeof text === "string" ? MOMENT.exec(text) : null;
  // `Date.parse` takes 30 February for 2 March in some browsers.
  if (!found || readDay(found[1]) === null) {
    return null;
  }
  const [digits = "", whole] = [found[2], found[0].replace(/\.\d+/, "")];
  const microseconds = Math.floor((Number(digits.slice(0, 7).padEnd(7, "0")) + 5) / 10);
  const atMs = Date.parse(whole) + Math.floor(microseconds / 1000);
  return Number.isNaN(atMs) ? null : atMs;
}

/** A time of day as "06:00", in milliseconds from midnight; null otherwise. */
export function readClock(text: unknown): number | null {
  const found = typeof text === "string" ? /^(\d{1,2}):(\d{1,2})$/.exec(text) : null;
  const [hour, minute] = found ? [Number(found[1]), Number(found[2])] : [24, 60];
  return hour < 24 && minute < 60 ? (hour * 60 + minute) * 60_000 : null;
}

function isYear(year: number): boolean {
  return year >= 2000 && year < 9999;
}
