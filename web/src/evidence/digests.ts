/** SHA-256 of bytes: as a name in hex, and as the `Content-Digest` header of a piece (RFC 9530). */

async function digest(bytes: ArrayBuffer): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** 64 hex digits: what the office calls a photo by. */
export async function nameOf(bytes: ArrayBuffer): Promise<string> {
  return Array.from(await digest(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a piece is sent with, so that a change on the way is noticed. */
export async function contentDigest(bytes: ArrayBuffer): Promise<string> {
  return `sha-256=:${btoa(String.fromCharCode(...(await digest(bytes))))}:`;
}
