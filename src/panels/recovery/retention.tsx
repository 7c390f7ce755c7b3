/** Says how long lost work is kept and what that costs, and lets the person change it in place. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../../api/problem';
import type { Retention, RetentionChange } from '../../api/schema';
import { Button } from '../../components/Button';
import { Notice } from '../../components/Notice';
import { useStore } from '../../components/useStore';
import { useBarred } from '../../repository/useBarred';
import type { RecoveryModel } from './model';
import { keptWords, daysOf } from './retentionWords';

/** Shows the line, and the form when asked for. */
export function RetentionLine(props: {
  readonly trans: TranslationBundle;
  readonly model: RecoveryModel;
  readonly onChanged: (operation: string | null) => void;
}): React.JSX.Element | null {
  const { trans, model } = props;
  const { retention } = model;
  const { value, trouble } = useStore(retention.changed, () => retention.state);
  const [editing, setEditing] = React.useState(false);
  if (trouble !== null) {
    return <Notice tone="warn" message={trouble.message} hint={trouble.hint} />;
  }
  if (value === null) {
    return null;
  }
  return (
    <div className="jp-mlgit-Retention">
      <span>{keptWords(trans, value)}</span>{' '}
      <Button
        kind="link"
        expanded={editing}
        label={trans.__('Change how long lost work is kept')}
        onClick={() => {
          setEditing(!editing);
        }}
      >
        {trans.__('Change')}
      </Button>
      {editing && (
        <RetentionForm
          trans={trans}
          model={model}
          retention={value}
          onDone={operation => {
            setEditing(false);
            props.onChanged(operation);
          }}
          onCancel={() => {
            setEditing(false);
          }}
        />
      )}
    </div>
  );
}

function RetentionForm(props: {
  readonly trans: TranslationBundle;
  readonly model: RecoveryModel;
  readonly retention: Retention;
  readonly onDone: (operation: string | null) => void;
  readonly onCancel: () => void;
}): React.JSX.Element {
  const { trans, model, retention } = props;
  const [reflog, setReflog] = React.useState(daysOf(retention.reflogExpire));
  const [unreachable, setUnreachable] = React.useState(
    daysOf(retention.reflogExpireUnreachable)
  );
  const [pins, setPins] = React.useState(String(retention.pinDays ?? ''));
  const [hook, setHook] = React.useState(retention.hook === 'installed');
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const [busy, setBusy] = React.useState(false);
  const barred = useBarred(model.repository);

  const save = async (): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      const change: RetentionChange = {
        reflog: changed(reflog, daysOf(retention.reflogExpire)),
        unreachable: changed(
          unreachable,
          daysOf(retention.reflogExpireUnreachable)
        ),
        pins: changed(pins, String(retention.pinDays ?? ''))
      };
      const asked = Object.values(change).some(days => days !== null);
      const kept = asked ? await model.setRetention(change) : null;
      if (hook !== (retention.hook === 'installed')) {
        await model.setHook(hook);
      }
      props.onDone(kept?.operation ?? null);
    } catch (error) {
      setTrouble(troubleOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      className="jp-mlgit-Form"
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onCancel();
        }
      }}
    >
      <Days words={trans.__('Pins, days')} value={pins} onChange={setPins} />
      <Days
        words={trans.__('Reflog of what is still reachable, days')}
        value={reflog}
        onChange={setReflog}
      />
      <Days
        words={trans.__('Reflog of what is not, days')}
        value={unreachable}
        onChange={setUnreachable}
      />
      <label className="jp-mlgit-Check">
        <input
          type="checkbox"
          checked={hook}
          onChange={event => {
            setHook(event.target.checked);
          }}
        />
        {trans.__('Also pin while no server runs (adds a git hook)')}
      </label>
      {trouble !== null && (
        <Notice tone="error" message={trouble.message} hint={trouble.hint} />
      )}
      <div className="jp-mlgit-Actions">
        <Button submit kind="accept" disabled={busy || barred}>
          {trans.__('Save')}
        </Button>
        <Button onClick={props.onCancel}>{trans.__('Cancel')}</Button>
      </div>
    </form>
  );
}

function Days(props: {
  readonly words: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): React.JSX.Element {
  return (
    <label className="jp-mlgit-Field">
      <span>{props.words}</span>
      <input
        className="jp-mlgit-Input"
        type="number"
        min={1}
        max={36500}
        value={props.value}
        data-lm-suppress-shortcuts="true"
        onChange={event => {
          props.onChange(event.target.value);
        }}
      />
    </label>
  );
}

/** Gives the days that were typed; null where nothing was changed. */
function changed(typed: string, before: string): number | null {
  return typed === before || typed === '' ? null : Number(typed);
}
