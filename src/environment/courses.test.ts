import type { History } from '../api/schema';
import { aGpu, aLive } from '../testing/environmentFixtures';
import { Courses } from './courses';

function history(
  first: number,
  ages: readonly number[],
  used: readonly (number | null)[]
): History {
  return {
    first,
    ages,
    gpus: [
      {
        gpu: 0,
        slice: null,
        uuid: 'GPU-0/',
        utilization: used,
        memoryUsed: used,
        temperature: used,
        power: used
      }
    ],
    holders: []
  };
}

let courses: Courses;

beforeEach(() => {
  courses = new Courses();
  courses.add(aLive({ reading: 3, history: history(1, [6, 3, 0], [1, 2, 3]) }));
});

it('goes on where the last answer ended', () => {
  expect(courses.newest).toBe(3);
  courses.add(
    aLive({
      reading: 4,
      readAt: '2026-03-10T12:00:03+00:00',
      history: history(4, [0], [null])
    })
  );
  expect(courses.of(aGpu()).memory).toEqual([1, 2, 3, null]);
  expect(courses.newest).toBe(4);
});

it('begins anew where something is missing between, as after a restart', () => {
  courses.add(aLive({ reading: 2, history: history(1, [3, 0], [7, 8]) }));
  expect(courses.of(aGpu()).utilization).toEqual([7, 8]);
});

it('breaks the line where nobody has looked', () => {
  courses.add(
    aLive({
      reading: 4,
      readAt: '2026-03-10T12:05:00+00:00',
      history: history(4, [0], [9])
    })
  );
  expect(courses.of(aGpu()).memory).toEqual([1, 2, 3, null, 9]);
});

it('knows nothing of a GPU that was not there', () => {
  expect(courses.of(aGpu({ index: 7 })).memory).toEqual([null, null, null]);
});

it('keeps the last minutes only', () => {
  const many = [...Array(400).keys()];
  courses.add(
    aLive({
      reading: 403,
      readAt: '2026-03-10T12:20:00+00:00',
      history: history(
        4,
        many.map(one => 1197 - 3 * one),
        many
      )
    })
  );
  const { memory } = courses.of(aGpu());
  expect(memory).toHaveLength(180);
  expect(memory.at(-1)).toBe(399);
});

it('follows a GPU whose index has changed', () => {
  expect(courses.of(aGpu({ index: 7, uuid: 'GPU-0/' })).memory).toEqual([
    1, 2, 3
  ]);
});
