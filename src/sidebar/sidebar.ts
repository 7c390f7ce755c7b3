/**
 * The widget in the left sidebar: the top, and below it the sections in the order of their ranks.
 *
 * It is also what says whether somebody looks: the repository asks for nothing while it is hidden.
 */
import type { Message } from '@lumino/messaging';
import { Panel, type Widget } from '@lumino/widgets';
import { panelIcon } from '../components/icons';
import type { IRepository, ISection, ISidebar } from '../tokens';

/** The id of the widget, by which the shell finds it. */
export const SIDEBAR_ID = 'jp-mlgit-sidebar';

/** The panel. */
export class Sidebar extends Panel implements ISidebar {
  /**
   * @param _repository - the repository that is shown.
   * @param head - the top.
   * @param _activate - brings the panel into view.
   */
  constructor(
    private readonly _repository: IRepository,
    head: Widget,
    private readonly _activate: () => void
  ) {
    super();
    this.id = SIDEBAR_ID;
    this.addClass('jp-mlgit-Sidebar');
    this.title.icon = panelIcon;
    this.node.setAttribute('role', 'region');
    this.node.tabIndex = -1;
    this._body.addClass('jp-mlgit-Body');
    this.addWidget(head);
    this.addWidget(this._body);
    _repository.stateChanged.connect(this._place, this);
  }

  addSection(section: ISection): void {
    const after = this._sections.findIndex(other => other.rank > section.rank);
    const index = after === -1 ? this._sections.length : after;
    section.widget.addClass('jp-mlgit-SectionWidget');
    this._sections.splice(index, 0, section);
    this._body.insertWidget(index, section.widget);
    this._place();
  }

  addBanner(banner: Widget): void {
    banner.addClass('jp-mlgit-Banner');
    this.insertWidget(this.widgets.indexOf(this._body), banner);
  }

  /** Shows or hides sections as the person set. */
  setSwitchedOff(settings: ReadonlySet<string>): void {
    this._off = settings;
    this._place();
  }

  reveal(sectionId?: string): void {
    this._activate();
    const section = this._sections.find(other => other.id === sectionId);
    if (section === undefined) {
      // The palette, when it closes, gives the focus back to where it was before.
      requestAnimationFrame(() => {
        if (!this.node.contains(document.activeElement)) {
          this.node.focus();
        }
      });
    } else {
      section.widget.activate();
      section.widget.node.scrollIntoView({ block: 'nearest' });
    }
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._repository.setAttention('panel', true);
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._repository.setAttention('panel', this.isVisible);
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this._repository.setAttention('panel', false);
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    this._repository.setAttention('panel', false);
  }

  private _place(): void {
    const shown = this._repository.state.status !== null;
    this.toggleClass('jp-mod-bare', !shown);
    for (const section of this._sections) {
      const possible = shown || section.everywhere === true;
      section.widget.setHidden(!possible || this._off.has(section.setting));
    }
  }

  private readonly _body = new Panel();
  private readonly _sections: ISection[] = [];
  private _off: ReadonlySet<string> = new Set();
}
