// What this phone knows: the trust bundle and its status lists, kept in IndexedDB, renewed on line.

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { BundleError, type Bytes, readBundle, replaces, sha256, toBase64url, type TrustBundle } from "../verifier/src/index";

const BUNDLE = "/api/v1/trust-bundle";
/** What changed is fetched list by list; where more than this changed, all lists at once are less. */
const MOST_FETCHED_ALONE = 16;
/** A revocation reaches a phone on line within a minute. */
const RENEW_EVERY_MS = 40_000;
const GIVE_UP_MS = 20_000;

/** How the last renewal ended. */
export type Renewal = "never" | "renewed" | "offline" | "older" | "refused";

interface Kept {
  readonly bundle: Bytes;
  readonly lists: ReadonlyMap<number, Bytes>;
}

interface Shape extends DBSchema {
  knowledge: { key: "trust"; value: Kept };
}

/** Knows what certificates are judged by. */
export class Knowledge {
  trust: TrustBundle | null = null;
  renewal: Renewal = "never";
  /** Whether it outlives the app; null while nothing was to be kept. */
  isKept: boolean | null = null;
  private kept: Kept | null = null;
  private renewing: Promise<void> | null = null;
  private database: Promise<IDBPDatabase<Shape>> | null = null;

  constructor(private readonly changed: () => void) {}

  /** Read what is kept, then renew it now and from time to time. */
  async start(): Promise<void> {
    await this.load();
    this.changed();
    void this.renew();
    this.renewLater();
    addEventListener("online", () => void this.renew());
    document.addEventListener("visibilitychange", () => document.hidden || void this.renew());
  }

  /** Fetch what changed; what is known stays where that fails. */
  renew(): Promise<void> {
    this.renewing ??= this.fetchNewer().finally(() => {
      this.renewing = null;
      this.changed();
    });
    return this.renewing;
  }

  /** Remove all that is kept, the signer that was seen first among it. */
  async forget(): Promise<void> {
    this.trust = this.kept = null;
    await (await this.open())?.clear("knowledge");
    await this.renew();
  }

  private async load(): Promise<void> {
    try {
      const kept = await (await this.open())?.get("knowledge", "trust");
      if (kept) {
        this.trust = await readBundle(kept.bundle, { lists: kept.lists });
        this.kept = kept;
        this.isKept = true;
      }
    } catch {
      // Damaged, or of a release that wrote another form: it is fetched again.
    }
  }

  private renewLater(): void {
    const jitter = 0.75 + Math.random() / 2;
    setTimeout(() => {
      void (document.hidden ? Promise.resolve() : this.renew()).finally(() => this.renewLater());
    }, RENEW_EVERY_MS * jitter);
  }

  private async fetchNewer(): Promise<void> {
    try {
      const found = this.kept ? await this.fetchChanged(this.kept) : await this.fetchWhole();
      if (found) {
        await this.take(found);
      }
      if (this.renewal !== "older") {
        this.renewal = "renewed";
      }
    } catch (error) {
      this.renewal = error instanceof BundleError ? "refused" : "offline";
    }
  }

  private async fetchWhole(): Promise<Kept> {
    return { bundle: await get(`${BUNDLE}?lists=inline`), lists: new Map() };
  }

  /** The bundle and the lists that differ from those at hand; null where it is the same bundle. */
  private async fetchChanged(known: Kept): Promise<Kept | null> {
    const bundle = await get(BUNDLE);
    const { number, listed } = await readBundle(bundle, { pins: this.signers() });
    if (number !== 0 && number === this.trust?.number && this.trust.lists.size === listed.size) {
      this.renewal = "renewed";
      return null;
    }
    const digests = await this.digests(known);
    const missing = [...listed.values()].filter((entry) => digests.get(entry.number)?.digest !== entry.sha256);
    if (missing.length > MOST_FETCHED_ALONE) {
      return this.fetchWhole();
    }
    const fetched = await Promise.all(
      missing.map(async ({ number: list }) => [list, await get(`/status-lists/${list}`)] as const),
    );
    const same = [...listed.keys()].flatMap((list): [number, Bytes][] => {
      const token = digests.get(list)?.token;
      return token ? [[list, token]] : [];
    });
    return { bundle, lists: new Map([...same, ...fetched]) };
  }

  /** Tokens of the lists at hand, whichever way they came, with their digests. */
  private async digests(known: Kept): Promise<Map<number, { digest: string; token: Bytes }>> {
    const tokens = new Map(known.lists);
    for (const [number, token] of inlineLists(known.bundle)) {
      tokens.set(number, tokens.get(number) ?? token);
    }
    const entries = [...tokens].map(async ([number, token]) => {
      return [number, { digest: toBase64url(await sha256(token)), token }] as const;
    });
    return new Map(await Promise.all(entries));
  }

  /** Use a bundle from now on, unless a newer one is known. */
  private async take(found: Kept): Promise<void> {
    const trust = await readBundle(found.bundle, { pins: this.signers(), lists: found.lists });
    if (this.trust && !replaces(trust, this.trust)) {
      this.renewal = "older";
      return;
    }
    this.trust = trust;
    this.kept = found;
    this.renewal = "renewed";
    try {
      const database = await this.open();
      await database?.put("knowledge", found, "trust");
      this.isKept = database !== null;
    } catch {
      this.isKept = false; // the phone's storage is full
    }
  }

  /** Who may sign: whom the bundle names that is known. Anyone at first use. */
  private signers(): readonly string[] {
    return this.trust?.signers ?? [];
  }

  private async open(): Promise<IDBPDatabase<Shape> | null> {
    try {
      this.database ??= openDB<Shape>("strp-checkpoint", 1, {
        upgrade: (database) => void database.createObjectStore("knowledge"),
      });
      return await this.database;
    } catch {
      this.database = null;
      return null; // a browser that keeps nothing
    }
  }
}

async function get(address: string): Promise<Bytes> {
  const answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(GIVE_UP_MS) });
  if (!answer.ok) {
    throw new Error(`${answer.status}`);
  }
  return new Uint8Array(await answer.arrayBuffer());
}

/** Tokens that a bundle carries; it was read before, so its form is known. */
function inlineLists(bundle: Bytes): [number, Bytes][] {
  const decoded = (text: string) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const { payload } = JSON.parse(new TextDecoder().decode(bundle)) as { payload: string };
  const content = JSON.parse(new TextDecoder().decode(decoded(payload))) as {
    status_lists: { number: number; cwt?: string }[];
  };
  return content.status_lists.flatMap(({ number, cwt }): [number, Bytes][] => (cwt ? [[number, decoded(cwt)]] : []));
}
