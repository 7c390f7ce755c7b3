/** Knows where the shown repository begins, so that a menu can tell at once whether a file in it differs. */
import type { IRepository } from '../tokens';
import { topFolder } from '../repository/openDocuments';

/** Gives a file's path from a folder on; null where it lies elsewhere. Both are relative to the server's root. */
export function pathBelow(top: string, path: string): string | null {
  if (top === '') {
    return path;
  }
  return path.startsWith(`${top}/`) ? path.slice(top.length + 1) : null;
}

/** The top folder of the repository that is shown. */
export class TopFolder {
  /** @param _repository - the repository that is shown. */
  constructor(private readonly _repository: IRepository) {
    _repository.stateChanged.connect(this._follow, this);
    this._follow();
  }

  /** Tells whether a file differs; false as long as that is not known. */
  differs(path: string): boolean {
    const { status } = this._repository.state;
    const below = this._top === null ? null : pathBelow(this._top, path);
    return (
      below !== null &&
      (status?.changes ?? []).some(
        one =>
          one.path === below ||
          // An untracked folder with many files stands for them.
          (one.path.endsWith('/') && below.startsWith(one.path))
      )
    );
  }

  private _follow(): void {
    const { at, status } = this._repository.state;
    const root = status?.root ?? null;
    if (at === this._at && root === this._root) {
      return;
    }
    this._at = at;
    this._root = root;
    this._top = null;
    if (root === null) {
      return;
    }
    const current = (): boolean => at === this._at && root === this._root;
    topFolder(this._repository.client, at, root).then(
      top => {
        if (current()) {
          this._top = top;
        }
      },
      () => {
        // The next state asks anew.
        if (current()) {
          this._root = null;
        }
      }
    );
  }

  private _at: string | null = null;
  private _root: string | null = null;
  private _top: string | null = null;
}
