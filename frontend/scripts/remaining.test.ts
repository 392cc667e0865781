import { expect, test } from "vitest";

import { minutesLeft } from "./remaining.ts";

test("what is left follows the pace of the line", () => {
  expect(minutesLeft({ distance: 1200, at: 0 }, { distance: 600, at: 600_000 })).toBe(10);
});

test("a line that stands still says nothing", () => {
  expect(minutesLeft({ distance: 600, at: 0 }, { distance: 600, at: 600_000 })).toBeUndefined();
});

test("a line that was looked at for a moment says nothing", () => {
  expect(minutesLeft({ distance: 600, at: 0 }, { distance: 590, at: 900 })).toBeUndefined();
});

test("the last minute is told as a minute", () => {
  expect(minutesLeft({ distance: 600, at: 0 }, { distance: 3, at: 60_000 })).toBe(1);
});
