import { type SVGTemplateResult, svg } from 'lit-html';

/** Line icons on a grid of 24, drawn with the colour of the text around them. Each is decoration: the button says what it does. */
const paths = {
  chat: 'M4 5.5h16v10.5H11l-4.5 3.8V16H4z',
  people:
    'M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM2.8 19.5c.4-3.6 2.9-5.7 6.2-5.7s5.8 2.1 6.2 5.7M15.6 4.9a3.2 3.2 0 0 1 0 5.8M17.6 14.2c2.1.7 3.4 2.5 3.7 5.3',
  gesture:
    'M7.2 12.6 5.4 9.5a1.4 1.4 0 0 1 2.4-1.4l2.7 4.6L7.6 7.6A1.4 1.4 0 0 1 10 6.2l3 5.1-2.4-4.2A1.4 1.4 0 0 1 13 5.7l3.3 5.6c.3-1 .2-2.2.9-2.9.6-.6 1.6-.3 1.9.5.7 2.3 1 6-.7 8.4a6.3 6.3 0 0 1-9.9.1zM3.4 15.2c.4 2 1.4 3.6 3 4.8',
  wardrobe: 'M12 9.2V8a2.1 2.1 0 1 0-2.1-2.1M12 9.2 3.6 15c-1.1.8-.6 2.5.8 2.5h15.2c1.4 0 1.9-1.7.8-2.5z',
  decorate:
    'M6.2 10.5V7a2 2 0 0 1 2-2h7.6a2 2 0 0 1 2 2v3.5M4.2 10.4a1.9 1.9 0 0 1 1.9 1.9v2.2h11.8v-2.2a1.9 1.9 0 1 1 2.7 1.7v4H3.4v-4a1.9 1.9 0 0 1 .8-3.6zM5.5 18v1.8M18.5 18v1.8',
  share: 'M12 15V4m0 0L8 8m4-4 4 4M5 12.5V19a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-6.5',
  close: 'm6 6 12 12M18 6 6 18',
  send: 'M4 12 20 5l-4.6 14.5-3.6-5.6zM11.8 13.9 20 5',
  look: 'M2.8 12S6 6.2 12 6.2 21.2 12 21.2 12 18 17.8 12 17.8 2.8 12 2.8 12zM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z',
  go: 'M5 12h14m0 0-5.5-5.5M19 12l-5.5 5.5',
  more: 'm6 9.5 6 6 6-6',
  mute: 'M4 9.5v5h3.4L12 18.6V5.4L7.4 9.5zM16 9.5l5 5m0-5-5 5',
  unmute: 'M4 9.5v5h3.4L12 18.6V5.4L7.4 9.5zM15.6 9a4.2 4.2 0 0 1 0 6M18.2 6.6a7.6 7.6 0 0 1 0 10.8',
  hide: 'M4 4l16 16M9.9 6.5c.7-.2 1.4-.3 2.1-.3 6 0 9.2 5.8 9.2 5.8a17 17 0 0 1-2.6 3.3M6.3 8.2A16 16 0 0 0 2.8 12s3.2 5.8 9.2 5.8c1.5 0 2.8-.4 4-.9M10 10a2.8 2.8 0 0 0 4 4',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7l-1.4 1.4M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.4-1.4',
  photo: 'M4 8h3.4L9 5.4h6L16.6 8H20v11H4zM12 16.4a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z',
  grow: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  shrink: 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5',
  leave: 'M14 4.5H6v15h8M10.5 12H21m0 0-3.6-3.6M21 12l-3.6 3.6',
  remove: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.9 12.5h9.2L17.5 7M10.3 10.5v5.5M13.7 10.5v5.5',
  undo: 'M8 5 4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9',
  redo: 'm16 5 4 4-4 4M20 9h-9.5a5.5 5.5 0 0 0 0 11H15',
  left: 'M4 5v5h5M4.6 10a8 8 0 1 1-.5 4',
  right: 'M20 5v5h-5M19.4 10a8 8 0 1 0 .5 4',
  down: 'm5 12.5 4.5 4.5L19 7.5',
  add: 'M12 5v14M5 12h14',
  names: 'M3.5 7.5h11l6 4.5-6 4.5h-11zM7 12h.01',
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName): SVGTemplateResult {
  return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${paths[name]} /></svg>`;
}
