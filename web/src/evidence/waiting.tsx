/** A photo that is still on this phone, drawn from its own bytes. */
import { useEffect, useState } from 'preact/hooks';
import type { Photo } from './photos';

/** `alt`: what it is called by whoever cannot see it. */
export function Waiting({ photo, alt }: { photo: Photo; alt: string }) {
  const [address, setAddress] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([photo.bytes], { type: 'image/jpeg' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [photo.id]);
  if (!address) return null;
  return <img class="photo" src={address} alt={alt} width={96} height={96} />;
}
