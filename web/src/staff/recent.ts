/** What was reported lately: offered again with one tap, and said when it repeats. Pure. */

export interface Activity {
  targetId: string;
  quantity: number;
  note: string;
  at: string; // when it was done
}

export const MOST_OFFERED = 4;
export const REPEATS = 3;

/** The last different activities of targets that still run, the newest first. */
export function offered(lately: readonly Activity[], running: ReadonlySet<string>): Activity[] {
  const newest = [...lately].sort((one, other) => other.at.localeCompare(one.at));
  const seen = new Set<string>();
  const found: Activity[] = [];
  for (const activity of newest) {
    const same = `${activity.targetId} ${activity.quantity} ${plain(activity.note)}`;
    if (!running.has(activity.targetId) || seen.has(same)) continue;
    seen.add(same);
    found.push(activity);
    if (found.length === MOST_OFFERED) break;
  }
  return found;
}

/** What was reported last toward a target; undefined: nothing lately. */
export function lastOf(lately: readonly Activity[], targetId: string): Activity | undefined {
  const toward = lately.filter((activity) => activity.targetId === targetId);
  return toward.sort((one, other) => other.at.localeCompare(one.at))[0];
}

/**
 * How many of the newest reports for this target say the very same, without a break; 0 below
 * REPEATS. The reporter is told first, and it refuses nothing.
 */
export function repeated(
  lately: readonly Activity[],
  draft: Pick<Activity, 'targetId' | 'quantity' | 'note'>,
): number {
  if (!plain(draft.note)) return 0;
  const same = (activity: Activity) =>
    activity.quantity === draft.quantity && plain(activity.note) === plain(draft.note);
  const newest = lately
    .filter((activity) => activity.targetId === draft.targetId)
    .sort((one, other) => other.at.localeCompare(one.at));
  const broken = newest.findIndex((activity) => !same(activity));
  const times = broken < 0 ? newest.length : broken;
  return times >= REPEATS ? times : 0;
}

function plain(note: string): string {
  return note.trim().toLowerCase().replace(/\s+/g, ' ');
}
