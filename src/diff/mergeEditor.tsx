/** Shows two texts beside each other, or one above the other, with what differs marked. */
import React from 'react';
import { Editors, type IEditorsOptions } from './editors';
import type { Parts } from './parts';

interface IMergeEditorProps extends IEditorsOptions {
  readonly parts: Parts;
}

/** Shows the two texts. */
export function MergeEditor(props: IMergeEditorProps): React.JSX.Element {
  const host = React.useRef<HTMLDivElement>(null);
  const { parts, oldText, newText, hunks, layout, wrap, unfolded } = props;
  const { language, oldLabel, newLabel, folded } = props;
  React.useEffect(() => {
    const parent = host.current;
    if (parent === null) {
      return;
    }
    const editors = new Editors(parent, {
      oldText,
      newText,
      hunks,
      layout,
      wrap,
      unfolded,
      language,
      oldLabel,
      newLabel,
      folded
    });
    const remove = parts.add(editors);
    return () => {
      remove();
      editors.destroy();
    };
  }, [
    parts,
    oldText,
    newText,
    hunks,
    layout,
    wrap,
    unfolded,
    language,
    oldLabel,
    newLabel,
    folded
  ]);
  return <div ref={host} className="jp-mlgit-Merge" />;
}
