// The Impact view: what depends on a symbol, asked for when somebody wants to know. Never does: follow the cursor; what depends on what is
// read for it.

import * as vscode from "vscode";

import type { Opener } from "../opening";
import { sentence, type Server } from "../server/client";
import type { Affected, Asked } from "../server/protocol";
import { commands, heading, item, lines, message, type Line, type Target } from "./items";

export class ImpactView implements vscode.TreeDataProvider<Line>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  public readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Line>;
  private roots: Line[] = [];
  private found: Affected | undefined;
  /** What was asked about last, whether there was an answer or not. */
  private asked: Asked | undefined;
  private asking: vscode.CancellationTokenSource | undefined;

  public constructor(
    private readonly server: Server,
    private readonly opener: Opener,
  ) {
    this.view = vscode.window.createTreeView("backstory.impact", { treeDataProvider: this, showCollapseAll: true });
  }

  public getTreeItem(line: Line): vscode.TreeItem {
    return item(line);
  }

  public getChildren(line?: Line): Line[] {
    return line === undefined ? this.roots : [...(line.inside ?? [])];
  }

  public getParent(): undefined {
    return undefined;
  }

  /** Shows what depends on a symbol. */
  public async show(asked: Asked): Promise<void> {
    await vscode.commands.executeCommand("backstory.impact.focus");
    await this.load(asked);
    const first = this.roots[0];
    if (first !== undefined) {
      await this.view.reveal(first, { focus: true, select: true });
    }
  }

  public async again(): Promise<void> {
    if (this.asked !== undefined) {
      await this.load(this.asked);
    }
  }

  public open(target: Target): Promise<void> {
    return this.opener.place(target.root, target.path, target.line, true);
  }

  /** Runs the tests that reach the symbol where somebody can watch them. */
  public runTests(): void {
    if (this.found === undefined) {
      return;
    }
    const terminal = vscode.window.createTerminal({ name: "Backstory tests", cwd: vscode.Uri.parse(this.found.root) });
    terminal.show(true);
    commands(this.found).forEach((command) => terminal.sendText(command));
  }

  public dispose(): void {
    this.asking?.cancel();
    this.view.dispose();
    this.changed.dispose();
  }

  private async load(asked: Asked): Promise<void> {
    this.asking?.cancel();
    this.asked = asked;
    const asking = new vscode.CancellationTokenSource();
    this.asking = asking;
    await vscode.window.withProgress({ location: { viewId: "backstory.impact" } }, async () => {
      try {
        const found = await this.server.ask<Affected>("backstory/impact", asked, asking.token);
        if (!asking.token.isCancellationRequested) {
          this.render(found);
        }
      } catch (error) {
        if (!asking.token.isCancellationRequested) {
          this.found = undefined;
          this.roots = [];
          this.view.description = "";
          this.view.message = sentence(error);
          this.changed.fire();
        }
      }
    });
  }

  private render(found: Affected): void {
    this.found = found;
    // By what it is, which may have another place by now.
    this.asked = found.symbol;
    this.roots = lines(found);
    this.view.description = heading(found);
    this.view.message = message(found);
    this.changed.fire();
  }
}
