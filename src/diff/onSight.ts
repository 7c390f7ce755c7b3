/**
 * Makes what is costly only when it comes near to being seen.
 *
 * An editor asks for its size when it is made, for which the browser lays out all that is in the page by then. So those
 * that come into sight together are made outside of the page, and put into it one after the other at the end.
 */
import { bodyOf } from './sight';

/** Makes it outside of the page; what that gives puts it there. */
export type Make = () => () => void;

/** How much of a view's height lies above and below it that counts as near. */
const NEAR = '60%';

interface IWatch {
  readonly observer: IntersectionObserver;
  readonly makes: Map<Element, Make>;
}

const watches = new WeakMap<Element, IWatch>();

/**
 * Makes something once a place comes near to being seen.
 *
 * @param place - where it will be.
 * @returns what gives it up.
 */
export function onSight(place: Element, make: Make): () => void {
  const body = bodyOf(place);
  if (body === null || typeof IntersectionObserver === 'undefined') {
    make()();
    return () => undefined;
  }
  let watch = watches.get(body);
  if (watch === undefined) {
    watch = watching(body);
    watches.set(body, watch);
  }
  const { observer, makes } = watch;
  makes.set(place, make);
  observer.observe(place);
  return () => {
    makes.delete(place);
    observer.unobserve(place);
  };
}

function watching(body: Element): IWatch {
  const makes = new Map<Element, Make>();
  const observer = new IntersectionObserver(
    entries => {
      const near = entries.flatMap(({ isIntersecting, target }) => {
        const make = isIntersecting ? makes.get(target) : undefined;
        if (make === undefined) {
          return [];
        }
        makes.delete(target);
        observer.unobserve(target);
        return [make];
      });
      const places = near.flatMap(make => {
        try {
          return [make()];
        } catch (error) {
          // What one of them fails at must not keep the others from being seen.
          console.error(error);
          return [];
        }
      });
      places.forEach(place => {
        place();
      });
    },
    { root: body, rootMargin: `${NEAR} 0px` }
  );
  return { observer, makes };
}
