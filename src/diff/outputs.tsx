/**
 * Shows the outputs of a cell on both sides.
 *
 * Nothing in an output runs, and nothing is fetched: pictures are shown from their bytes, everything else as its source.
 * HTML can be looked at on request, cleaned and in a frame that may run no script and reach no network; SVG as a picture.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { CellChange, Output } from '../api/schema';
import { Button } from '../components/Button';
import { GitText } from '../components/GitText';
import { Notice } from '../components/Notice';
import { visibleLines } from '../components/visibleText';
import { drawnHtml } from './drawnHtml';
import { ended } from './blocks';
import { MergeEditor } from './mergeEditor';
import type { DiffModel, IDiffView } from './model';
import { outputRows, type IOutputRow } from './outputRows';
import type { Parts } from './parts';
import { useTextPart } from './textPart';
import { useOutput } from './useOutput';
import { outputsInWords } from './words';

const PICTURES = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/bmp'
]);
const DRAWN = new Set(['text/html', 'image/svg+xml']);
const SVG = 'image/svg+xml';

interface IOutputsProps {
  readonly trans: TranslationBundle;
  readonly model: DiffModel;
  readonly change: CellChange;
  readonly view: IDiffView;
  readonly parts: Parts;
  readonly folded: (lines: number) => string;
}

/** Shows what outputs there are, and on a click what they hold. */
export function Outputs(props: IOutputsProps): React.JSX.Element | null {
  const { trans, change } = props;
  const { outputs, fails } = change;
  const [open, setOpen] = React.useState(fails !== null);
  if (outputs === null) {
    return null;
  }
  const words =
    change.change === 'added'
      ? outputsInWords(trans, outputs.new)
      : change.change === 'deleted'
        ? outputsInWords(trans, outputs.old)
        : trans.__(
            '%1 → %2',
            outputsInWords(trans, outputs.old),
            outputsInWords(trans, outputs.new)
          );
  return (
    <div className="jp-mlgit-Outputs">
      <button
        type="button"
        className="jp-mlgit-Outputs-toggle"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        {open ? '▾' : '▸'} {trans.__('Outputs: %1', words)}
      </button>
      {open &&
        outputRows(outputs).map(row => (
          <OutputRow
            key={`${row.old[0]?.n ?? ''}:${row.new[0]?.n ?? ''}`}
            {...props}
            row={row}
          />
        ))}
    </div>
  );
}

function OutputRow(
  props: IOutputsProps & { readonly row: IOutputRow }
): React.JSX.Element {
  const { trans, model, change, row } = props;
  const [old, now] = [row.old[0], row.new[0]];
  if (row.isText && old !== undefined && now !== undefined) {
    return <ComparedOutputs {...props} old={old} now={now} />;
  }
  return (
    <div className="jp-mlgit-Outputs-sides">
      {(['old', 'new'] as const).map(side => (
        <div key={side} className={`jp-mlgit-Outputs-side jp-mod-${side}`}>
          {row[side].length === 0 && (
            <p className="jp-mlgit-Hint">{trans.__('No output.')}</p>
          )}
          {row[side].map(output => (
            <OutputView
              key={output.n}
              trans={trans}
              model={model}
              side={side}
              cell={cellOf(change, side)}
              output={output}
              parts={props.parts}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** Compares two texts line by line. */
function ComparedOutputs(
  props: IOutputsProps & { readonly old: Output; readonly now: Output }
): React.JSX.Element {
  const { trans, model, change, old, now, view } = props;
  const before = useOutput(model, 'old', cellOf(change, 'old'), old);
  const after = useOutput(model, 'new', cellOf(change, 'new'), now);
  const trouble = before.trouble ?? after.trouble;
  const [one, other] = [before.found, after.found];
  if (trouble !== null) {
    return <Notice tone="warn" message={trouble} />;
  }
  const isGone = one?.content === null || other?.content === null;
  const [oldText, newText] = [one, other].map(found =>
    lines(plain(found?.content ?? ''))
  ) as [string, string];
  return (
    <figure className="jp-mlgit-Output jp-mod-compared">
      <Caption output={now} />
      {isGone && (
        <p className="jp-mlgit-Hint">{trans.__('It is no longer there.')}</p>
      )}
      {one !== null && other !== null && !isGone && (
        <>
          {oldText === newText && (
            <p className="jp-mlgit-Hint">{trans.__('The text is the same.')}</p>
          )}
          <MergeEditor
            oldText={oldText}
            newText={newText}
            hunks={null}
            layout={view.layout}
            wrap={view.wrap}
            unfolded={view.unfolded}
            parts={props.parts}
            language={null}
            oldLabel={trans.__('Output before')}
            newLabel={trans.__('Output after')}
            folded={props.folded}
          />
          {(one.truncated || other.truncated) && (
            <p className="jp-mlgit-Hint">
              {trans.__('It is longer than this.')}
            </p>
          )}
        </>
      )}
    </figure>
  );
}

function OutputView(props: {
  readonly trans: TranslationBundle;
  readonly model: DiffModel;
  readonly side: 'old' | 'new';
  readonly cell: number;
  readonly output: Output;
  readonly parts: Parts;
}): React.JSX.Element {
  const { trans, model, side, cell, output } = props;
  const { found, trouble } = useOutput(model, side, cell, output);
  if (trouble !== null) {
    return <Notice tone="warn" message={trouble} />;
  }
  return (
    <figure className="jp-mlgit-Output">
      <Caption output={output} />
      {found?.content === null && (
        <p className="jp-mlgit-Hint">{trans.__('It is no longer there.')}</p>
      )}
      {found !== null && found.content !== null && (
        <Content
          trans={trans}
          mime={found.mime}
          content={found.content}
          truncated={found.truncated}
          parts={props.parts}
        />
      )}
    </figure>
  );
}

function Caption(props: { readonly output: Output }): React.JSX.Element {
  const { name, mime } = props.output;
  return (
    <figcaption>
      <GitText text={name === '' ? mime : `${name} · ${mime}`} />
    </figcaption>
  );
}

function cellOf(change: CellChange, side: 'old' | 'new'): number {
  return (side === 'old' ? change.oldIndex : change.newIndex) ?? 0;
}

function Content(props: {
  readonly trans: TranslationBundle;
  readonly mime: string;
  readonly content: string;
  readonly truncated: boolean;
  readonly parts: Parts;
}): React.JSX.Element {
  const { trans, mime, content, truncated } = props;
  const [drawn, setDrawn] = React.useState(false);
  if (PICTURES.has(mime) && !truncated) {
    const bytes = content.replaceAll(/\s/g, '');
    return <img src={`data:${mime};base64,${bytes}`} alt={mime} />;
  }
  return (
    <>
      {DRAWN.has(mime) && !truncated && (
        <Button
          kind="link"
          onClick={() => {
            setDrawn(!drawn);
          }}
        >
          {drawn ? trans.__('Show the source') : trans.__('Show it drawn')}
        </Button>
      )}
      {drawn && mime === SVG && (
        // A browser runs no script and fetches nothing in a picture.
        <img
          src={`data:${SVG};charset=utf-8,${encodeURIComponent(content)}`}
          alt={mime}
        />
      )}
      {drawn && mime !== SVG && (
        <iframe
          sandbox=""
          referrerPolicy="no-referrer"
          title={mime}
          srcDoc={drawnHtml(content)}
        />
      )}
      {!drawn && <Plain content={content} parts={props.parts} />}
      {truncated && (
        <p className="jp-mlgit-Hint">{trans.__('It is longer than this.')}</p>
      )}
    </>
  );
}

function Plain(props: {
  readonly content: string;
  readonly parts: Parts;
}): React.JSX.Element {
  const { content, parts } = props;
  const texts = React.useMemo(() => [plain(content)], [content]);
  const host = useTextPart(parts, texts, true, nothingFolded);
  return (
    <div ref={host}>
      <pre className="jp-mlgit-Output-text">{texts[0]}</pre>
    </div>
  );
}

function nothingFolded(): void {
  // It is always drawn.
}

/** Takes the colours of a terminal away, and makes visible what else would act. */
function plain(content: string): string {
  return visibleLines(content.replaceAll(/\u001b\[[0-9;]*m/g, ''));
}

/** Ends the last line, whether it was ended or not. */
function lines(text: string): string {
  return text.endsWith('\n') ? text : ended(text);
}
