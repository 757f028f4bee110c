// The History view: a timeline of the symbol at the cursor. It follows the cursor while it can be seen, unless it is pinned.
// Never does: ask for a history that nobody looks at.

import * as vscode from "vscode";

import type { Opener } from "../opening";
import { sentence, type Server } from "../server/client";
import type { Asked, Told } from "../server/protocol";
import { askedAt } from "../symbol";
import { details, heading, item, lines, message, type Line } from "./items";
import { EVERYTHING_THAT_MATTERS, KINDS, type Filter } from "./kinds";

/** The cursor must rest for so long before its symbol is asked about, in milliseconds. */
const REST = 300;

const FILTER = "backstory.history.filter";

export class HistoryView implements vscode.TreeDataProvider<Line>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  public readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Line>;
  private readonly disposables: vscode.Disposable[] = [];
  private told: Told | undefined;
  private filter: Filter;
  private pinned = false;
  private timer: NodeJS.Timeout | undefined;
  private asking: vscode.CancellationTokenSource | undefined;
  /** What was asked about last, so that a cursor that stays is not asked about again. */
  private last = "";

  public constructor(
    private readonly server: Server,
    private readonly opener: Opener,
    private readonly memory: vscode.Memento,
  ) {
    this.filter = memory.get<Filter>(FILTER, EVERYTHING_THAT_MATTERS);
    this.view = vscode.window.createTreeView("backstory.history", { treeDataProvider: this });
    this.disposables.push(
      this.view,
      this.changed,
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      this.view.onDidChangeVisibility(() => (this.pinned ? this.again() : this.follow(vscode.window.activeTextEditor))),
      vscode.workspace.onDidSaveTextDocument(() => this.again()),
      server.onHealth(({ state }) => state === "running" && this.again()),
    );
    this.pin(false);
  }

  public getTreeItem(line: Line): vscode.TreeItem {
    return item(line);
  }

  public getChildren(line?: Line): Line[] {
    if (line === undefined) {
      return this.told === undefined ? [] : lines(this.told, this.filter);
    }
    return line.kind === "change" ? details(line.change) : [];
  }

  public getParent(): undefined {
    return undefined;
  }

  /** Shows the history of a symbol, and the view. */
  public async show(asked: Asked): Promise<void> {
    // What was asked for stays until the cursor moves, also where the view is not seen before now: it need not be what is at the cursor.
    clearTimeout(this.timer);
    this.last = placeOf(vscode.window.activeTextEditor);
    await this.load(asked);
    const first = this.getChildren()[0];
    if (first === undefined) {
      await vscode.commands.executeCommand("backstory.history.focus");
    } else {
      await this.view.reveal(first, { focus: true, select: true });
    }
  }

  public async open(line: Line | undefined): Promise<void> {
    const chosen = line ?? this.view.selection[0];
    if (chosen?.kind === "change") {
      await this.opener.change(chosen.uri, true);
    }
  }

  public async openCommit(line: Line | undefined): Promise<void> {
    const chosen = line ?? this.view.selection[0];
    if (chosen?.kind === "change") {
      await this.opener.commit([chosen.root], chosen.change.commit);
    }
  }

  public async copyHash(line: Line | undefined): Promise<void> {
    const chosen = line ?? this.view.selection[0];
    if (chosen?.kind === "change") {
      await vscode.env.clipboard.writeText(chosen.change.commit);
    }
  }

  /** The same symbol goes on being shown wherever the cursor is. */
  public pin(pinned: boolean): void {
    this.pinned = pinned;
    void vscode.commands.executeCommand("setContext", "backstory.history.pinned", pinned);
    this.describe();
    if (!pinned) {
      this.follow(vscode.window.activeTextEditor);
    }
  }

  /** Lets somebody choose which kinds are shown. */
  public async chooseFilter(): Promise<void> {
    const kinds = Object.entries(KINDS).map(([kind, { label, icon }]) => ({
      label: `$(${icon}) ${label}`,
      of: kind,
      picked: !this.filter.without.includes(kind),
    }));
    const hidden = {
      label: "$(eye) changes that hardly matter",
      description: "only documentation, style or formatting; listed noise",
      of: "",
      picked: this.filter.hidden,
    };
    const chosen = await vscode.window.showQuickPick([hidden, ...kinds], {
      canPickMany: true,
      title: "Which changes are shown",
    });
    if (chosen !== undefined) {
      const wanted = new Set(chosen.map(({ of }) => of));
      this.filter = { hidden: wanted.has(""), without: Object.keys(KINDS).filter((kind) => !wanted.has(kind)) };
      await this.memory.update(FILTER, this.filter);
      this.render();
    }
  }

  /** Asks about the same symbol again. */
  public again(): void {
    this.last = "";
    if (this.pinned && this.told !== undefined && this.view.visible) {
      void this.load(this.told.symbol);
    } else {
      this.follow(vscode.window.activeTextEditor);
    }
  }

  public dispose(): void {
    clearTimeout(this.timer);
    this.asking?.cancel();
    this.disposables.forEach((disposable) => disposable.dispose());
  }

  private follow(editor: vscode.TextEditor | undefined): void {
    if (this.pinned || !this.view.visible || this.server.health.state !== "running") {
      return;
    }
    const asked = editor === undefined ? undefined : askedAt(editor);
    const at = placeOf(editor);
    if (asked === undefined || at === this.last) {
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.last = at;
      void this.load(asked);
    }, REST);
  }

  private async load(asked: Asked): Promise<void> {
    this.asking?.cancel();
    const asking = new vscode.CancellationTokenSource();
    this.asking = asking;
    await vscode.window.withProgress({ location: { viewId: "backstory.history" } }, async () => {
      try {
        const told = await this.server.ask<Told>("backstory/history", asked, asking.token);
        // Drawing the same again would take the line out of the hands of somebody who is just opening it.
        if (!asking.token.isCancellationRequested && JSON.stringify(told) !== JSON.stringify(this.told)) {
          this.told = told;
          this.render();
        }
      } catch (error) {
        if (!asking.token.isCancellationRequested) {
          this.told = undefined;
          this.view.message = sentence(error);
          this.view.description = "";
          this.changed.fire();
        }
      }
    });
  }

  private render(): void {
    this.describe();
    this.changed.fire();
  }

  private describe(): void {
    if (this.told !== undefined) {
      this.view.description = heading(this.told) + (this.pinned ? ", pinned" : "");
      this.view.message = message(this.told);
    }
  }
}

/** The place of the cursor as text, to compare; empty where there is none to ask about. */
function placeOf(editor: vscode.TextEditor | undefined): string {
  const asked = editor === undefined ? undefined : askedAt(editor);
  return asked === undefined ? "" : JSON.stringify(asked);
}
