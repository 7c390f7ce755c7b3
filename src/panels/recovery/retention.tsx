/** Says how long lost work is kept and what that costs, and lets the person change it in place. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../../api/problem';
import type { Retention, RetentionChange } from '../../api/schema';
import { Button } from '../../components/Button';
import { Notice } from '../../components/Notice';
import { useOneAtATime } from '../../components/useOneAtATime';
import { useStore } from '../../components/useStore';
import { useBarred } from '../../repository/useBarred';
import type { RecoveryModel } from './model';
import { keptWords, daysOf } from './retentionWords';

/** What git calls it when nothing expires. */
const NEVER = 'never';

/** Shows the line, and the form when asked for. */
export function RetentionLine(props: {
  readonly trans: TranslationBundle;
  readonly model: RecoveryModel;
  /** Gets the acts, for undo, in their order. */
  readonly onChanged: (operations: readonly string[]) => void;
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
          onDone={operations => {
            setEditing(false);
            props.onChanged(operations);
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
  readonly onDone: (operations: readonly string[]) => void;
  readonly onCancel: () => void;
}): React.JSX.Element {
  const { trans, model, retention } = props;
  const before = {
    reflog: typedFor(retention.reflogExpire),
    unreachable: typedFor(retention.reflogExpireUnreachable),
    pins: retention.pinDays === null ? NEVER : String(retention.pinDays)
  };
  const [reflog, setReflog] = React.useState(before.reflog);
  const [unreachable, setUnreachable] = React.useState(before.unreachable);
  const [pins, setPins] = React.useState(before.pins);
  const [hook, setHook] = React.useState(retention.hook === 'installed');
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const [busy, run] = useOneAtATime();
  const barred = useBarred(model.repository);

  const save = async (): Promise<void> => {
    setTrouble(null);
    try {
      const change: RetentionChange = {
        reflog: changed(reflog, before.reflog),
        unreachable: changed(unreachable, before.unreachable),
        pins: changed(pins, before.pins)
      };
      const asked = Object.values(change).some(days => days !== null);
      const done = [
        asked ? await model.setRetention(change) : null,
        hook === (retention.hook === 'installed')
          ? null
          : await model.setHook(hook)
      ];
      props.onDone(
        done
          .map(one => one?.operation ?? null)
          .filter(operation => operation !== null)
      );
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  };

  return (
    <form
      className="jp-mlgit-Form"
      onSubmit={event => {
        event.preventDefault();
        void run(save);
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onCancel();
        }
      }}
    >
      <Days
        trans={trans}
        words={trans.__('Pins, days')}
        value={pins}
        onChange={setPins}
      />
      <Days
        trans={trans}
        words={trans.__('Reflog of what is still reachable, days')}
        value={reflog}
        onChange={setReflog}
      />
      <Days
        trans={trans}
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
  readonly trans: TranslationBundle;
  readonly words: string;
  /** Days, or that it is kept for good; empty where it is something else. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}): React.JSX.Element {
  const { trans, words, value, onChange } = props;
  const forGood = value === NEVER;
  // What was typed comes back when somebody thinks better of it.
  const typed = React.useRef(forGood ? '' : value);
  return (
    <div className="jp-mlgit-Field">
      <label className="jp-mlgit-Field-words">
        <span>{words}</span>
        <input
          className="jp-mlgit-Input"
          type="number"
          min={1}
          max={36500}
          value={forGood ? '' : value}
          disabled={forGood}
          data-lm-suppress-shortcuts="true"
          onChange={event => {
            onChange(event.target.value);
          }}
        />
      </label>
      <label className="jp-mlgit-Check jp-mlgit-Field-good">
        <input
          type="checkbox"
          checked={forGood}
          aria-label={trans.__('%1: keep for good', words)}
          onChange={event => {
            if (event.target.checked) {
              typed.current = value;
            }
            onChange(event.target.checked ? NEVER : typed.current);
          }}
        />
        {trans.__('for good')}
      </label>
    </div>
  );
}

/** Gives the days that were typed, or that it is for good; null where nothing was changed. */
function changed(typed: string, before: string): number | 'never' | null {
  if (typed === before || typed === '') {
    return null;
  }
  return typed === NEVER ? NEVER : Number(typed);
}

/** Gives what stands in the field for a setting of git's. */
function typedFor(expiry: string): string {
  return expiry === NEVER ? NEVER : daysOf(expiry);
}
