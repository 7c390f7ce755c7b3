/** Knows Jupyter's checkpoints: copies of notebooks that nobody reads, and that few people let git ignore. */

const FOLDER = /(?:^|\/)\.ipynb_checkpoints(?:\/|$)/;

/** Tells whether a file that git does not track is a checkpoint, or a folder of them. What it tracks is none. */
export function isCheckpoint(path: string): boolean {
  return FOLDER.test(path);
}
