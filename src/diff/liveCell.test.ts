import { placeOf } from './liveCell';

const cell = (
  source: string,
  id: string | null = null
): { readonly source: string; readonly id: string | null } => ({ source, id });

it.each([
  ['where it was', 1, 'x', 'b', [cell('a'), cell('b')], 1],
  ['by its id, edited and moved', 0, 'x', 'a', [cell('z'), cell('A', 'x')], 1],
  ['by its source, without ids', 0, null, 'a', [cell('z'), cell('a')], 1],
  [
    'not where two are alike',
    0,
    null,
    'a',
    [cell('z'), cell('a'), cell('a')],
    null
  ],
  ['not where it is gone', 2, 'x', 'a', [cell('z', 'y')], null]
])('finds a cell %s', (_, index, id, source, cells, place) => {
  expect(placeOf({ index, id, source }, cells)).toBe(place);
});
