/**
 * Says what is compared, in names that may move, and how that is asked of the server.
 *
 * A branch is named in full: a tag may have its short name, and git would take that for it.
 */
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IComparison } from '../api/client';
import type { Branches } from '../api/schema';

/** What is compared. */
export type Subject = ICommits | IOwnChanges | IWorkingFiles;

/** Two branches, or other names of commits. */
export interface ICommits {
  readonly kind: 'commits';
  readonly old: string;
  readonly new: string;
  /** What the new side is called, where its name says too little. */
  readonly name: string | null;
}

/** What a commit did. */
export interface IOwnChanges {
  readonly kind: 'own';
  readonly rev: string;
}

/** What the working files are by now. */
export interface IWorkingFiles {
  readonly kind: 'working';
  readonly rev: string;
}

/** Gives what the server is asked. */
export function comparisonOf(subject: Subject, since: boolean): IComparison {
  const working = subject.kind === 'working';
  return {
    revisions: revisionsOf(subject, since),
    staged: false,
    untracked: working
  };
}

function revisionsOf(subject: Subject, since: boolean): readonly string[] {
  switch (subject.kind) {
    case 'commits':
      return since
        ? [`${subject.old}...${subject.new}`]
        : [subject.old, subject.new];
    case 'own':
      return [`${subject.rev}^!`];
    case 'working':
      return [subject.rev];
  }
}

/** Reads it from the arguments of a command; null where they say too little. */
export function subjectIn(args: ReadonlyPartialJSONObject): Subject | null {
  const { kind, old, rev, name } = args;
  const other = args.new;
  if (kind === 'own' || kind === 'working') {
    return typeof rev === 'string' ? { kind, rev } : null;
  }
  return typeof old === 'string' && typeof other === 'string'
    ? {
        kind: 'commits',
        old,
        new: other,
        name: typeof name === 'string' ? name : null
      }
    : null;
}

/** Gives a branch's full name, of a local one or of a remote's. */
export function fullName(branches: Branches, name: string): string {
  return branches.branches.some(branch => branch.name === name)
    ? `refs/heads/${name}`
    : `refs/remotes/${name}`;
}

/** Gives what a person types for it. */
export function typedName(rev: string): string {
  return rev.replace(/^refs\/(?:heads|remotes|tags)\//, '');
}

/** Gives what a person calls it. */
export function calledName(rev: string): string {
  return typedName(rev).replace(/^([0-9a-f]{7})[0-9a-f]{33,57}$/, '$1');
}

/** Gives what a branch is compared with unless somebody says otherwise; null where nothing is known. */
export function usualBase(
  branches: Branches | null,
  name: string
): string | null {
  if (branches === null) {
    return null;
  }
  const branch = branches.branches.find(one => one.name === name);
  const { main } = branches;
  if (main !== null && main !== name) {
    return fullName(branches, main);
  }
  const upstream = branch?.upstream ?? null;
  return upstream === null ? null : fullName(branches, upstream);
}
