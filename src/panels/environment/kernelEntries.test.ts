import { kernelEntries } from './kernelEntries';

const installed = {
  b: { name: 'b', display_name: 'Beta', language: 'python' },
  a: { name: 'a', display_name: 'Alpha', language: 'Python' },
  ir: { name: 'ir', display_name: 'R', language: 'R' },
  gone: undefined
};

it('lists the kernels that run Python by name, the one in front first', () => {
  const names = (current: string | null): string[] =>
    kernelEntries(installed, current).map(({ name }) => name);
  expect(names(null)).toEqual(['a', 'b']);
  expect(names('b')).toEqual(['b', 'a']);
});

it('lists the kernel in front whatever it runs', () => {
  expect(kernelEntries(installed, 'ir')[0]).toEqual({
    name: 'ir',
    displayName: 'R',
    current: true
  });
});
