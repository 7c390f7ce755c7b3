/** Shows text that comes from git: as text, never as markup, with characters that act made visible. */
import React from 'react';
import { piecesOf, visibleText } from './visibleText';

/** Shows one line of text from git. */
export function GitText(props: {
  readonly text: string;
  readonly className?: string;
}): React.JSX.Element {
  // The element keeps a right-to-left name from reordering the words around it.
  return (
    <bdi className={props.className} title={visibleText(props.text)}>
      {piecesOf(props.text).map((piece, index) =>
        piece.hidden ? (
          <span key={index} className="jp-mlgit-GitText-hidden">
            {piece.text}
          </span>
        ) : (
          piece.text
        )
      )}
    </bdi>
  );
}

/** Shows the short form of an object id; the whole one is its title. */
export function ObjectId(props: { readonly id: string }): React.JSX.Element {
  return (
    <code className="jp-mlgit-ObjectId" title={props.id}>
      {props.id.slice(0, 7)}
    </code>
  );
}
