/** The mark: one beat of a pulse line that becomes a check. */
export function Mark({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="14" fill="#0B6E4F" />
      <path
        d="M8 36h11l4-10 7 22 6-12 4 5L56 20"
        fill="none"
        stroke="#FBFAF7"
        stroke-width="5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
