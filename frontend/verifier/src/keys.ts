// ES256 keys, each named by the start of its thumbprint (RFC 7518 §3.4, RFC 7638).

import { type Bytes, fromBase64url, sha256, toBase64url } from "./bytes.ts";

export const KID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const COORDINATE_BYTES = 32;
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** A public P-256 key. */
export interface VerifyingKey {
  /** First four bytes of the thumbprint's digest, in base64url. */
  readonly kid: string;
  /** RFC 7638, in base64url. */
  readonly thumbprint: string;
  /** Whether it signs certificates of exercises, and nothing else. */
  readonly exercise: boolean;
  readonly key: CryptoKey;
}

/**
 * Read a JWK (RFC 7517); its `kid` is derived, not believed. Null where it is not a P-256 key.
 *
 * Its point is written anew: one key has one thumbprint, however its coordinates were spelled.
 */
export async function readKey(jwk: Readonly<Record<string, string>>): Promise<VerifyingKey | null> {
  if (jwk.kty !== "EC" || jwk.crv !== "P-256") {
    return null;
  }
  const [x, y] = [coordinate(jwk.x), coordinate(jwk.y)];
  if (x === null || y === null) {
    return null;
  }
  const point = { crv: "P-256", kty: "EC", x, y };
  const digest = await sha256(new TextEncoder().encode(JSON.stringify(point)));
  try {
    const key = await crypto.subtle.importKey("jwk", point, ES256, false, ["verify"]);
    return {
      kid: toBase64url(digest.subarray(0, KID_BYTES)),
      thumbprint: toBase64url(digest),
      exercise: "strp" in jwk,
      key,
    };
  } catch {
    return null;
  }
}

/** A coordinate in its one spelling (RFC 7518 §6.2.1.2), or null where it is none. */
function coordinate(text: string | undefined): string | null {
  const bytes = fromBase64url(text ?? "");
  return bytes?.length === COORDINATE_BYTES ? toBase64url(bytes) : null;
}

/** Whether the 64 raw bytes are this key's signature of the data (RFC 9053 §2.1). */
export async function verifies(key: VerifyingKey, signature: Bytes, data: Bytes): Promise<boolean> {
  return signature.length === SIGNATURE_BYTES && crypto.subtle.verify(ES256, key.key, signature, data);
}
