// How long is left, by how fast the line moved since this page was opened.

export interface Look {
  /** Numbers before this one that are not served yet. */
  readonly distance: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly at: number;
}

const TOO_SOON_MS = 5_000;

/**
 * Minutes left, or undefined where the line has not moved enough to tell.
 *
 * @param first the first look of this page.
 * @param now the latest.
 */
export function minutesLeft(first: Look, now: Look): number | undefined {
  const moved = first.distance - now.distance;
  const tookMs = now.at - first.at;
  if (moved <= 0 || tookMs < TOO_SOON_MS) {
    return undefined;
  }
  return Math.ceil((now.distance * tookMs) / moved / 60_000);
}
