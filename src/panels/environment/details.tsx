/** Shows figures that few people want, folded away until one does. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Button } from '../../components/Button';
import type { IDetail } from '../../environment/details';
import { Figure } from './figure';

/** Shows the button and, once it is pressed, the figures. */
export function Details(props: {
  readonly trans: TranslationBundle;
  /** What they are of, for those who can't see where the button stands. */
  readonly of: string;
  readonly details: readonly IDetail[];
}): React.JSX.Element | null {
  const { trans, of, details } = props;
  const [unfolded, setUnfolded] = React.useState(false);
  if (details.length === 0) {
    return null;
  }
  return (
    <div className="jp-mlgit-Details">
      <Button
        kind="link"
        expanded={unfolded}
        label={trans.__('Details of %1', of)}
        onClick={() => {
          setUnfolded(!unfolded);
        }}
      >
        {trans.__('Details')}
      </Button>
      {unfolded && (
        <dl className="jp-mlgit-Details-rows">
          {details.map(({ name, figure }) => (
            <div key={`${name} ${figure.words}`}>
              <dt>{name}</dt>
              <dd>
                <Figure figure={figure} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
