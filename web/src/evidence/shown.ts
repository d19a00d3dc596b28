/** Photos as the office has them, fetched with the right to see them and kept in memory alone. */
import { send } from '../api/client';

export type PhotoSize = 'full' | 'thumb';

/** An address of the picture for `<img>`; give it back with `URL.revokeObjectURL`. */
export async function pictureOf(
  sha256: string,
  reportId: string,
  size: PhotoSize,
  signal?: AbortSignal,
): Promise<string> {
  const response = await send('get', '/v1/attachments/{sha256}', {
    path: { sha256 },
    query: { report: reportId, size },
    signal,
  });
  return URL.createObjectURL(await response.blob());
}
