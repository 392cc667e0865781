// Every golden vector of verdicts: the same files that the check in Python is held to.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readBundle, type ShownNow, type TrustBundle, verifyText } from "../src/index.ts";

interface Case {
  readonly name: string;
  readonly text: string;
  readonly bundle: string;
  readonly clock: string;
  readonly checkpoint: string | null;
  readonly shown?: object | null;
  readonly reason?: { readonly id: string; readonly en: string };
}
interface Vectors {
  readonly bundles: Record<string, object>;
  readonly cases: readonly Case[];
}

/** Another folder of such files may be named: what was made up for this run. */
const FOLDER =
  process.env.STRP_VECTORS ?? fileURLToPath(new URL("../../../tests/vectors/verdicts/", import.meta.url));
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

const shownOf = (shown: ShownNow | null): object | null =>
  shown && {
    operator: shown.rule.operator,
    form: shown.rule.form,
    opens: shown.window.opens,
    closes: shown.window.closes,
    admits: shown.window.admits,
    without: shown.without,
    instead: shown.instead,
    also: shown.also,
  };

test("there are vectors", () => {
  expect(FILES).not.toEqual([]);
});

for (const file of FILES) {
  const vectors = JSON.parse(readFileSync(FOLDER + file, "utf-8")) as Vectors;
  const read = new Map<string, Promise<TrustBundle>>();

  const bundle = (name: string): Promise<TrustBundle> => {
    const known =
      read.get(name) ?? readBundle(new TextEncoder().encode(JSON.stringify(vectors.bundles[name])));
    read.set(name, known);
    return known;
  };

  test.each(vectors.cases.map((each, number) => ({ ...each, number })))(
    `${file} $number: $name`,
    async ({ number, ...expected }) => {
      const { text, bundle: bundleName, clock, checkpoint } = expected;
      const found = await verifyText(text, await bundle(bundleName), Date.parse(clock), checkpoint);

      expect({
        name: expected.name,
        text,
        bundle: bundleName,
        clock,
        checkpoint,
        verdict: found.verdict,
        code: found.code,
        freshness: found.freshness,
        age_s: found.ageS,
        judged_at: new Date(found.checkedAtMs).toISOString().replace(".000Z", "Z"),
        clock_behind_s: found.clockBehindS,
        exercise: found.exercise,
        holder: found.claims?.holder ?? null,
        identity_tail: found.claims?.identityTail ?? null,
        ...(expected.reason ? { reason: found.reason } : {}),
        ...("shown" in expected ? { shown: shownOf(found.shown) } : {}),
      }).toEqual(expected);
    },
  );
}
