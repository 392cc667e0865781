// Which of the codes in view are to be judged: each once while it is held there.

/** A code that was out of view for so long is shown anew. */
const ABSENT_MS = 3_000;

export class HeldCodes {
  private readonly lastSeen = new Map<string, number>();
  private shown: ReadonlySet<string> = new Set();

  /**
   * What to judge of the codes of one frame: all of them where one came into view, or where several
   * are there that were not shown together; none where they are only held still.
   */
  toJudge(texts: readonly string[], nowMs: number): readonly string[] {
    const isNew = texts.some((text) => nowMs - (this.lastSeen.get(text) ?? -Infinity) > ABSENT_MS);
    const areTogether = texts.length > 1 && texts.some((text) => !this.shown.has(text));
    for (const text of texts) {
      this.lastSeen.set(text, nowMs);
    }
    for (const [text, atMs] of this.lastSeen) {
      if (nowMs - atMs > ABSENT_MS) {
        this.lastSeen.delete(text);
      }
    }
    if (!isNew && !areTogether) {
      return [];
    }
    this.shown = new Set(texts);
    return texts;
  }
}
