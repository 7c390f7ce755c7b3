/** A section of the panel: a heading that folds it, a few words on what is in it, its content. */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React from 'react';

/** Shows a section. The content isn't rendered while it is folded. */
export function Section(props: {
  readonly title: string;
  readonly summary?: React.ReactNode;
  /** Buttons at the end of the heading. */
  readonly actions?: React.ReactNode;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly children: React.ReactNode;
}): React.JSX.Element {
  const content = React.useId();
  const Caret = props.open ? caretDownIcon : caretRightIcon;
  return (
    <section className="jp-mlgit-Section" aria-label={props.title}>
      <h2 className="jp-mlgit-Section-heading">
        <button
          type="button"
          className="jp-mlgit-Section-toggle"
          aria-expanded={props.open}
          aria-controls={content}
          onClick={() => {
            props.onToggle(!props.open);
          }}
        >
          <Caret.react tag="span" className="jp-mlgit-Icon" />
          <span>{props.title}</span>
        </button>
        <span className="jp-mlgit-Section-summary">{props.summary}</span>
        {props.actions}
      </h2>
      <div id={content} hidden={!props.open}>
        {props.open && props.children}
      </div>
    </section>
  );
}
