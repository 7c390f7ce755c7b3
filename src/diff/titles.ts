/** Names the tabs of differences so that those of one moment can be told apart, though a tab shows only a beginning. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import { visibleText } from '../components/visibleText';
import type { IDiffPlace } from '../tokens';
import { comparisonInWords } from './words';

/** What a tab shows. */
export interface ITitled {
  /** The file, from the top of its repository. */
  readonly path: string;
  /** What is compared. */
  readonly words: string;
  /** Its repository's top folder, relative to the server's root. */
  readonly repository: string;
}

/** Characters of a file's name that a tab has room for, and of its beginning, where that is cut. */
const NAME = 26;
const BEGINNING = 10;

/**
 * Gives the labels.
 *
 * Files of the same name have the folder before it in which they differ, and one file that is compared in two ways has
 * before it with what. A name too long for a tab is cut in its middle: versions differ at the end.
 */
export function tabLabels(tabs: readonly ITitled[]): readonly string[] {
  // The repository's name says nothing where all tabs are of one.
  const isOne = new Set(tabs.map(one => one.repository)).size < 2;
  const all = tabs.map(one => {
    const top = isOne || one.repository === '' ? '.' : one.repository;
    const parts = `${top}/${one.path}`.split('/');
    return { words: one.words, parts, name: parts.at(-1) ?? '' };
  });
  return all.map(one => {
    const alike = all.filter(other => other.name === one.name);
    const others = alike.filter(
      other => other.parts.join('/') !== one.parts.join('/')
    );
    const isTwice = alike.length - others.length > 1;
    const place = [
      ...folders(
        one.parts,
        others.map(other => other.parts)
      ),
      cut(one.name)
    ].join('/');
    return isTwice ? `${one.words}: ${place}` : `${place} (${one.words})`;
  });
}

/** Gives as many of the folders above a file as tell it from others, the lowest ones. */
function folders(
  parts: readonly string[],
  others: readonly (readonly string[])[]
): readonly string[] {
  const above = (path: readonly string[], depth: number): string =>
    path.slice(-1 - depth, -1).join('/');
  for (let depth = 0; depth < parts.length; depth++) {
    const own = above(parts, depth);
    if (!others.some(other => above(other, depth) === own)) {
      return depth === 0 ? [] : own.split('/');
    }
  }
  return others.length === 0 ? [] : parts.slice(0, -1);
}

function cut(name: string): string {
  const characters = Array.from(name);
  const { length } = characters;
  return length <= NAME
    ? name
    : [
        ...characters.slice(0, BEGINNING),
        '…',
        ...characters.slice(length - (NAME - BEGINNING - 1))
      ].join('');
}

/** The titles of all tabs that are open. */
export class Titles {
  /** @param _trans - the translations. */
  constructor(private readonly _trans: TranslationBundle) {}

  /**
   * Names a tab, and all others anew.
   *
   * @param tab - the tab.
   * @param place - what it shows.
   * @param top - its repository's top folder, relative to the server's root; null where that can't be known.
   */
  add(tab: Widget, place: IDiffPlace, top: Promise<string | null>): void {
    const { path, comparison } = place;
    const words = place.words ?? comparisonInWords(this._trans, comparison);
    const told = { path: visibleText(path), words: visibleText(words) };
    const put = (repository: string): void => {
      if (!tab.isDisposed) {
        this._tabs.set(tab, { ...told, repository });
        const lines = [repository, told.path, told.words];
        tab.title.caption = lines.filter(line => line !== '').join('\n');
        this._name();
      }
    };
    put('');
    void top.then(folder => {
      put(visibleText(folder ?? ''));
    });
    tab.disposed.connect(() => {
      this._tabs.delete(tab);
      this._name();
    });
  }

  private _name(): void {
    const labels = tabLabels([...this._tabs.values()]);
    [...this._tabs.keys()].forEach((tab, place) => {
      tab.title.label = labels[place] ?? '';
    });
  }

  private readonly _tabs = new Map<Widget, ITitled>();
}
