// The page asks again when the server's rule says so.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pollIntervalS } from "./poll-interval";

interface Case {
  distance: number;
  polls_per_s: number;
  draw: number;
  interval_s: number;
}

const VECTORS = new URL("../../tests/vectors/waiting-room/poll-intervals.json", import.meta.url);
const CASES = JSON.parse(readFileSync(VECTORS, "utf-8")) as Case[];

test.each(CASES)("at distance $distance with $polls_per_s polls a second", (given) => {
  const interval = pollIntervalS(given.distance, given.polls_per_s, given.draw);
  expect(interval / given.interval_s).toBeCloseTo(1, 8);
});
