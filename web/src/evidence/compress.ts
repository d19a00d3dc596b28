/**
 * Makes a photo small enough for a thin line. Drawing it anew also takes away where and with what
 * it was taken: nothing but the picture leaves this phone.
 */

export const MOST_BYTES = 150_000;
const FIRST_EDGE = 1_280; // pixels; a form that fills the picture can still be read
const LEAST_EDGE = 320;
const LAST_QUALITY = 0.4;
const QUALITIES = [0.8, 0.65, 0.5, LAST_QUALITY];
const SMALLER = 0.75;

export interface Picture {
  bytes: ArrayBuffer;
  width: number;
  height: number;
}

/** The file is no picture that this phone can read. */
export class Unreadable extends Error {
  constructor() {
    super('photo_unreadable');
    this.name = 'Unreadable';
  }
}

export interface Size {
  width: number;
  height: number;
}

/** Draws the picture at this size and quality, as JPEG. */
export type Draw = (size: Size, quality: number) => Promise<Blob>;

/** The size whose longer edge is at most `edge`; never larger than it was. */
export function fitted({ width, height }: Size, edge: number): Size {
  const scale = Math.min(1, edge / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** The best drawing of at most so many bytes: quality goes first, then size. */
export async function smallest(size: Size, draw: Draw, mostBytes = MOST_BYTES): Promise<Picture> {
  for (let edge = FIRST_EDGE; ; edge *= SMALLER) {
    const drawn = fitted(size, edge);
    for (const quality of QUALITIES) {
      const blob = await draw(drawn, quality);
      if (blob.size <= mostBytes || (edge < LEAST_EDGE && quality === LAST_QUALITY)) {
        return { bytes: await blob.arrayBuffer(), ...drawn };
      }
    }
  }
}

/** The photo as it is sent. Throws `Unreadable`. */
export async function compressed(file: Blob): Promise<Picture> {
  const picture = await decoded(file);
  try {
    const canvas = document.createElement('canvas');
    return await smallest({ width: picture.width, height: picture.height }, (size, quality) => {
      canvas.width = size.width;
      canvas.height = size.height;
      const paper = canvas.getContext('2d');
      if (!paper) throw new Unreadable();
      paper.fillStyle = 'white';
      paper.fillRect(0, 0, size.width, size.height);
      paper.drawImage(picture, 0, 0, size.width, size.height);
      return new Promise((resolve, reject) => {
        canvas.toBlob(
          (blob) => (blob ? resolve(blob) : reject(new Unreadable())),
          'image/jpeg',
          quality,
        );
      });
    });
  } finally {
    picture.close();
  }
}

async function decoded(file: Blob): Promise<ImageBitmap> {
  try {
    // Upright, as the camera held it: what says so is gone afterwards.
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new Unreadable();
  }
}
