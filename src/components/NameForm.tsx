/**
 * Asks for a branch's name in place: Enter takes it, Escape leaves everything as it is.
 *
 * Either way the focus goes back to where it came from, unless it is somewhere else by then.
 */
import React from 'react';
import { Button } from './Button';

/** Shows the field with its two buttons. */
export function NameForm(props: {
  readonly label: string;
  readonly initial: string;
  readonly accept: string;
  readonly cancel: string;
  readonly onAccept: (name: string) => void;
  readonly onCancel: () => void;
  readonly disabled?: boolean;
}): React.JSX.Element {
  const [name, setName] = React.useState(props.initial);
  const field = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => {
    setName(props.initial);
    field.current?.focus();
    field.current?.select();
  }, [props.initial]);
  const form = React.useRef<HTMLFormElement>(null);
  React.useLayoutEffect(() => {
    const opener = document.activeElement;
    const own = form.current;
    return () => {
      const focus = document.activeElement;
      if (
        opener instanceof HTMLElement &&
        (focus === document.body || own?.contains(focus) === true)
      ) {
        opener.focus();
      }
    };
  }, []);
  const trimmed = name.trim();
  return (
    <form
      ref={form}
      className="jp-mlgit-NameForm"
      onSubmit={event => {
        event.preventDefault();
        if (trimmed !== '' && props.disabled !== true) {
          props.onAccept(trimmed);
        }
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onCancel();
        }
      }}
    >
      <input
        ref={field}
        className="jp-mlgit-Input"
        type="text"
        spellCheck={false}
        autoComplete="off"
        aria-label={props.label}
        placeholder={props.label}
        value={name}
        data-lm-suppress-shortcuts="true"
        onChange={event => {
          setName(event.target.value);
        }}
      />
      <div className="jp-mlgit-Actions">
        <Button
          submit
          kind="accept"
          disabled={trimmed === '' || props.disabled === true}
        >
          {props.accept}
        </Button>
        <Button onClick={props.onCancel}>{props.cancel}</Button>
      </div>
    </form>
  );
}
