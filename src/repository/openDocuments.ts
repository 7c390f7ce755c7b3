/**
 * Keeps the documents that are open in JupyterLab in step with an act that changes working files.
 *
 * A document holds its own copy of the file. Left alone, its next save writes one branch's content over the
 * other branch's file; so unsaved edits are saved before the act, and the editors show the files as they are
 * after it. An edit is never thrown away: what can not be saved stops the act.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IClient } from '../api/client';
import { ProblemError } from '../api/problem';
import type { AffectedFile } from '../api/schema';
import { visibleText } from '../components/visibleText';
import type { IRepository } from '../tokens';
import { holds } from './events';

/** A document that is open. */
export interface IOpenDocument {
  /** The file, relative to the server's root. */
  readonly path: string;
  /** Whether it has edits that are not saved. */
  readonly dirty: boolean;
  /** Writes the edits to the file; rejects where that fails or the person stops it. */
  save(): Promise<void>;
  /** Shows what is in the file; rejects where it can not be read, or there are edits by the time it was. */
  revert(): Promise<void>;
  /** Compares the file with what the document last read or wrote. */
  onDisk(): Promise<'same' | 'other' | 'gone'>;
}

/** Where documents are open, and how the person is asked and told. */
export interface IDesk {
  documents(): readonly IOpenDocument[];
  /** Asks whether to save these files and go on. */
  ask(paths: readonly string[], accept: string): Promise<boolean>;
  tell(tone: 'error' | 'info' | 'warning', message: string): void;
}

/** The open documents, for the acts that change working files. */
export class OpenDocuments {
  /**
   * @param _trans - the translations.
   * @param _client - asks the server.
   * @param _desk - where the documents are open.
   */
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _client: IClient,
    private readonly _desk: IDesk
  ) {}

  /**
   * Saves what is not saved, acts, and lets the documents follow.
   *
   * They follow a failed act as well: its answer may be lost on the way when the files have long changed.
   *
   * @param at - a folder of the repository, relative to the server's root.
   * @param root - the repository's top folder, as the server names it.
   * @param accept - the words for saving and going on; or the files, named from the top of the repository, of which
   *   the person has agreed that their edits are saved. No others are then.
   * @param act - the act; gets the files that were saved, named from the top of the repository.
   * @returns what the act gave; null where the person cancelled or a document could not be saved.
   */
  async around<T>(
    at: string,
    root: string,
    accept: string | readonly string[],
    act: (saved: ReadonlySet<string>) => Promise<T>
  ): Promise<T | null> {
    if (this._desk.documents().length === 0) {
      return act(new Set());
    }
    const top = await topFolder(this._client, at, root);
    const saved = await this._save(top, accept);
    if (saved === null) {
      return null;
    }
    let result: T;
    try {
      result = await act(new Set(saved.map(path => below(top, path))));
    } catch (error) {
      await this._follow(top, new Set());
      throw error;
    }
    await this._follow(top, otherHalves(result));
    return result;
  }

  /**
   * Names those of some files that are open with edits that are not saved.
   *
   * @param at - a folder of the repository, relative to the server's root.
   * @param root - the repository's top folder, as the server names it.
   * @param paths - the files, named from the top of the repository.
   */
  async unsaved(
    at: string,
    root: string,
    paths: readonly string[]
  ): Promise<readonly string[]> {
    if (!this._desk.documents().some(({ dirty }) => dirty)) {
      return [];
    }
    const top = await topFolder(this._client, at, root);
    return this._unsaved(top, paths).map(({ path }) => below(top, path));
  }

  private _of(top: string): readonly IOpenDocument[] {
    return this._desk.documents().filter(({ path }) => holds(top, path));
  }

  /** Gives the documents with edits that are not saved: all of them, or those of some files. */
  private _unsaved(
    top: string,
    paths: readonly string[] | null
  ): readonly IOpenDocument[] {
    return this._of(top).filter(
      ({ dirty, path }) =>
        dirty && (paths === null || paths.includes(below(top, path)))
    );
  }

  /** Saves; gives what was saved, null where the person would rather not or it failed. */
  private async _save(
    top: string,
    accept: string | readonly string[]
  ): Promise<readonly string[] | null> {
    const only = typeof accept === 'string' ? null : accept;
    const unsaved = this._unsaved(top, only);
    if (unsaved.length === 0) {
      return [];
    }
    const paths = unsaved.map(({ path }) => path);
    if (typeof accept === 'string' && !(await this._desk.ask(paths, accept))) {
      return null;
    }
    await Promise.allSettled(unsaved.map(one => one.save()));
    const left = this._unsaved(top, only);
    if (left.length > 0) {
      this._desk.tell(
        'error',
        this._trans.__(
          'Not saved: %1. Nothing was changed; save it, then try again.',
          named(left)
        )
      );
    }
    return left.length === 0 ? paths : null;
  }

  /** @param halves - files whose pair has changed: the document holds the sources of both. */
  private async _follow(
    top: string,
    halves: ReadonlySet<string>
  ): Promise<void> {
    const gone: IOpenDocument[] = [];
    const outdated: IOpenDocument[] = [];
    await Promise.all(
      this._of(top).map(async one => {
        try {
          const standing = await one.onDisk();
          if (standing === 'gone') {
            gone.push(one);
          } else if (standing === 'other' || halves.has(below(top, one.path))) {
            // Somebody may have typed while the act ran, or while the server was asked.
            if (one.dirty) {
              outdated.push(one);
            } else {
              await one.revert();
            }
          }
        } catch {
          outdated.push(one);
        }
      })
    );
    if (gone.length > 0) {
      this._desk.tell(
        'info',
        this._trans.__(
          'No longer a file here, but still open: %1. Undo brings the file back.',
          named(gone)
        )
      );
    }
    if (outdated.length > 0) {
      this._desk.tell(
        'warning',
        this._trans.__(
          'Still shows the content from before: %1. Reload it from disk before you save it.',
          named(outdated)
        )
      );
    }
  }
}

/**
 * Finds the repository's top folder, relative to the server's root.
 *
 * The server names it by its absolute path, which may go through links that the browser knows nothing of; so
 * the folders on the way are asked whose they are.
 *
 * @param at - a folder of the repository, relative to the server's root.
 * @param root - the top folder, as the server names it.
 */
export async function topFolder(
  client: IClient,
  at: string,
  root: string
): Promise<string> {
  const names = at.split('/');
  for (let depth = 0; at !== '' && depth < names.length; depth++) {
    const folder = names.slice(0, depth).join('/');
    try {
      if ((await client.status(folder)).root === root) {
        return folder;
      }
    } catch (error) {
      // A folder above need not be in a repository.
      if (!(error instanceof ProblemError)) {
        throw error;
      }
    }
  }
  return at;
}

/**
 * Finds the top folder of the repository that a folder lies in, relative to the server's root.
 *
 * @throws ProblemError when the server refused.
 */
export async function topFolderOf(
  { client, state }: IRepository,
  at: string
): Promise<string> {
  const known = state.at === at ? state.status : null;
  const { root } = known ?? (await client.status(at));
  return topFolder(client, at, root);
}

/** Finds it for a view that names it; null where it can't be known: then there is nothing to compare either. */
export async function topFolderIfKnown(
  repository: IRepository,
  at: string
): Promise<string | null> {
  try {
    return await topFolderOf(repository, at);
  } catch (error) {
    if (error instanceof ProblemError) {
      return null;
    }
    throw error;
  }
}

/** Gives where a file of a repository lies, relative to the server's root; `at` and `root` as above. */
export async function placeBelow(
  client: IClient,
  at: string,
  root: string,
  path: string
): Promise<string> {
  const top = await topFolder(client, at, root);
  return top === '' ? path : `${top}/${path}`;
}

/**
 * Gives the other halves of the jupytext pairs that an act says it has changed a half of.
 *
 * jupytext takes the sources of a notebook from its text, and writes both when either is saved: the notebook's
 * own file may be the very same, and its document shows sources that are no more.
 */
function otherHalves(result: unknown): ReadonlySet<string> {
  const { files } = (result ?? {}) as {
    readonly files?: readonly Partial<AffectedFile>[];
  };
  return new Set((files ?? []).flatMap(({ pair }) => pair ?? []));
}

/** Names a file as the repository does. */
function below(top: string, path: string): string {
  return top === '' ? path : path.slice(top.length + 1);
}

function named(documents: readonly IOpenDocument[]): string {
  return documents
    .map(({ path }) => visibleText(path.slice(path.lastIndexOf('/') + 1)))
    .join(', ');
}
