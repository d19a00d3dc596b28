/** What the service answers itself, whatever the address looks like; all other paths are the app's. */

/** Paths that are not the app's: the same as `SERVED` in `api/web.py`. */
export const SERVED = /^\/(v1|s|verify|docs)(\/|$)|^\/(openapi\.json|healthy|live|ready|metrics)$/;
