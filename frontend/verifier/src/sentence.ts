// Sentences for people, always in both languages.

/** One sentence in Indonesian and in English. */
export interface Sentence {
  readonly id: string;
  readonly en: string;
}

/** A sentence as the bundle writes it, or null where it is none. */
export function readSentence(shape: unknown): Sentence | null {
  const { id, en } = (shape ?? {}) as Record<string, unknown>;
  return typeof id === "string" && typeof en === "string" ? { id, en } : null;
}
