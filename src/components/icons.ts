/** The panel's icons: strokes in the colour of the text beside them, so that both themes are served. */
import { LabIcon } from '@jupyterlab/ui-components';

/** The icon of the panel in the sidebar: a branch, and the way back to it. */
export const panelIcon = new LabIcon({
  name: 'jupyter-mlgit:panel',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
    <g class="jp-icon3" stroke="#616161">
      <circle class="jp-icon3" stroke="#616161" cx="6" cy="18.5" r="2.5"/>
      <circle class="jp-icon3" stroke="#616161" cx="6" cy="5.5" r="2.5"/>
      <path class="jp-icon3" stroke="#616161" d="M6 8v8M6 14c0-3 2-3.5 5-3.5h5.5a3.5 3.5 0 0 0 0-7H13"/>
      <path class="jp-icon3" stroke="#616161" d="M15.2 1.2 12.8 3.6l2.4 2.4"/>
      <path class="jp-icon3" stroke="#616161" d="M12.5 18.5h8M16.5 14.5v8"/>
    </g>
  </g>
</svg>`
});

/** The kinds of things that happen, one icon each. */
export type Happening =
  | 'backup'
  | 'branch'
  | 'checkout'
  | 'commit'
  | 'delete'
  | 'merge'
  | 'pick'
  | 'pin'
  | 'pull'
  | 'rebase'
  | 'redo'
  | 'rename'
  | 'reset'
  | 'restore'
  | 'revert'
  | 'settings'
  | 'stash'
  | 'undo'
  | 'other';

const PATHS: Readonly<Record<Happening, string>> = {
  backup: '<path d="M2.5 3h11v3.5h-11zM3.5 6.5v7h9v-7M8 7.5v4M6 9.7l2 2 2-2"/>',
  branch:
    '<circle cx="4" cy="3.5" r="1.7"/><circle cx="4" cy="12.5" r="1.7"/><circle cx="12" cy="5.5" r="1.7"/><path d="M4 5.2v5.6M12 7.2c0 2.3-2 2.8-4 3-2 .2-4 .3-4 .6"/>',
  checkout:
    '<path d="M2.5 5.5h10M10 3l2.5 2.5L10 8M13.5 10.5h-10M6 8l-2.5 2.5L6 13"/>',
  commit: '<circle cx="8" cy="8" r="3"/><path d="M1.5 8H5M11 8h3.5"/>',
  delete: '<path d="m4 4 8 8M12 4l-8 8"/>',
  merge:
    '<circle cx="4" cy="3.5" r="1.7"/><circle cx="4" cy="12.5" r="1.7"/><circle cx="12" cy="8.5" r="1.7"/><path d="M4 5.2v5.6M4 5.2c.4 2.3 3 3.3 6.3 3.3"/>',
  pick: '<circle cx="8" cy="11" r="3"/><path d="M8 8V1.5M5.5 4 8 1.5 10.5 4"/>',
  pin: '<path d="M5.5 2h5M6.5 2v4.5L4 9.5h8L9.5 6.5V2M8 9.5V14"/>',
  pull: '<path d="M8 2v9M4.5 7.5 8 11l3.5-3.5M3 14h10"/>',
  rebase:
    '<path d="M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3h-3"/><circle cx="8" cy="8" r="1.2"/>',
  redo: '<path d="M10.5 3 13.5 6l-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H10"/>',
  rename: '<path d="m3 13 .6-2.8 7.3-7.3 2.2 2.2-7.3 7.3zM9.5 4.3l2.2 2.2"/>',
  reset: '<path d="M3 8a5 5 0 1 1 1.6 3.7M2.8 4.5V8h3.5"/>',
  restore: '<path d="M3 8a5 5 0 1 1 1.6 3.7M2.8 4.5V8h3.5M8 5.2V8l2 1.6"/>',
  revert: '<path d="M14 8H4M7.5 4 3.5 8l4 4"/>',
  settings:
    '<path d="M2.5 4.5h5M11 4.5h2.5M2.5 11.5H5M8.5 11.5h5"/><circle cx="9.2" cy="4.5" r="1.7"/><circle cx="6.7" cy="11.5" r="1.7"/>',
  stash: '<path d="M2.5 6.5h11v7h-11zM2.5 6.5l2-4h7l2 4M6 9.5h4"/>',
  undo: '<path d="M5.5 3 2.5 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6"/>',
  other: '<circle cx="8" cy="8" r="1.5"/>'
};

function drawn(name: Happening): LabIcon {
  return new LabIcon({
    name: `jupyter-mlgit:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 16 16"><g fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">${PATHS[name]}</g></svg>`
  });
}

/** What a person should look at twice. */
export const warningIcon = new LabIcon({
  name: 'jupyter-mlgit:warning',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 16 16"><g fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M8 2.2 14.4 13.4H1.6zM8 6.6v3M8 11.4v.1"/></g></svg>`
});

/** What opens a file itself: a sheet with its corner turned down. */
export const fileIcon = new LabIcon({
  name: 'jupyter-mlgit:file',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 16 16"><g fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M3.5 1.8h6L12.5 5v9.2h-9zM9.3 1.8v3.4h3.2"/></g></svg>`
});

/** The difference of one file: a sheet with what came and what went. */
export const diffIcon = new LabIcon({
  name: 'jupyter-mlgit:diff',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 16 16"><g fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M3 1.8h10v12.4H3zM5.6 6.2h4.8M8 3.8v4.8M5.6 11.4h4.8"/></g></svg>`
});

/** What leads to a comparison: two sheets, one against the other. */
export const compareIcon = new LabIcon({
  name: 'jupyter-mlgit:compare',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 16 16"><g fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2 2.5h4.7v11H2zM9.3 2.5H14v11H9.3zM10.4 8h2.5M3.1 8h2.5M4.35 6.75v2.5"/></g></svg>`
});

/** The icon of each kind. */
export const icons = Object.fromEntries(
  (Object.keys(PATHS) as Happening[]).map(name => [name, drawn(name)])
) as Readonly<Record<Happening, LabIcon>>;
