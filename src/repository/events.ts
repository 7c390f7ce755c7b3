/**
 * Reads the server's change events.
 *
 * An event names its repository by the path of its top folder, relative to the server's root; the panel knows
 * the folder that the file browser shows, which lies in it. The surprise: the empty path is the root itself,
 * and holds every folder.
 */
import type { Event } from '@jupyterlab/services';
import type { Aspect } from '../tokens';

/** The name of the event in the server's registry. */
export const SCHEMA_ID =
  'https://schema.jupyter-mlgit.org/repository-changed/v1';

/** Everything that can change. */
export const EVERYTHING: ReadonlySet<Aspect> = new Set<Aspect>([
  'refs',
  'head',
  'index',
  'files',
  'config',
  'operations'
]);

/** What one event says. */
export interface IRepositoryEvent {
  readonly repository: string;
  readonly what: ReadonlySet<Aspect>;
}

/** Reads an emission of the server's event bus; null for what is not ours or not whole. */
export function readEvent(emission: Event.Emission): IRepositoryEvent | null {
  const { repository, what } = emission;
  if (emission.schema_id !== SCHEMA_ID || typeof repository !== 'string') {
    return null;
  }
  const words = Array.isArray(what) ? (what as readonly unknown[]) : [];
  return {
    repository,
    what: new Set([...EVERYTHING].filter(aspect => words.includes(aspect)))
  };
}

/** Tells whether a folder lies in a repository; both paths are relative to the server's root. */
export function holds(repository: string, folder: string): boolean {
  return (
    repository === '' ||
    folder === repository ||
    folder.startsWith(`${repository}/`)
  );
}
