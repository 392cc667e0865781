// Who signed a trust bundle, and whose signature may be asked for next time.
//
// Bundles are signed by keys that sign nothing else, named in `signers`. Those of earlier releases
// name none: there the keys of certificates sign, and for some weeks after an upgrade one of them
// signs beside the new key.

import { type Bytes, fromBase64url, toBase64url } from "./bytes.ts";
import { type VerifyingKey, verifies } from "./keys.ts";

const TYP = "strp-trust-bundle+jws";

/** One signature of a JWS over its payload, as the bundle writes it. */
export interface Signature {
  readonly protected: string;
  readonly signature: string;
}

/** Thumbprints (RFC 7638, base64url) of keys that sign bundles. */
export interface Signers {
  /** Of the key whose signature stands in the JWS itself. */
  readonly first: string;
  /** Of all whose signatures were checked. */
  readonly signed: readonly string[];
  /** Of those that may sign the next bundle; one of them signed this one. */
  readonly named: readonly string[];
}

/** A header as it was written, read before: its `kid` in base64url. */
export interface Header {
  readonly alg: string;
  readonly typ: string;
  readonly kid: string;
}

/**
 * Who signed a bundle, or null where a signature is wrong or none of its signers signed.
 *
 * A signature by a key that is not inside says nothing and is passed over, but for the first.
 */
export async function checkSignatures(
  payload: string,
  signatures: readonly (Signature & { readonly header: Header })[],
  keys: ReadonlyMap<string, VerifyingKey>,
  signers: ReadonlyMap<string, VerifyingKey>,
): Promise<Signers | null> {
  const signed: string[] = [];
  for (const [place, each] of signatures.entries()) {
    if (each.header.alg !== "ES256" || each.header.typ !== TYP) {
      return null;
    }
    const key = signers.get(each.header.kid) ?? keys.get(each.header.kid);
    if (!key || key.exercise) {
      if (place === 0) {
        return null;
      }
      continue;
    }
    const bytes: Bytes = new TextEncoder().encode(`${each.protected}.${payload}`);
    const signature = fromBase64url(each.signature);
    if (!signature || !(await verifies(key, signature, bytes))) {
      return null;
    }
    signed.push(key.thumbprint);
  }
  const first = signed[0]!;
  const named = signers.size > 0 ? [...signers.values()].map((key) => key.thumbprint) : [first];
  return named.some((each) => signed.includes(each)) ? { first, signed, named } : null;
}

/** The `kid` of a header in its one spelling, or null where it is no base64url. */
export function kidOf(text: string): string | null {
  const kid = fromBase64url(text);
  return kid && toBase64url(kid);
}
