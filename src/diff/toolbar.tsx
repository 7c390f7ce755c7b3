/** The row above a difference: what is compared, how it is shown, and the way to the next change. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Form } from '../api/client';
import type { FileSides } from '../api/schema';
import { Button } from '../components/Button';
import { GitText } from '../components/GitText';
import { visibleText } from '../components/visibleText';
import type { DiffModel, IDiffView, Layout } from './model';
import { fileInWords, sideInWords } from './words';

interface IToolbarProps {
  readonly trans: TranslationBundle;
  readonly model: DiffModel;
  /** The repository's folder; empty where the server's root is one. */
  readonly repository: string;
  readonly sides: FileSides | null;
  readonly view: IDiffView;
  /** Goes so many changes on. */
  readonly onGo: (step: 1 | -1) => void;
}

/** Shows the row. */
export function Toolbar(props: IToolbarProps): React.JSX.Element {
  const { trans, model, repository, sides, view, onGo } = props;
  const { path } = model.place;
  const isNotebook = path.endsWith('.ipynb');
  const diff = sides?.diff ?? null;
  // Of a picture or a binary file there is nothing to wrap, and nowhere to go.
  const hasLines = diff === null || diff.added !== null;
  return (
    <header className="jp-mlgit-Diff-toolbar">
      <div className="jp-mlgit-Diff-title">
        <b>
          <GitText
            text={
              typeof diff?.oldPath === 'string'
                ? `${diff.oldPath} → ${path}`
                : path
            }
          />
        </b>
        {repository !== '' && (
          <span title={trans.__('Repository: %1', visibleText(repository))}>
            <GitText text={trans.__('in %1', repository)} />
          </span>
        )}
        {sides !== null && (
          <span className="jp-mlgit-Diff-sides">
            {trans.__(
              '%1 ↔ %2',
              sideInWords(trans, sides.old),
              sideInWords(trans, sides.new)
            )}
          </span>
        )}
        {diff !== null && <span>{fileInWords(trans, diff)}</span>}
      </div>
      {isNotebook && (
        <Choice<Form>
          label={trans.__('Form')}
          value={view.form}
          options={[
            ['cells', trans.__('Cells')],
            ['text', trans.__('Text')],
            ['raw', trans.__('Raw')]
          ]}
          onChange={form => {
            model.setView({ form });
          }}
        />
      )}
      {hasLines && (
        <Choice<Layout>
          label={trans.__('Layout')}
          value={view.layout}
          options={[
            ['split', trans.__('Side by side')],
            ['unified', trans.__('Unified')]
          ]}
          onChange={layout => {
            model.setView({ layout });
          }}
        />
      )}
      {isNotebook && view.form === 'cells' && (
        <Toggle
          on={view.outputs}
          label={trans.__('Show cells of which only the outputs changed')}
          onChange={outputs => {
            model.setView({ outputs });
          }}
        >
          {trans.__('Outputs')}
        </Toggle>
      )}
      {hasLines && (
        <>
          <Toggle
            on={view.wrap}
            label={trans.__('Wrap long lines')}
            onChange={wrap => {
              model.setView({ wrap });
            }}
          >
            {trans.__('Wrap')}
          </Toggle>
          <Toggle
            on={view.unfolded}
            label={trans.__('Show what did not change, too')}
            onChange={unfolded => {
              model.setView({ unfolded });
            }}
          >
            {trans.__('Unchanged')}
          </Toggle>
        </>
      )}
      {hasLines && (
        <div className="jp-mlgit-Diff-steps">
          <Button
            label={trans.__('Previous change (Shift+F7)')}
            onClick={() => {
              onGo(-1);
            }}
          >
            ↑
          </Button>
          <Button
            label={trans.__('Next change (F7)')}
            onClick={() => {
              onGo(1);
            }}
          >
            ↓
          </Button>
        </div>
      )}
    </header>
  );
}

function Choice<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}): React.JSX.Element {
  return (
    <div className="jp-mlgit-Segments" role="group" aria-label={props.label}>
      {props.options.map(([value, words]) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === props.value}
          onClick={() => {
            props.onChange(value);
          }}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

function Toggle(props: {
  readonly on: boolean;
  readonly label: string;
  readonly onChange: (on: boolean) => void;
  readonly children: string;
}): React.JSX.Element {
  return (
    <div className="jp-mlgit-Segments">
      <button
        type="button"
        title={props.label}
        aria-pressed={props.on}
        onClick={() => {
          props.onChange(!props.on);
        }}
      >
        {props.children}
      </button>
    </div>
  );
}
