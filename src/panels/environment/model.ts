/** What a person has unfolded in the section. */
import { Signal } from '@lumino/signaling';

/** What the section shows. */
export interface IEnvironmentView {
  readonly open: boolean;
}

/** Holds it. */
export class EnvironmentViewModel {
  readonly changed = new Signal<this, void>(this);

  get view(): IEnvironmentView {
    return this._view;
  }

  /** Changes what is shown. */
  setView(change: Partial<IEnvironmentView>): void {
    this._view = { ...this._view, ...change };
    this.changed.emit();
  }

  private _view: IEnvironmentView = { open: true };
}
