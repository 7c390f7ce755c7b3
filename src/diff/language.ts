/** Finds how to highlight a text. */
import type { Extension } from '@codemirror/state';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import React from 'react';

/** Finds the highlighting for a file's name, or a language's. */
export type FindLanguage = (name: string) => Promise<Extension | null>;

/** Looks languages up where Lab keeps them; each is loaded when it is first asked for. */
export function findingLanguages(
  registry: IEditorLanguageRegistry | null
): FindLanguage {
  return async name => {
    const found =
      registry?.findByName(name) ?? registry?.findByFileName(name) ?? null;
    if (registry === null || found === null) {
      return null;
    }
    const language = await registry.getLanguage(found);
    return language?.support ?? null;
  };
}

/** Gives the highlighting once it is loaded. */
export function useLanguage(
  find: FindLanguage,
  name: string
): Extension | null {
  const [language, setLanguage] = React.useState<Extension | null>(null);
  React.useEffect(() => {
    let current = true;
    void find(name).then(found => {
      if (current) {
        setLanguage(found);
      }
    });
    return () => {
      current = false;
    };
  }, [find, name]);
  return language;
}
