/** Shows two texts beside each other, or one above the other, with what differs marked. */
import React from 'react';
import type { IEditorsOptions } from './editorViews';
import { LazyEditors } from './lazyEditors';
import type { Parts } from './parts';

type IHunks = IEditorsOptions['hunks'];

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

/**
 * Gives the same object as long as all that is in it is the same.
 *
 * The hunks are others each time that the server was asked. Where they say the same, the editors stay: with what is
 * unfolded and selected in them, and in their place.
 */
function useSame(value: IEditorsOptions): IEditorsOptions {
  const last = React.useRef(value);
  const { hunks, ...rest } = value;
  const keys = Object.keys(rest) as (keyof typeof rest)[];
  if (
    keys.some(key => last.current[key] !== value[key]) ||
    !isSame(last.current.hunks, hunks)
  ) {
    last.current = value;
  }
  return last.current;
}

function isSame(one: IHunks, other: IHunks): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
