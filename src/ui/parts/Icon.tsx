const STROKES = {
  train: 'M4 18 9 11l4 4 7-9',
  inspect: 'M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm5 12 4 4',
  compare: 'M5 20V9h5v11zM14 20V4h5v16z',
  experiments: 'M9 3h6M10 3v6L4.5 18.5A1.7 1.7 0 0 0 6 21h12a1.7 1.7 0 0 0 1.5-2.5L14 9V3M7.5 15h9',
  talk: 'M4 5h16v11h-9l-4 4v-4H4zM8 9h8M8 12h5',
  models: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  'thumb-up': 'M8 11v9H5v-9zM8 11l4-7c2 0 2.4 1.4 2 3l-.6 3H19l-1.6 8.4c-.2 1-.8 1.6-1.8 1.6H8',
  'thumb-down': 'M8 13V4H5v9zM8 13l4 7c2 0 2.4-1.4 2-3l-.6-3H19l-1.6-8.4C17.2 4.6 16.6 4 15.6 4H8',
  scenarios: 'M6 4h12v16H6zM9 8h6M9 12h6M9 16h4',
  storage: 'M5 6c0-3 14-3 14 0v12c0 3-14 3-14 0zM5 6c0 3 14 3 14 0M5 12c0 3 14 3 14 0',
  'self-test': 'M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4M10 12l1.5 1.5L14 10.5',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M19 5l-1.4 1.4M6.4 17.6 5 19',
  moon: 'M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5Z',
  device: 'M4 5h16v11H4zM9 20h6M12 16v4',
  help: 'M9.2 9a2.9 2.9 0 1 1 4.3 2.6c-1 .6-1.5 1.1-1.5 2.4M12 17.6v.1',
  save: 'M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  rename: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  delete: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  restore: 'M4 5v5h5M4.5 10A8 8 0 1 1 4 13.5',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.3 1.3M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.3-1.3',
  down: 'M7 10l5 5 5-5',
  export: 'M12 15V4M7 9l5-5 5 5M5 15v5h14v-5',
  import: 'M12 4v11M7 10l5 5 5-5M5 15v5h14v-5',
} as const;

const SOLIDS = {
  play: 'M7 4.5 19 12 7 19.5z',
  pause: 'M6 5h4v14H6zM14 5h4v14h-4z',
  more: 'M5 10.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6zm7 0a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6zm7 0a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z',
  step: 'M5 4.5 14.5 12 5 19.5zM16 5h3v14h-3z',
  stop: 'M6 6h12v12H6z',
  star: 'M12 3l2.7 5.8 6.3.8-4.6 4.3 1.2 6.3L12 17.1 6.4 20.2l1.2-6.3L3 9.6l6.3-.8z',
} as const;

export type IconName = keyof typeof STROKES | keyof typeof SOLIDS;

/** Decorative: the control that holds it carries the name. */
export function Icon({ name }: { readonly name: IconName }) {
  const isSolid = name in SOLIDS;
  const paths: Record<string, string> = { ...STROKES, ...SOLIDS };
  return (
    <svg className={isSolid ? 'icon solid' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
