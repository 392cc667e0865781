// What a card may still say, by the moments that stand on it and the phone's clock.

export interface CardState {
  /** What the card shows was checked a while ago. */
  readonly isOld: boolean;
  /** The period of the certificate is over. */
  readonly isOver: boolean;
}

const OLD_AFTER_MS = 2 * 60_000;

/**
 * @param checkedAt ISO 8601 moment of the last check by the server.
 * @param endsAt ISO 8601, the first moment after the period; absent: unknown.
 * @param now milliseconds since 1970 by the phone's clock. One that is behind the check is wrong:
 *   then the moment of the check counts.
 */
export function stateOf(checkedAt: string | undefined, endsAt: string | undefined, now: number): CardState {
  const checked = Date.parse(checkedAt ?? "");
  const ends = Date.parse(endsAt ?? "");
  const later = Number.isNaN(checked) ? now : Math.max(now, checked);
  return { isOld: later - checked > OLD_AFTER_MS, isOver: later >= ends };
}
