/**
 * Sends one photo in small pieces and puts it beside its report.
 *
 * Invariants: the office says where an upload stands, so a cut line costs one piece; each piece
 * carries its digest; the report is told of the photo only when the office has it.
 */
import { ask, Refused, send } from '../api/client';
import type { Shape } from '../api/types';
import { contentDigest } from './digests';
import type { Photo } from './photos';

export const PIECE_BYTES = 32_768; // four seconds of a line of 64 kbps
const MOST_CORRECTIONS = 3; // of where it stands; then something else is wrong

type Standing = Shape<'AttachmentView'>;
type Sent = Pick<Photo, 'sha256' | 'bytes' | 'reportId' | 'owner'>;

const ADDRESS = '/v1/attachments/{sha256}';

/**
 * Uploads what is missing and refers to it. `told` hears of every piece, in bytes.
 * Throws `Refused` and `Unreachable`; asking again goes on from where it stands.
 */
export async function upload(photo: Sent, told: (sentBytes: number) => void): Promise<void> {
  const path = { sha256: photo.sha256 };
  let standing: Standing = await ask('put', ADDRESS, {
    path,
    owner: photo.owner,
    body: { bytes: photo.bytes.byteLength },
  });
  let corrections = 0;
  while (standing.state !== 'ready') {
    told(standing.offset);
    try {
      standing = await nextPiece(photo, standing.offset);
    } catch (error) {
      const offset = offsetSaid(error);
      if (offset === null || (corrections += 1) > MOST_CORRECTIONS) throw error;
      standing = { ...standing, offset };
    }
  }
  told(photo.bytes.byteLength);
  await refer(photo);
}

async function nextPiece(photo: Sent, offset: number): Promise<Standing> {
  const piece = photo.bytes.slice(offset, offset + PIECE_BYTES);
  const response = await send('patch', ADDRESS, {
    path: { sha256: photo.sha256 },
    owner: photo.owner,
    body: piece,
    headers: {
      'content-type': 'application/octet-stream',
      'content-digest': await contentDigest(piece),
      'upload-offset': String(offset),
    },
  });
  return (await response.json()) as Standing;
}

/** Where the upload stands, when the office says that it is not where we thought. */
function offsetSaid(error: unknown): number | null {
  if (!(error instanceof Refused)) return null;
  const { code, details } = error.problem;
  const offset: unknown = (details as Record<string, unknown> | undefined)?.offset;
  if (code === 'offset_mismatch' && typeof offset === 'number') return offset;
  return code === 'digest_mismatch' ? 0 : null; // what came was something else; from the beginning
}

/** Puts the photo beside its report, with whatever lies there already. */
async function refer({ sha256, reportId, owner }: Sent): Promise<void> {
  const path = { report_id: reportId };
  const known = await ask('get', '/v1/reports/{report_id}/evidence', { path, owner });
  if (known.some((piece) => piece.reference === sha256)) return;
  const before = known.map(({ kind, reference }) => ({ kind, reference }));
  const evidence = [...before, { kind: 'photo', reference: sha256 }];
  await ask('put', '/v1/reports/{report_id}/evidence', {
    path,
    owner,
    body: { evidence } as Shape<'EvidenceChange'>,
  });
}
