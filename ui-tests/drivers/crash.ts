/** Lets an act of the command line die in its middle, as a crash or a power cut would. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { GitRepository } from './gitRepository';

/**
 * Our own command line, in a process that kills itself at the first removal of the file that is named.
 *
 * By then the plan of the act is written down and a part of the act is done.
 */
const DYING = `
import os, signal, sys

real = os.unlink

def unlink(path, *rest, **named):
    if os.fspath(path).endswith(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(path, *rest, **named)

os.unlink = unlink

from jupyter_mlgit.cli import main

sys.exit(main(sys.argv[2:]))
`;

/**
 * Begins an act and kills it.
 *
 * @param repo - the repository.
 * @param at - the end of the path at whose removal it dies, such as a ref's.
 * @param words - the command and its options.
 */
export function interrupted(
  repo: GitRepository,
  at: string,
  ...words: readonly string[]
): void {
  const home = join(process.env.MLGIT_UI_PLACE ?? '', 'home', 'terminal');
  const { signal, stderr } = spawnSync(
    'python',
    ['-c', DYING, at, '-C', repo.path, ...words],
    {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOME: home,
        GIT_CONFIG_NOSYSTEM: '1',
        JUPYTER_PREFER_ENV_PATH: '1'
      }
    }
  );
  if (signal !== 'SIGKILL') {
    throw new Error(`The act was not cut off: ${stderr}`);
  }
}
