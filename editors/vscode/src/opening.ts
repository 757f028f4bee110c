// Opens what answers lead to: a change as a diff of the symbol's own text, a place in a file, a whole commit. Never does: decide what
// is worth opening.

import { execFile } from "node:child_process";
import * as vscode from "vscode";

import { sentence, type Server } from "./server/client";
import { brief, short, type Compared } from "./server/protocol";

/** The scheme of one side of a comparison. */
const SIDE = "backstory-side";

/** The scheme of a whole commit. */
const COMMIT = "backstory-commit";

export class Opener implements vscode.Disposable {
  /** The last change that was asked for, for both of its sides. */
  private last: { readonly uri: string; readonly compared: Promise<Compared> } | undefined;
  private readonly registered: vscode.Disposable;

  public constructor(private readonly server: () => Server) {
    this.registered = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SIDE, {
        provideTextDocumentContent: (uri) => this.side(uri),
      }),
      vscode.workspace.registerTextDocumentContentProvider(COMMIT, {
        provideTextDocumentContent: (uri) => wholeCommit(uri),
      }),
    );
  }

  public dispose(): void {
    this.registered.dispose();
  }

  /** Shows a change of a symbol side by side; `uri` is the server's for it. */
  public async change(uri: string, keepFocus = false): Promise<void> {
    const compared = await this.compared(uri);
    const { change } = compared;
    const [left, right] = (["old", "new"] as const).map((side) => {
      const path = compared[side]?.path ?? compared.new?.path ?? compared.old?.path ?? change.path;
      return vscode.Uri.from({ scheme: SIDE, path: `/${path}`, query: JSON.stringify([uri, side]) });
    });
    const name = brief(change.key.split(" ").pop() ?? change.key);
    const title = `${name} at ${short(change.commit)}, ${change.date}: ${change.subject}`;
    await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true, preserveFocus: keepFocus });
  }

  /** Opens a file at a line, counted from 1. */
  public async place(root: string, path: string, line: number, keepFocus = false): Promise<void> {
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(root), path);
    const at = new vscode.Position(Math.max(line - 1, 0), 0);
    await this.file(uri, new vscode.Range(at, at), keepFocus);
  }

  public async file(uri: vscode.Uri, range: vscode.Range, keepFocus = false): Promise<void> {
    await vscode.window.showTextDocument(uri, { selection: range, preserveFocus: keepFocus, preview: true });
  }

  /** Opens a whole commit as git prints it. */
  public async commit(roots: readonly string[], hash: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: COMMIT, path: `/${short(hash)}.diff`, query: JSON.stringify([roots, hash]) });
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  /** One side's text, also for a comparison that a window shows again after it was reloaded. */
  private async side(uri: vscode.Uri): Promise<string> {
    const [change, side] = JSON.parse(uri.query) as [string, "old" | "new"];
    return (await this.compared(change))[side]?.text ?? "";
  }

  private compared(uri: string): Promise<Compared> {
    if (this.last?.uri !== uri) {
      const compared = this.server().ask<Compared>("backstory/change", { uri });
      this.last = { uri, compared };
      // What failed may not fail again.
      compared.catch(() => (this.last = this.last?.compared === compared ? undefined : this.last));
    }
    return this.last.compared;
  }
}

/** A larger commit is cut, in bytes. */
const LARGEST = 16 << 20;

/** The commit, from the first of the repositories that has it. */
async function wholeCommit(uri: vscode.Uri): Promise<string> {
  const [roots, hash] = JSON.parse(uri.query) as [string[], string];
  let shown = "This is no commit of an open folder.";
  for (const root of /^[0-9a-f]{7,64}$/.test(hash) ? roots : []) {
    const { text, isThere } = await shownBy(vscode.Uri.parse(root).fsPath, hash);
    shown = text;
    if (isThere) {
      break;
    }
  }
  return shown;
}

/** What git shows. Nothing that the repository's configuration names is run for it, and nothing is fetched. */
function shownBy(folder: string, hash: string): Promise<{ text: string; isThere: boolean }> {
  const quiet = ["--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature"];
  const env = { ...process.env, GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none", GIT_OPTIONAL_LOCKS: "0" };
  return new Promise((resolve) => {
    execFile("git", ["-C", folder, "show", "--stat", "--patch", ...quiet, hash, "--"], { maxBuffer: LARGEST, env }, (error, stdout) => {
      const isCut = error?.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER";
      const why = error?.code === "ENOENT" ? "git is not on the path." : sentence(error);
      resolve(error === null || isCut ? { text: stdout + (isCut ? "\n.. cut here: it is larger than 16 MB\n" : ""), isThere: true } : { text: why, isThere: false });
    });
  });
}
