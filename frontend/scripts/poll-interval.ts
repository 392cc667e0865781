// When to ask for the waiting room's document again: the rule of `domain/waiting_room/lanes.py`,
// poll_interval_s. Both are held to the same vectors.

const MOST_WAITING = 2 ** 30;
const NEAR_S = 0.25;
const JITTER = 0.25;

/**
 * Seconds until the next poll, so that all polls of a lane together stay within its share.
 *
 * @param distance numbers before this visitor's that are not served yet; 0 or less at the head
 * @param pollsPerS what the lane's polls may cost in all
 * @param draw of a uniform random number below 1, so that nobody marches in step
 */
export function pollIntervalS(distance: number, pollsPerS: number, draw: number): number {
  const near = NEAR_S * pollsPerS;
  const stretch = Math.log((near + MOST_WAITING) / near);
  return (((near + Math.max(0, distance)) * stretch) / pollsPerS) * (1 + JITTER * draw);
}
