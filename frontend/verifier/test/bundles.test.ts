// Every golden vector of bundles: which are believed under which pins.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type BundleError, readBundle } from "../src/index.ts";

interface Case {
  readonly bundle: string;
  readonly pins: string;
  readonly outcome: string;
}
interface Vectors {
  /** A text is the bundle as it was written, to the letter. */
  readonly bundles: Record<string, object | string>;
  readonly pins: Record<string, readonly string[]>;
  readonly cases: readonly Case[];
}

/** Another folder of such files may be named: what was made up for this run. */
const FOLDER =
  process.env.STRP_BUNDLE_VECTORS ??
  fileURLToPath(new URL("../../../tests/vectors/bundles/", import.meta.url));

async function outcomeOf(bundle: object | string, pins: readonly string[]): Promise<object> {
  try {
    const written = typeof bundle === "string" ? bundle : JSON.stringify(bundle);
    const found = await readBundle(new TextEncoder().encode(written), { pins });
    return {
      outcome: "believed",
      number: found.number,
      signed_by: [...found.signedBy].sort(),
      signers: [...found.signers].sort(),
      keys: [...found.keys.keys()].sort(),
      lists: [...found.lists.keys()].sort(),
      moments: [found.issuedAtMs, found.nextUpdateMs, found.trustedUntilMs],
    };
  } catch (error) {
    return { outcome: (error as BundleError).code };
  }
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
  const vectors = JSON.parse(readFileSync(FOLDER + file, "utf-8")) as Vectors;

  test.each(vectors.cases)(`${file}: $bundle, pin $pins`, async (expected) => {
    const { bundle, pins } = expected;
    const found = await outcomeOf(vectors.bundles[bundle]!, vectors.pins[pins]!);
    // Files of before moments were told do not say them.
    const told = "moments" in expected ? found : { ...found, moments: undefined };
    expect({ bundle, pins, ...told }).toEqual(expected);
  });
}
