/** Lists the kernels that are installed and may have a torch. */

/** A kernel that is installed. */
export interface IKernelEntry {
  /** Its name, by which it is asked. */
  readonly name: string;
  readonly displayName: string;
  /** Whether the notebook in front runs it. */
  readonly current: boolean;
}

/** What Lab knows of a kernel's specification. */
interface ISpecification {
  readonly name: string;
  readonly display_name: string;
  readonly language: string;
}

/** Gives those that run Python: that of the notebook in front first, then by name. */
export function kernelEntries(
  specifications: Readonly<Record<string, ISpecification | undefined>>,
  current: string | null
): readonly IKernelEntry[] {
  return Object.values(specifications)
    .filter(one => one !== undefined)
    .filter(
      ({ language, name }) =>
        language.toLowerCase() === 'python' || name === current
    )
    .map(({ name, display_name: displayName }) => ({
      name,
      displayName,
      current: name === current
    }))
    .sort(
      (a, b) =>
        Number(b.current) - Number(a.current) ||
        a.displayName.localeCompare(b.displayName)
    );
}
