/** Shows two texts beside each other, or one above the other, with what differs marked. */
import React from 'react';
import type { IEditorsOptions } from './editorViews';
import { LazyEditors } from './lazyEditors';
import type { Parts } from './parts';

interface IMergeEditorProps extends IEditorsOptions {
  readonly parts: Parts;
}

/** Shows the two texts. */
export function MergeEditor(props: IMergeEditorProps): React.JSX.Element {
  const host = React.useRef<HTMLDivElement>(null);
  const { parts, ...shown } = props;
  const options = useSame(shown);
  React.useEffect(() => {
    const parent = host.current;
    if (parent === null) {
      return;
    }
    const editors = new LazyEditors(parent, options);
    const remove = parts.add(editors);
    return () => {
      remove();
      editors.destroy();
    };
  }, [parts, options]);
  return <div ref={host} className="jp-mlgit-Merge" />;
}

/** Gives the same object as long as all that is in it is the same. */
function useSame<T extends object>(value: T): T {
  const last = React.useRef(value);
  const keys = Object.keys(value) as (keyof T)[];
  if (keys.some(key => last.current[key] !== value[key])) {
    last.current = value;
  }
  return last.current;
}
