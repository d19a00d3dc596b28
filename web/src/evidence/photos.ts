/**
 * The photos on this phone that the office does not have yet.
 *
 * Invariants: `photos` holds what the database holds; a photo leaves when the office has it and
 * its report refers to it, or by the person's hand. A photo of a draft waits for its report.
 */
import { effect, signal } from '@preact/signals';
import type { Problem } from '../api/types';
import { phone, wholly } from '../store/database';
import type { Phone, StoredPhoto } from '../store/database';
import { newId } from '../store/ids';
import { isReceived } from '../store/items';
import { onSaved } from '../store/outbox';
import { me } from '../store/session';
import { tabs } from '../store/tabs';
import { compressed } from './compress';
import { nameOf } from './digests';

/** `waiting` for its report, or for signal; `refused`: the office says why in `problem`. */
export interface Photo extends StoredPhoto {
  sha256: string;
  bytes: ArrayBuffer;
  width: number;
  height: number;
  state: 'waiting' | 'refused';
  problem?: Problem;
  addedAt: number; // ms, by this phone's clock
}

export const MOST_PHOTOS = 3; // of one report from this app; the office takes ten pieces
const DRAFT = 'draft:'; // then the key of the draft: where a photo is before its report has an id

/** Photos of whoever is signed in, oldest first. */
export const photos = signal<readonly Photo[]>([]);

const changes = tabs<'changed'>('denyut-photos');
const started = { followed: false };

/** Shows the photos of whoever is signed in, from now on. */
export function followPhotos(): void {
  if (started.followed) return;
  started.followed = true;
  changes.onWord(() => void showPhotos());
  onSaved(() => void showPhotos()); // the draft has become a report, and its photos the report's
  effect(() => {
    if (me.value) void showPhotos();
    else photos.value = [];
  });
}

/** Reads them anew. */
export async function showPhotos(): Promise<void> {
  const owner = me.peek()?.employee.id;
  if (!owner) return;
  const found = await photosOf(await phone(), owner);
  if (me.peek()?.employee.id === owner) photos.value = found;
}

/** Everything of one person, oldest first. */
export async function photosOf(db: Phone, owner: string): Promise<Photo[]> {
  const found = (await db.getAllFromIndex('photos', 'owner', owner)) as Photo[];
  return found.sort((one, other) => one.addedAt - other.addedAt);
}

/** Keeps a photo for a report, made small. Throws `Unreadable` and `PhoneFull`. */
export async function addPhoto(reportId: string, file: Blob): Promise<void> {
  const owner = me.peek()?.employee.id;
  if (!owner) throw new Error('nobody is signed in');
  const picture = await compressed(file);
  const photo: Photo = {
    id: newId(),
    owner,
    reportId,
    sha256: await nameOf(picture.bytes),
    ...picture,
    state: 'waiting',
    addedAt: Date.now(),
  };
  await wholly(await phone(), ['photos'], ({ store }) => store.add(photo));
  await changed();
}

/** The person does not want it, or the office has it. */
export async function dropPhoto(id: string): Promise<void> {
  await (await phone()).delete('photos', id);
  await changed();
}

/** The office does not take it; it stays until the person has seen why. */
export async function refusePhoto(id: string, problem: Problem): Promise<void> {
  const db = await phone();
  const photo = await db.get('photos', id);
  if (photo) await db.put('photos', { ...photo, state: 'refused', problem });
  await changed();
}

/** Those that may go: of a report that the office has. Text never waits for photos. */
export async function photosToSend(db: Phone, owner: string): Promise<Photo[]> {
  const ready: Photo[] = [];
  for (const photo of await photosOf(db, owner)) {
    if (photo.state !== 'waiting' || photo.reportId.startsWith(DRAFT)) continue;
    const report = await db.getFromIndex('items', 'id', photo.reportId);
    // A receipt is kept here for a week; afterwards the office has had the report for long.
    if (!report || isReceived(report)) ready.push(photo);
  }
  return ready;
}

async function changed(): Promise<void> {
  changes.tell('changed');
  await showPhotos();
}
