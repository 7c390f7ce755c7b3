/** Shows what is known only later. */
import React from 'react';

/** Gives what a promise brings once it is there. */
export function useLater<T>(promise: Promise<T>, before: T): T {
  const [value, setValue] = React.useState(before);
  React.useEffect(() => {
    let isOver = false;
    void promise.then(found => {
      if (!isOver) {
        setValue(found);
      }
    });
    return () => {
      isOver = true;
    };
  }, [promise]);
  return value;
}
