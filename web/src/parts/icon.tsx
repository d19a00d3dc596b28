/** Line icons of our own, 24 by 24, in the colour of the text. Words stand beside them always. */

const PATHS = {
  today: 'M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M8.5 15l2.5 2.5 4.5-5',
  report: 'M12 5v14M5 12h14',
  outbox: 'M4 14v5h16v-5M12 15V4M8 8l4-4 4 4',
  inbox: 'M4 14v5h16v-5M12 4v11M8 11l4 4 4-4',
  more: 'M5 7h14M5 12h14M5 17h14',
  feed: 'M3 13h4l2-6 4 12 3-8 1 2h4',
  board: 'M5 20v-8M12 20V4M19 20v-5M3 20h18',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3.2 2.7 3.5 5.5',
  person: 'M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 21c.6-4.5 3.5-7 7.5-7s6.9 2.5 7.5 7',
  target: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 12h.01',
  saved: 'M8 3h8v18H8zM11 18h2',
  sending: 'M4 12h12M12 7l5 5-5 5M20 5v14',
  sent: 'M4 12.5 9 17.5 20 6.5',
  received: 'M2 13l4 4L16 7M11 16l1 1L22 7',
  returned: 'M9 6 4 11l5 5M4 11h10a6 6 0 0 1 6 6v1',
  warning: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.01',
  alarm: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v6M12 16.5v.01',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v6M12 7.5v.01',
  praise: 'M12 20S4 15 4 9.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8 2.5C20 15 12 20 12 20Z',
  approve: 'M5 12.5 10 17.5 19.5 7',
  comment: 'M4 5h16v11H10l-5 4v-4H4z',
  camera: 'M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  online: 'M4 9.5a12 12 0 0 1 16 0M7 13a7.5 7.5 0 0 1 10 0M10 16.5a3 3 0 0 1 4 0M12 19.5v.01',
  offline:
    'M4 9.5a12 12 0 0 1 5-2.7M14 6.7a12 12 0 0 1 6 2.8M10 16.5a3 3 0 0 1 4 0M12 19.5v.01M3 3l18 18',
  lock: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3',
  settings:
    'M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M5.3 18.7l2.1-2.1M16.6 7.4l2.1-2.1',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4',
  book: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11',
  paper: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  history: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 2',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  down: 'M5 9l7 7 7-7',
  up: 'M5 15l7-7 7 7',
  close: 'M6 6l12 12M18 6 6 18',
  minus: 'M5 12h14',
  plus: 'M12 5v14M5 12h14',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM13.5 7.5l3 3',
  remove: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  again: 'M20 12a8 8 0 1 1-2.5-5.8L20 8.5M20 4v4.5h-4.5',
  export: 'M12 4v11M8 11l4 4 4-4M5 20h14',
  filter: 'M4 5h16l-6 7.5V19l-4-2v-4.5z',
  exit: 'M10 4H5v16h5M9 12h11M16 8l4 4-4 4',
} as const;

export type IconName = keyof typeof PATHS;

interface IconProps {
  name: IconName;
  /** Edge in pixels. */
  size?: number;
  /** Only where no word stands beside it. */
  label?: string;
}

export function Icon({ name, size = 24, label }: IconProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : 'true'}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
