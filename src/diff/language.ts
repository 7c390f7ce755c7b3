/** Finds how to highlight a text. */
import type { Extension } from '@codemirror/state';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import React from 'react';

/** What highlights the markdown of a notebook. */
export const MARKDOWN = 'ipythongfm';

/** The highlighting for files' names and for languages'. Each is loaded when it is first asked for, and kept. */
export class Languages {
  /** @param _registry - where Lab keeps them; null where it has none. */
  constructor(private readonly _registry: IEditorLanguageRegistry | null) {}

  /** Gives one that was loaded; null where there is none, or not yet. */
  known(name: string): Extension | null {
    return this._known.get(name) ?? null;
  }

  /** Loads one. */
  async load(name: string): Promise<Extension | null> {
    const registry = this._registry;
    const found =
      registry?.findByName(name) ?? registry?.findByFileName(name) ?? null;
    if (registry === null || found === null) {
      return null;
    }
    const support = (await registry.getLanguage(found))?.support ?? null;
    if (support !== null) {
      this._known.set(name, support);
    }
    return support;
  }

  /** Loads what a file will most likely need, while the server is still at work on it. */
  prepare(path: string): void {
    const names = path.endsWith('.ipynb') ? ['python', MARKDOWN] : [path];
    names.forEach(name => void this.load(name));
  }

  private readonly _known = new Map<string, Extension>();
}

/** Gives the highlighting, at once where it was loaded before. */
export function useLanguage(
  languages: Languages,
  name: string
): Extension | null {
  const [loaded, setLoaded] = React.useState<Extension | null>(null);
  React.useEffect(() => {
    if (languages.known(name) !== null) {
      return;
    }
    let current = true;
    void languages.load(name).then(found => {
      if (current) {
        setLoaded(found);
      }
    });
    return () => {
      current = false;
    };
  }, [languages, name]);
  return languages.known(name) ?? loaded;
}
