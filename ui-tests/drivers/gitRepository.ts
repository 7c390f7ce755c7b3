/** Builds a repository with the real git, as a person would in a terminal. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A repository, or the folder that could be one. */
export class GitRepository {
  private _clock = Date.now() - 6 * 3_600_000;

  /** @param path - the folder. */
  constructor(readonly path: string) {}

  /** Runs git and gives what it printed. */
  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this._environment()
    }).trimEnd();
  }

  /** Makes it a repository with a first commit on `main`. */
  init(): this {
    if (this.hasFile('.git')) {
      // A story whose folder has a name of its own is told again.
      rmSync(this.path, { recursive: true });
    }
    mkdirSync(this.path, { recursive: true });
    this.git('init', '--initial-branch=main');
    return this.commit('Start the project', {
      'train.py': 'epochs = 10\n',
      'config.yaml': 'batch_size: 64\n'
    });
  }

  /** Writes files and commits them. */
  commit(message: string, files: Readonly<Record<string, string>>): this {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.path, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    return this;
  }

  /** Makes a branch with some commits and goes back to `main`. */
  experiment(name: string, ...subjects: string[]): this {
    this.git('switch', '--quiet', '--create', name);
    subjects.forEach((subject, index) => {
      this.commit(subject, {
        'train.ipynb': notebook(`${name} ${index}`),
        [`runs/${index}.json`]: `{"loss": ${index}}\n`
      });
    });
    this.git('switch', '--quiet', 'main');
    return this;
  }

  /** Writes a file and leaves it there. */
  write(name: string, text: string): this {
    writeFileSync(join(this.path, name), text);
    return this;
  }

  /**
   * Has `git commit --all` wait in its editor, where it holds the index.
   *
   * @returns writes the message, and resolves when git is done.
   */
  committing(message: string): () => Promise<void> {
    const pipe = `${this.path}.message`;
    execFileSync('mkfifo', [pipe]);
    const git = spawn('git', ['commit', '--quiet', '--all'], {
      cwd: this.path,
      stdio: 'ignore',
      env: { ...this._environment(), GIT_EDITOR: `cat < '${pipe}' >` }
    });
    return async () => {
      const ended = once(git, 'exit');
      writeFileSync(pipe, `${message}\n`);
      await ended;
      rmSync(pipe);
    };
  }

  /** Gives it a hook of its own. */
  withHook(name: string, script: string): this {
    const path = join(this.path, '.git', 'hooks', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return this;
  }

  /** Takes that hook away. */
  withoutHook(name: string): this {
    rmSync(join(this.path, '.git', 'hooks', name));
    return this;
  }

  /** Gives the whole repository to another user; only root can. */
  ownedBy(user: number): this {
    execFileSync('chown', ['-R', String(user), this.path]);
    return this;
  }

  /** Tells whether a file is there. */
  hasFile(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  /** Gives it a remote beside it, with what is there so far. */
  withRemote(): this {
    const remote = join(
      dirname(this.path),
      `remote-of-${basename(this.path)}.git`
    );
    this.git('init', '--quiet', '--bare', remote);
    this.git('remote', 'add', 'origin', remote);
    this.git('push', '--quiet', '--set-upstream', 'origin', 'main');
    return this;
  }

  /** Gives the tip of a branch, or null where there is none. */
  tip(branch: string): string | null {
    try {
      return this.git(
        'rev-parse',
        '--verify',
        '--quiet',
        `refs/heads/${branch}`
      );
    } catch {
      return null;
    }
  }

  /** Gives the branch that is checked out. */
  current(): string {
    return this.git('symbolic-ref', '--short', 'HEAD');
  }

  /** Gives what git runs in, a minute later than before. */
  private _environment(): NodeJS.ProcessEnv {
    this._clock += 60_000;
    const date = new Date(this._clock).toISOString();
    return {
      PATH: process.env.PATH,
      HOME: this.path,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Ada Example',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada Example',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date
    };
  }
}

function notebook(source: string): string {
  return JSON.stringify({
    cells: [
      {
        cell_type: 'code',
        execution_count: 1,
        id: 'a1',
        metadata: {},
        outputs: [],
        source: [`# ${source}\n`]
      }
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5
  });
}
