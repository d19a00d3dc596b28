/** Times as a form field has them (2026-11-24T14:05), in the zone of the unit, not the phone's. */

/** What a clock on the wall of that zone shows, for `<input type="datetime-local">`. */
export function wallTime(at: Date | string | number, zone: string): string {
  const options = { timeZone: zone, dateStyle: 'short', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat('sv-SE', options).format(new Date(at)).replace(' ', 'T');
}

/** The instant at which that clock shows `wall`; null when the text is no time. */
export function instantOf(wall: string, zone: string): string | null {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return null;
  let at = asUtc;
  // Twice: the offset of the first guess may be that of the other side of a change of clocks.
  for (let round = 0; round < 2; round += 1) {
    at = asUtc - (Date.parse(`${wallTime(at, zone)}Z`) - Math.floor(at / 60_000) * 60_000);
  }
  return new Date(at).toISOString();
}
