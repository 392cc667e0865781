// What this phone knows: the trust bundle and its status lists, kept in IndexedDB, renewed on line.

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { BundleError, type Bytes, readBundle, replaces, type TrustBundle } from "../verifier/src/index";

const BUNDLE = "/api/v1/trust-bundle";
/** What changed is fetched list by list; where more than this changed, all lists at once are less. */
const MOST_FETCHED_ALONE = 16;
/** A revocation reaches a phone on line within a minute. */
const RENEW_EVERY_MS = 40_000;
const GIVE_UP_MS = 20_000;
const FIRST_NEWS_MS = 8_000;
const CLOSE_MS = 10 * 60_000;

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
  /** What is known, as it is kept. */
  private held: Kept | null = null;
  private renewing: Promise<void> | null = null;
  private database: Promise<IDBPDatabase<Shape>> | null = null;

  constructor(private readonly changed: () => void) {}

  /** Read what is kept, then renew it now and from time to time. */
  async start(): Promise<void> {
    await this.load();
    this.changed();
    if (!globalThis.crypto?.subtle) {
      return; // no https: the server judges
    }
    void this.renew();
    this.renewLater();
    addEventListener("online", () => void this.renew());
    document.addEventListener("visibilitychange", () => document.hidden || void this.renew());
  }

  /** Fetch what changed; what is known stays where that fails. */
  renew(): Promise<void> {
    this.renewing ??= this.fetchNewer()
      .then(() => this.keepAgain())
      .finally(() => {
        this.renewing = null;
        this.changed();
      });
    return this.renewing;
  }

  /** Wait for the first news, not for long: a code may be shown before it has come. */
  async settled(): Promise<void> {
    if (!this.trust) {
      await Promise.race([this.renew(), new Promise((resolve) => setTimeout(resolve, FIRST_NEWS_MS))]);
    }
  }

  /** Begin anew with whatever the server sends, whoever signed it; nothing is lost where it sends nothing. */
  async forget(): Promise<void> {
    try {
      const found = await this.fetchWhole();
      await readBundle(found.bundle);
      this.trust = null;
      this.renewal = await this.take(found);
    } catch (error) {
      this.renewal = renewalAfter(error);
    }
    this.changed();
  }

  private async load(): Promise<void> {
    try {
      const kept = await (await this.open())?.get("knowledge", "trust");
      if (kept) {
        this.trust = await readBundle(kept.bundle, { lists: kept.lists });
        this.held = kept;
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
      const found = this.trust ? await this.fetchChanged(this.trust) : await this.fetchWhole();
      this.renewal = found ? await this.take(found) : "renewed";
    } catch (error) {
      this.renewal = renewalAfter(error);
    }
  }

  private async fetchWhole(): Promise<Kept> {
    return { bundle: await get(`${BUNDLE}?lists=inline`), lists: new Map() };
  }

  /** The bundle and the lists that differ from those at hand; null where it is the same bundle. */
  private async fetchChanged(known: TrustBundle): Promise<Kept | null> {
    const bundle = await get(BUNDLE);
    const { number, listed, lists: inline } = await readBundle(bundle, { pins: this.signers() });
    if (number !== 0 && number === known.number && known.lists.size === listed.size) {
      return null;
    }
    const changed = [...listed.values()].filter(
      (entry) => !inline.has(entry.number) && known.lists.get(entry.number)?.sha256 !== entry.sha256,
    );
    if (changed.length > MOST_FETCHED_ALONE) {
      return this.fetchWhole();
    }
    const lists = new Map([...known.lists].map(([list, held]): [number, Bytes] => [list, held.token]));
    for (const entry of changed) {
      lists.set(entry.number, await get(`/status-lists/${entry.number}`));
    }
    const found = await readBundle(bundle, { pins: this.signers(), lists });
    // Another process may have answered with a list that is older than the bundle asks for.
    return found.lists.size < listed.size ? this.fetchWhole() : { bundle, lists };
  }

  /** Use a bundle from now on, unless a newer one is known. */
  private async take(found: Kept): Promise<Renewal> {
    const trust = await readBundle(found.bundle, { pins: this.signers(), lists: found.lists });
    if (this.trust && !replaces(trust, this.trust)) {
      // Processes of one installation differ by seconds; what is older by more is worth a word.
      return this.trust.issuedAtMs - trust.issuedAtMs > CLOSE_MS ? "older" : "renewed";
    }
    this.trust = trust;
    const lists = new Map([...trust.lists].map(([number, held]): [number, Bytes] => [number, held.token]));
    this.held = { bundle: found.bundle, lists };
    await this.keep(this.held);
    return "renewed";
  }

  private async keep(held: Kept): Promise<void> {
    try {
      const database = await this.open();
      await database?.put("knowledge", held, "trust");
      this.isKept = database !== null;
    } catch {
      this.isKept = false; // the phone's storage is full
      this.database = null;
    }
  }

  /** Keep what is known where it is not: the storage was full, or somebody or the browser cleared it. */
  private async keepAgain(): Promise<void> {
    if (!this.held) {
      return;
    }
    try {
      const kept = await (await this.open())?.getKey("knowledge", "trust");
      if (kept !== undefined && this.isKept) {
        return;
      }
    } catch {
      this.database = null; // it was closed when it was cleared
    }
    await this.keep(this.held);
  }

  /** Who may sign: whom the bundle names that is known. Anyone at first use. */
  private signers(): readonly string[] {
    return this.trust?.signers ?? [];
  }

  private async open(): Promise<IDBPDatabase<Shape> | null> {
    try {
      this.database ??= openDB<Shape>("strp-checkpoint", 1, {
        upgrade: (database) => void database.createObjectStore("knowledge"),
        terminated: () => {
          this.database = null;
        },
      });
      return await this.database;
    } catch {
      this.database = null;
      return null; // a browser that keeps nothing
    }
  }
}

/** What is no bundle at all came from somebody on the way, such as the sign-in page of a network. */
function renewalAfter(error: unknown): Renewal {
  return error instanceof BundleError && error.code === "bundle-untrusted" ? "refused" : "offline";
}

async function get(address: string): Promise<Bytes> {
  const answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout?.(GIVE_UP_MS) });
  if (!answer.ok) {
    throw new Error(`${answer.status}`);
  }
  return new Uint8Array(await answer.arrayBuffer());
}
