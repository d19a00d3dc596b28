/** Where the phone is, asked only at the moment of a report and only where the job asks for it. */
import type { Shape } from '../api/types';

const PATIENCE_MS = 5_000; // a report never waits longer for a satellite

/** The place, or null when it cannot be had: the report goes without. */
export function whereabouts(): Promise<Shape<'Location'> | null> {
  if (!('geolocation' in navigator)) return Promise.resolve(null);
  return new Promise((resolve) => {
    // The browser counts only from its permission on; a question that nobody answers is no place.
    setTimeout(() => resolve(null), PATIENCE_MS);
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) =>
        resolve({
          latitude: coords.latitude,
          longitude: coords.longitude,
          accuracy_m: coords.accuracy,
          age_s: Math.max(0, (Date.now() - timestamp) / 1000),
        }),
      () => resolve(null),
      { timeout: PATIENCE_MS, maximumAge: 60_000 },
    );
  });
}
